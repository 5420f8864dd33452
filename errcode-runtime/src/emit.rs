//! Writes events to the log and passes them to the observers.

use crate::{
    Event,
    event::{
        AttemptEvent, BreakerEvent, BreakerState, ExternalEvent, FallbackEvent, FlagEvent,
        GiveUpEvent, PanicEvent, RefusalEvent, ReplayEvent,
    },
    observer,
};
use std::time::Duration;

impl Event<'_> {
    /// Writes the event to the log at its level and passes it to every [`Observer`](crate::Observer).
    ///
    /// Failures and requests are emitted by the boundary that ends them, so for these two it only calls the observers.
    /// Policies emit most others.
    pub fn emit(&self) {
        match self {
            Self::External(external) => log_external(external),
            Self::Attempt(attempt) => log_attempt(attempt),
            Self::GiveUp(give_up) => log_give_up(give_up),
            Self::Refusal(refusal) => log_refusal(refusal),
            Self::Breaker(breaker) => log_breaker(breaker),
            Self::Fallback(fallback) => log_fallback(fallback),
            Self::Flag(flag) => log_flag(flag),
            Self::Replay(replay) => log_replay(replay),
            Self::Panic(panic) => log_panic(panic),
            Self::Failure(_) | Self::Request(_) => {}
        }
        observer::tell(self);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn log_panic(panic: &PanicEvent<'_>) {
    tracing::error!(
        target: "app",
        event = "panic",
        outcome = "failure",
        location = panic.location,
        backtrace = panic.backtrace,
        "panicked: {}",
        panic.message
    );
}

fn log_external(call: &ExternalEvent<'_>) {
    tracing::info!(
        target: "external",
        event = "external",
        http_status = call.http_status,
        uri = call.uri,
        method = call.method,
        outcome = if call.error.is_some() { "failure" } else { "success" },
        duration_ms = millis(call.duration),
        retry_count = call.retry_count,
        dependency = call.dependency,
        cause = call.error,
        "{} {}",
        call.method,
        call.uri
    );
}

/// At level debug: a retry may still succeed.
fn log_attempt(attempt: &AttemptEvent<'_>) {
    tracing::debug!(
        target: "app",
        event = "attempt",
        dependency = attempt.dependency,
        retry_count = attempt.attempt.saturating_sub(1),
        delay_ms = millis(attempt.delay),
        cause = attempt.error,
        "attempt {} at {} failed",
        attempt.attempt,
        attempt.dependency
    );
}

/// At level debug: the failure itself is logged by its boundary, with the same ids.
fn log_give_up(give_up: &GiveUpEvent<'_>) {
    tracing::debug!(
        target: "app",
        event = "give_up",
        dependency = give_up.dependency,
        retry_count = give_up.attempts.saturating_sub(1),
        reason = give_up.reason.as_str(),
        cause = give_up.error,
        "gave up on {} after {} attempts",
        give_up.dependency,
        give_up.attempts
    );
}

/// At level debug: the refusal is itself a failure, which its boundary logs.
fn log_refusal(refusal: &RefusalEvent) {
    tracing::debug!(
        target: "app",
        event = "refusal",
        dependency = refusal.dependency,
        by = refusal.by.as_str(),
        retry_after_ms = refusal.retry_after.map(millis),
        "{} refused a call to {}",
        refusal.by.as_str(),
        refusal.dependency
    );
}

fn log_breaker(breaker: &BreakerEvent) {
    macro_rules! log {
        ($level:ident) => {
            tracing::$level!(
                target: "app",
                event = "breaker",
                dependency = breaker.dependency,
                from = breaker.from.as_str(),
                to = breaker.to.as_str(),
                "the circuit breaker of {} is {}",
                breaker.dependency,
                breaker.to
            )
        };
    }
    match breaker.to {
        BreakerState::Open | BreakerState::ForcedOpen => log!(warn),
        BreakerState::Closed | BreakerState::HalfOpen | BreakerState::Disabled => log!(info),
    }
}

fn log_fallback(fallback: &FallbackEvent<'_>) {
    tracing::warn!(
        target: "app",
        event = "fallback",
        dependency = fallback.dependency,
        fallback = fallback.fallback,
        cause = fallback.error,
        "{} answered for {}",
        fallback.fallback,
        fallback.dependency
    );
}

fn log_flag(flag: &FlagEvent<'_>) {
    tracing::info!(
        target: "app",
        event = "flag",
        flag = flag.flag,
        from = flag.from,
        to = flag.to,
        source = flag.source,
        "the flag {} is {}",
        flag.flag,
        flag.to
    );
}

fn log_replay(replay: &ReplayEvent<'_>) {
    tracing::info!(
        target: "app",
        event = "replay",
        replayed_from = replay.replayed_from,
        http_status = replay.http_status,
        "replayed a stored answer"
    );
}
