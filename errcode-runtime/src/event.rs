//! Typed events: what happens to errors while the process runs.

use crate::{Context, Served};
use errcode_core::{ErrorSpec, Failure, Level};
use std::{fmt, panic::Location, time::Duration};

/// Something that happened to an error, or that a policy did because of one.
///
/// The log lines, the metrics and the input of every [`Observer`](crate::Observer) are made from these. Labels
/// (`dependency`, `flag`) are static: they contain no value of a request.
///
/// ```
/// use errcode_runtime::{Event, observe};
///
/// observe(|event: &Event<'_>| match event {
///     Event::Failure(failure) => eprintln!("{} {}", failure.spec.code(), failure.message),
///     Event::Breaker(breaker) => eprintln!("{}: {} → {}", breaker.dependency, breaker.from, breaker.to),
///     Event::Fallback(answer) => eprintln!("{}: {} answered", answer.dependency, answer.fallback),
///     _ => {}
/// });
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A failure reached its boundary. Exactly one per failure.
    Failure(&'a FailureEvent<'a>),
    /// A panic that no boundary can catch: in a detached task, a thread, or under `panic = "abort"`.
    Panic(&'a PanicEvent<'a>),
    /// A request was answered. One per request, failed or not.
    Request(&'a RequestEvent<'a>),
    /// A call to another system ended.
    External(&'a ExternalEvent<'a>),
    /// An attempt of a call failed, and another one follows.
    Attempt(&'a AttemptEvent<'a>),
    /// A call is not attempted again.
    GiveUp(&'a GiveUpEvent<'a>),
    /// A policy refused a call before it was made.
    Refusal(&'a RefusalEvent),
    /// A circuit breaker changed its state.
    Breaker(&'a BreakerEvent),
    /// A fallback answered instead of what failed.
    Fallback(&'a FallbackEvent<'a>),
    /// A feature flag changed its value.
    Flag(&'a FlagEvent<'a>),
    /// A stored answer was replayed for a repeated idempotency key.
    Replay(&'a ReplayEvent<'a>),
}

/// A failure at its boundary.
///
/// ```
/// use errcode_core::Level;
/// use errcode_runtime::event::FailureEvent;
///
/// /// The text of a message to the team that owns the code.
/// fn text(event: &FailureEvent<'_>) -> Option<String> {
///     if event.level != Level::Error {
///         return None;
///     }
///     let owner = event.spec.owner().unwrap_or("nobody");
///     let trace = event.context.map(|context| context.trace_id());
///     Some(format!("@{owner}: {} {} (trace {trace:?})", event.spec.code(), event.message))
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FailureEvent<'a> {
    /// The failure.
    pub failure: &'a Failure,
    /// The row it is logged and counted under: its own, or that of the code that its framework fault has.
    pub spec: ErrorSpec,
    /// The level it is logged at: the code's, except for answers that are left as the service made them.
    pub level: Level,
    /// The facts about the work that failed.
    pub served: Served<'a>,
    /// The log's message; empty if neither the log nor an observer needs it.
    pub message: &'a str,
    /// The texts of its sources, outermost first, without user information and queries of URLs.
    pub cause: Option<&'a str>,
    /// What was being done, the outermost first, as `.context(…)` said it.
    pub doing: Option<&'a str>,
    /// Where the error became a failure; `None` for a framework's own fault.
    pub location: Option<&'static Location<'static>>,
    /// The backtrace of the error or panic, if `RUST_BACKTRACE` asked for one.
    pub backtrace: Option<&'a str>,
    /// The message for the log if `message` is empty.
    pub(crate) simple: &'a [u8],
    /// The [history](Failure::journey) of the call, as a JSON object for the log.
    pub(crate) journey: Option<&'a str>,
    /// The context of the request or task.
    pub context: Option<&'a Context>,
    /// What panicked or failed on the error path itself, for example a `Display`.
    pub broken: Option<&'a str>,
}

/// A panic that no boundary caught. [`init`](crate::init) and [`Logging::install`](crate::Logging::install) install the
/// hook that makes these events.
///
/// ```
/// use errcode_runtime::{Event, observe};
///
/// observe(|event: &Event<'_>| {
///     if let Event::Panic(panic) = event {
///         eprintln!("{} at {}", panic.message, panic.location.unwrap_or("an unknown place"));
///     }
/// });
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PanicEvent<'a> {
    /// The panic's message, without user information and queries of URLs.
    pub message: &'a str,
    /// `file:line:column` of the panic.
    pub location: Option<&'a str>,
    /// The backtrace, if `RUST_BACKTRACE` asks for it.
    pub backtrace: Option<&'a str>,
    /// The context it happened in.
    pub context: Option<&'a Context>,
}

/// A request that was answered.
///
/// ```
/// use errcode_runtime::event::RequestEvent;
///
/// /// Whether the request spends from the budget of errors: a failure of the service, not of the client.
/// fn spends(event: &RequestEvent<'_>) -> bool {
///     event.spec.is_some() && event.served.http_status.is_none_or(|status| status >= 500)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestEvent<'a> {
    /// What was answered.
    pub served: Served<'a>,
    /// The row of the failure that was answered with, if any.
    pub spec: Option<ErrorSpec>,
    /// The context of the request.
    pub context: Option<&'a Context>,
}

/// A call to another system.
///
/// `errcode-reqwest` emits it for each attempt. A client of your own does it like this:
///
/// ```
/// use errcode_runtime::{Event, event::ExternalEvent};
/// use std::time::Instant;
///
/// let started = Instant::now();
/// // … the call …
/// let mut call = ExternalEvent::new("tracker", "GET", "http://tracker/tickets/17", started.elapsed());
/// (call.http_status, call.retry_count) = (Some(503), 2);
/// Event::External(&call).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExternalEvent<'a> {
    /// The dependency that was called.
    pub dependency: &'static str,
    /// The method of the call, for example `GET`.
    pub method: &'a str,
    /// The URL, without user information and query.
    pub uri: &'a str,
    /// The status of the answer, if there was one.
    pub http_status: Option<u16>,
    /// How long the call took.
    pub duration: Duration,
    /// How many attempts came before this one.
    pub retry_count: u32,
    /// Why there was no answer.
    pub error: Option<&'a str>,
}

/// A failed attempt that is followed by another one.
///
/// A retry loop of your own emits it before it waits:
///
/// ```
/// use errcode_runtime::{Event, event::AttemptEvent};
/// use std::time::Duration;
///
/// let attempt = AttemptEvent::new("mailer", 1, Duration::from_millis(100), "connection refused");
/// Event::Attempt(&attempt).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptEvent<'a> {
    /// The dependency that was called.
    pub dependency: &'static str,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// The wait before the next one.
    pub delay: Duration,
    /// Why it failed.
    pub error: &'a str,
}

/// The end of a call's attempts.
///
/// A retry loop of your own emits it too:
///
/// ```
/// use errcode_runtime::{Event, event::{GiveUp, GiveUpEvent}};
///
/// let end = GiveUpEvent::new("mailer", 3, GiveUp::Attempts, "connection refused");
/// Event::GiveUp(&end).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GiveUpEvent<'a> {
    /// The dependency that was called.
    pub dependency: &'static str,
    /// How many attempts there were.
    pub attempts: u32,
    /// Why there is no further one.
    pub reason: GiveUp,
    /// Why the last one failed.
    pub error: &'a str,
}

/// Why a call is not attempted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUp {
    /// The error says that another attempt would not help.
    NotRetryable,
    /// All attempts were made.
    Attempts,
    /// The deadline would pass first.
    Deadline,
    /// The dependency's budget of retries is spent.
    Budget,
    /// The call is a write without an idempotency key.
    NotIdempotent,
    /// The peer says that its own retries are exhausted.
    Exhausted,
    /// A breaker or limiter refused the call, that of this policy or of one that the call went through.
    Refused,
}

impl GiveUp {
    /// Returns the reason as it is in logs and metrics, for example `not_retryable`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRetryable => "not_retryable",
            Self::Attempts => "attempts",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::NotIdempotent => "not_idempotent",
            Self::Exhausted => "exhausted",
            Self::Refused => "refused",
        }
    }
}

/// A call that a policy refused.
///
/// ```
/// use errcode_runtime::{Event, event::{RefusalEvent, RefusedBy}};
/// use std::time::Duration;
///
/// let refusal = RefusalEvent::new("mailer", RefusedBy::Rate, Some(Duration::from_secs(2)));
/// Event::Refusal(&refusal).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RefusalEvent {
    /// The dependency that was to be called.
    pub dependency: &'static str,
    /// The policy that refused it.
    pub by: RefusedBy,
    /// When the call may succeed.
    pub retry_after: Option<Duration>,
}

/// The policy that refused a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusedBy {
    /// The circuit breaker.
    Breaker,
    /// The limit of concurrent calls.
    Concurrency,
    /// The limit of the call rate.
    Rate,
    /// The deadline had passed.
    Deadline,
}

impl RefusedBy {
    /// Returns the policy as it is in logs and metrics, for example `breaker`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Breaker => "breaker",
            Self::Concurrency => "concurrency",
            Self::Rate => "rate",
            Self::Deadline => "deadline",
        }
    }
}

/// A change of a circuit breaker's state.
///
/// ```
/// use errcode_runtime::{Event, event::BreakerState, observe};
///
/// observe(|event: &Event<'_>| {
///     if let Event::Breaker(breaker) = event
///         && breaker.to == BreakerState::Open
///     {
///         eprintln!("{} is not called for a while", breaker.dependency);
///     }
/// });
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BreakerEvent {
    /// The dependency that the breaker guards.
    pub dependency: &'static str,
    /// The state before.
    pub from: BreakerState,
    /// The state now.
    pub to: BreakerState,
}

/// The states of a circuit breaker.
///
/// ```
/// use errcode_runtime::event::BreakerState;
///
/// assert_eq!(BreakerState::HalfOpen.as_str(), "half_open");
/// assert_eq!(BreakerState::default(), BreakerState::Closed);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Calls pass.
    #[default]
    Closed,
    /// Calls are refused until the open time is over.
    Open,
    /// A limited number of probes passes.
    HalfOpen,
    /// Calls are refused until it is changed manually.
    ForcedOpen,
    /// Calls pass and nothing is counted.
    Disabled,
}

impl BreakerState {
    /// Returns the state as it is in logs and metrics, for example `half_open`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::ForcedOpen => "forced_open",
            Self::Disabled => "disabled",
        }
    }
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An answer that a fallback gave.
///
/// ```
/// use errcode_runtime::{Event, event::FallbackEvent};
///
/// Event::Fallback(&FallbackEvent::new("prices", "yesterday", "connection refused")).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FallbackEvent<'a> {
    /// The dependency that failed.
    pub dependency: &'static str,
    /// Which fallback answered.
    pub fallback: &'static str,
    /// Why the dependency failed.
    pub error: &'a str,
}

/// A new value of a feature flag.
///
/// ```
/// use errcode_runtime::{Event, event::FlagEvent};
///
/// Event::Flag(&FlagEvent::new("small-model", "off", "on", "admin")).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FlagEvent<'a> {
    /// The flag.
    pub flag: &'static str,
    /// The value before.
    pub from: &'a str,
    /// The value now.
    pub to: &'a str,
    /// Where the value comes from, for example `file`.
    pub source: &'static str,
}

/// A stored answer that was replayed.
///
/// ```
/// use errcode_runtime::{Event, event::ReplayEvent};
///
/// let stored = ("req_01KHZ4QG80Z4T5W6R7S8V9X0A1", 201); // found by the request's `Idempotency-Key`
/// Event::Replay(&ReplayEvent::new(stored.0, stored.1)).emit();
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReplayEvent<'a> {
    /// The id of the request that was executed.
    pub replayed_from: &'a str,
    /// The status of the answer.
    pub http_status: u16,
}

macro_rules! constructors {
    ($($event:ident$(<$lifetime:lifetime>)? ($($field:ident: $type:ty),*);)*) => {$(
        impl$(<$lifetime>)? $event$(<$lifetime>)? {
            /// Creates the event.
            #[must_use]
            pub const fn new($($field: $type),*) -> Self {
                Self { $($field),* }
            }
        }
    )*};
}

constructors! {
    AttemptEvent<'a> (dependency: &'static str, attempt: u32, delay: Duration, error: &'a str);
    GiveUpEvent<'a> (dependency: &'static str, attempts: u32, reason: GiveUp, error: &'a str);
    RefusalEvent (dependency: &'static str, by: RefusedBy, retry_after: Option<Duration>);
    BreakerEvent (dependency: &'static str, from: BreakerState, to: BreakerState);
    FallbackEvent<'a> (dependency: &'static str, fallback: &'static str, error: &'a str);
    FlagEvent<'a> (flag: &'static str, from: &'a str, to: &'a str, source: &'static str);
    ReplayEvent<'a> (replayed_from: &'a str, http_status: u16);
}

impl<'a> ExternalEvent<'a> {
    /// Creates the event of a call that took this long. Set its other fields directly.
    #[must_use]
    pub const fn new(
        dependency: &'static str,
        method: &'a str,
        uri: &'a str,
        duration: Duration,
    ) -> Self {
        Self { dependency, method, uri, http_status: None, duration, retry_count: 0, error: None }
    }
}
