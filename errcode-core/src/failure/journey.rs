//! The history of a failed call.

/// The history of a call that became a [`Failure`](crate::Failure). Policies write it, and the log shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Journey {
    /// The dependency that was called.
    pub dependency: Option<&'static str>,
    /// The number of attempts.
    pub attempts: u32,
    /// Why there was no further attempt, for example `deadline`.
    pub gave_up: Option<&'static str>,
    /// The errors of the attempts before the last one, in order.
    pub history: Vec<String>,
    /// Whether the attempts are exhausted, so that callers should not retry.
    pub exhausted: bool,
    /// The name of each fallback, and the error it failed with.
    pub fallbacks: Vec<(&'static str, String)>,
    /// The code in the peer's response.
    pub upstream: Option<String>,
    /// The status of the peer's response.
    pub upstream_status: Option<u16>,
    /// The id of the trace in the peer's response.
    pub upstream_trace_id: Option<String>,
}
