//! The errors of attempts.

use errcode_core::{Failure, FrameworkFault, Hinted, Hints, Journey, Retry};
use errcode_resilience::{CallError, Reason, retry_after};
use errcode_runtime::{Id, header_names};
use http::{HeaderMap, StatusCode};
use std::{
    error::Error,
    fmt::{self, Write as _},
    time::{Duration, SystemTime},
};

/// What went wrong in an attempt. The hints for retry and breaker follow from it.
///
/// | fault | retried | counts |
/// | --- | --- | --- |
/// | `Timeout`, `Idle`, `Unreachable`, `Disconnected`, `CutOff` | yes | yes |
/// | `Deadline` | no: no time is left | no |
/// | `Status` 5xx | yes, except 501 and 505 | yes |
/// | `Status` 429 and 408 | yes | 429 no, 408 yes |
/// | other `Status`, `Redirects` | no | no |
/// | `Unreadable` | no: it would be the same again | yes |
/// | `TooLarge`, `Request` | no | no |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpFault {
    /// There was no answer, or no whole one, within the client's own timeout.
    Timeout,
    /// The body stopped for longer than the [idle timeout](crate::Peer::idle_timeout).
    Idle,
    /// The deadline of the work passed during a [stream](crate::Call::stream).
    Deadline,
    /// The peer refused the connection, or there was none to it: its name is unknown, TLS failed.
    Unreachable,
    /// The connection ended before the answer began. Whether the peer got the request is unknown.
    Disconnected,
    /// The body ended before its end.
    CutOff,
    /// The peer answered with a status that is not 2xx.
    Status(u16),
    /// There were too many redirects.
    Redirects,
    /// The body is larger than the [limit](crate::Peer::max_body).
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The body is not what the call reads: not UTF-8, not JSON, or JSON of another shape.
    Unreadable,
    /// The request is not valid, so it was not sent: its URL, a header, the idempotency key.
    Request,
}

/// The error of an attempt.
///
/// It never has the text of the peer: not the body of the answer, and not the values in a body that cannot be read. Its
/// causes have no URLs. Its code becomes the caller's by [`CallError::map`], which keeps the history, or by the
/// catalog's `faults`: `?` makes a timeout a [`FrameworkFault::GatewayTimeout`], an invalid request an
/// [`FrameworkFault::Unexpected`], and everything else a [`FrameworkFault::Upstream`] with the peer's delay.
///
/// ```
/// use errcode_reqwest::{HttpError, HttpFault};
///
/// /// Whether the peer does not know the ticket, rather than having failed.
/// fn is_missing(error: &HttpError) -> bool {
///     let code = error.peer().and_then(|answer| answer.code.as_deref());
///     error.fault() == HttpFault::Status(404) && code == Some("T1001")
/// }
/// ```
#[derive(Debug)]
pub struct HttpError {
    fault: HttpFault,
    dependency: &'static str,
    retry_after: Option<Duration>,
    exhausted: bool,
    peer: Option<Box<PeerAnswer>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What is known of the peer's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeerAnswer {
    /// The status.
    pub status: u16,
    /// The code, from the header `X-Error-Code`.
    pub code: Option<String>,
    /// The id of the trace, from the header `X-Trace-Id`.
    pub trace_id: Option<String>,
}

impl HttpError {
    pub(crate) fn new(fault: HttpFault, dependency: &'static str) -> Self {
        Self { fault, dependency, retry_after: None, exhausted: false, peer: None, cause: None }
    }

    /// Adds the status of the answer in which it went wrong.
    pub(crate) fn of(self, status: StatusCode) -> Self {
        let answer = PeerAnswer { status: status.as_u16(), code: None, trace_id: None };
        Self { peer: Some(Box::new(answer)), ..self }
    }

    pub(crate) fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    pub(crate) fn invalid(
        dependency: &'static str,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::new(HttpFault::Request, dependency).because(cause)
    }

    pub(crate) fn unreadable(
        dependency: &'static str,
        status: StatusCode,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::new(HttpFault::Unreadable, dependency).of(status).because(cause)
    }

    pub(crate) fn unanswered(dependency: &'static str, error: reqwest::Error) -> Self {
        let fault = match &error {
            error if error.is_builder() => HttpFault::Request,
            error if error.is_timeout() => HttpFault::Timeout,
            error if error.is_connect() => HttpFault::Unreachable,
            error if error.is_redirect() => HttpFault::Redirects,
            _ => HttpFault::Disconnected,
        };
        Self::new(fault, dependency).because(error.without_url())
    }

    pub(crate) fn answered(
        dependency: &'static str,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        // Only what is valid as an id: a peer's text must not get into the log.
        let id = |name| text(name).and_then(Id::parse).map(|id| id.to_string());
        let peer = PeerAnswer {
            status: status.as_u16(),
            code: id(header_names::X_ERROR_CODE),
            trace_id: id(header_names::X_TRACE_ID),
        };
        Self {
            retry_after: delay_in(headers),
            exhausted: text(header_names::X_RETRIES_EXHAUSTED) == Some("true"),
            peer: Some(Box::new(peer)),
            ..Self::new(HttpFault::Status(status.as_u16()), dependency)
        }
    }

    /// Returns what went wrong.
    #[must_use]
    pub fn fault(&self) -> HttpFault {
        self.fault
    }

    /// Returns the name of the dependency.
    #[must_use]
    pub fn dependency(&self) -> &'static str {
        self.dependency
    }

    /// Returns what is known of the peer's answer, if it began to answer.
    #[must_use]
    pub fn peer(&self) -> Option<&PeerAnswer> {
        self.peer.as_deref()
    }

    /// Returns the status of the peer's answer, if it began to answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.peer().map(|answer| answer.status)
    }

    /// Returns the delay that the peer asks for: `retry-after-ms`, else `Retry-After` in seconds or as a date.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns whether the peer says that its own retries are exhausted, by the header `X-Retries-Exhausted: true`.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Returns the text with those of the causes, for the log.
    pub(crate) fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            let _ = write!(text, ": {cause}");
            next = cause.source();
        }
        text
    }

    fn framework_fault(&self) -> FrameworkFault {
        match self.fault {
            HttpFault::Timeout | HttpFault::Idle => FrameworkFault::GatewayTimeout,
            HttpFault::Deadline => FrameworkFault::DeadlineExceeded,
            HttpFault::Request => FrameworkFault::Unexpected,
            _ => FrameworkFault::Upstream,
        }
    }

    /// Adds what is known of the peer to the history of the call.
    fn note(&self, journey: &mut Journey) {
        journey.dependency = Some(self.dependency);
        journey.exhausted |= self.exhausted;
        if let Some(peer) = self.peer() {
            journey.upstream.clone_from(&peer.code);
            journey.upstream_status = Some(peer.status);
            journey.upstream_trace_id.clone_from(&peer.trace_id);
        }
    }
}

/// Returns the first delay that can be read.
fn delay_in(headers: &HeaderMap) -> Option<Duration> {
    let now = SystemTime::now();
    ["retry-after-ms", "retry-after"].into_iter().find_map(|name| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let delay = |value| retry_after(|wanted| (wanted == name).then_some(value), now);
        values.into_iter().find_map(delay)
    })
}

/// Completes the history of a call that failed with an answer of the peer.
pub(crate) fn noted(mut error: CallError<HttpError>) -> CallError<HttpError> {
    let mut journey = error.journey().cloned().unwrap_or_default();
    if let Reason::Failed(http) = error.reason() {
        journey.attempts = journey.attempts.max(1);
        http.note(&mut journey);
        *error.journey_mut() = journey;
    }
    error
}

impl Hinted for HttpError {
    fn hints(&self) -> Hints {
        let (retryable, counts) = match self.fault {
            HttpFault::Status(501 | 505) | HttpFault::Unreadable => (false, true),
            HttpFault::Status(429) => (true, false),
            HttpFault::Timeout
            | HttpFault::Idle
            | HttpFault::Unreachable
            | HttpFault::Disconnected
            | HttpFault::CutOff
            | HttpFault::Status(408 | 500..) => (true, true),
            HttpFault::Status(_)
            | HttpFault::Deadline
            | HttpFault::Redirects
            | HttpFault::TooLarge { .. }
            | HttpFault::Request => (false, false),
        };
        Hints::new(Retry::new(retryable, self.retry_after), counts).exhausted(self.exhausted)
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dependency = self.dependency;
        match self.fault {
            HttpFault::Timeout => write!(f, "`{dependency}` did not answer in time"),
            HttpFault::Idle => write!(f, "`{dependency}` stopped within its answer"),
            HttpFault::Deadline => {
                write!(f, "the deadline passed within the answer of `{dependency}`")
            }
            HttpFault::Unreachable => write!(f, "`{dependency}` cannot be reached"),
            HttpFault::Disconnected => {
                write!(f, "the connection to `{dependency}` ended without an answer")
            }
            HttpFault::CutOff => write!(f, "the answer of `{dependency}` was cut off"),
            HttpFault::Status(status) => write!(f, "`{dependency}` answered {status}"),
            HttpFault::Redirects => write!(f, "`{dependency}` redirected too often"),
            HttpFault::TooLarge { limit } => {
                write!(f, "the answer of `{dependency}` has more than {limit} bytes")
            }
            HttpFault::Unreadable => write!(f, "the answer of `{dependency}` cannot be read"),
            HttpFault::Request => write!(f, "the request to `{dependency}` is not valid"),
        }
    }
}

impl Error for HttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Journey::offer(|| {
            let mut journey = Journey::default();
            self.note(&mut journey);
            journey
        });
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<HttpError> for Failure {
    #[track_caller]
    fn from(error: HttpError) -> Self {
        let mut journey = Journey::default();
        error.note(&mut journey);
        let (fault, text) = (error.framework_fault(), error.to_string());
        Self::fault_of(fault, text, error.retry_after, error.cause).with_journey(journey)
    }
}
