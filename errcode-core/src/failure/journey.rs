//! What a call went through before it became a failure.

/// What a call went through before it became a [`Failure`](crate::Failure): the policies write it, the log shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Journey {
    /// The dependency that was called.
    pub dependency: Option<&'static str>,
    /// How many attempts there were.
    pub attempts: u32,
    /// Why there was no further one, for example `deadline`.
    pub gave_up: Option<&'static str>,
    /// The errors of the attempts before the last one, the first one first.
    pub history: Vec<String>,
    /// The attempts of this call are spent, so that whoever called should not repeat it.
    pub exhausted: bool,
    /// What each fallback failed with, by its name.
    pub fallbacks: Vec<(&'static str, String)>,
    /// The code that the peer answered with.
    pub upstream: Option<String>,
}
