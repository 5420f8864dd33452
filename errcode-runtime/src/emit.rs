//! Writes events to the log and passes them to the observers.

use crate::{
    Event,
    event::{
        AttemptEvent, BreakerEvent, BreakerState, ExternalEvent, FallbackEvent, FlagEvent,
        GiveUpEvent, PanicEvent, RefusalEvent, ReplayEvent,
    },
    log::log_event,
    observer,
    texts::without_url_secrets,
};
use std::{borrow::Cow, time::Duration};

impl Event<'_> {
    /// Writes the event to the log at its level and passes it to every [`Observer`](crate::Observer).
    ///
    /// Failures and requests are emitted by the boundary that ends them, so for these two it only calls the observers.
    /// Policies emit most others. The texts of errors are shown without the user information and queries of URLs.
    pub fn emit(&self) {
        match *self {
            Self::External(&ExternalEvent { error: Some(error), .. })
            | Self::Attempt(&AttemptEvent { error, .. })
            | Self::GiveUp(&GiveUpEvent { error, .. })
            | Self::Fallback(&FallbackEvent { error, .. }) => match without_url_secrets(error) {
                Cow::Owned(error) => self.emit_with(&error),
                Cow::Borrowed(_) => self.emit_as_it_is(),
            },
            _ => self.emit_as_it_is(),
        }
    }

    /// Emits the event with this text of its error.
    fn emit_with(&self, error: &str) {
        match *self {
            Self::External(&event) => {
                Event::External(&ExternalEvent { error: Some(error), ..event }).emit_as_it_is();
            }
            Self::Attempt(&event) => {
                Event::Attempt(&AttemptEvent { error, ..event }).emit_as_it_is();
            }
            Self::GiveUp(&event) => Event::GiveUp(&GiveUpEvent { error, ..event }).emit_as_it_is(),
            Self::Fallback(&event) => {
                Event::Fallback(&FallbackEvent { error, ..event }).emit_as_it_is();
            }
            _ => self.emit_as_it_is(),
        }
    }

    fn emit_as_it_is(&self) {
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
    log_event!(
        App ERROR "panic",
        { outcome: "failure", location: panic.location, backtrace: panic.backtrace },
        "panicked: {}", panic.message
    );
}

fn log_external(call: &ExternalEvent<'_>) {
    log_event!(
        External INFO "external",
        {
            http_status: call.http_status.map(u64::from),
            uri: call.uri,
            method: call.method,
            outcome: if call.error.is_some() { "failure" } else { "success" },
            duration_ms: millis(call.duration),
            retry_count: u64::from(call.retry_count),
            dependency: call.dependency,
            cause: call.error,
        },
        "{method} {uri}"
    );
}

/// At level debug: a retry may still succeed.
fn log_attempt(attempt: &AttemptEvent<'_>) {
    log_event!(
        App DEBUG "attempt",
        {
            dependency: attempt.dependency,
            retry_count: u64::from(attempt.attempt.saturating_sub(1)),
            delay_ms: millis(attempt.delay),
            cause: attempt.error,
        },
        "attempt {} at {dependency} failed", attempt.attempt
    );
}

/// At level debug: the failure itself is logged by its boundary, with the same ids.
fn log_give_up(give_up: &GiveUpEvent<'_>) {
    log_event!(
        App DEBUG "give_up",
        {
            dependency: give_up.dependency,
            retry_count: u64::from(give_up.attempts.saturating_sub(1)),
            reason: give_up.reason.as_str(),
            cause: give_up.error,
        },
        "gave up on {dependency} after {} attempts", give_up.attempts
    );
}

/// At level debug: the refusal is itself a failure, which its boundary logs.
fn log_refusal(refusal: &RefusalEvent) {
    log_event!(
        App DEBUG "refusal",
        {
            dependency: refusal.dependency,
            by: refusal.by.as_str(),
            retry_after_ms: refusal.retry_after.map(millis),
        },
        "{by} refused a call to {dependency}"
    );
}

fn log_breaker(breaker: &BreakerEvent) {
    macro_rules! log {
        ($level:ident) => {
            log_event!(
                App $level "breaker",
                {
                    dependency: breaker.dependency,
                    from: breaker.from.as_str(),
                    to: breaker.to.as_str(),
                },
                "the circuit breaker of {dependency} is {to}"
            )
        };
    }
    match breaker.to {
        BreakerState::Open | BreakerState::ForcedOpen => log!(WARN),
        BreakerState::Closed | BreakerState::HalfOpen | BreakerState::Disabled => log!(INFO),
    }
}

fn log_fallback(answer: &FallbackEvent<'_>) {
    log_event!(
        App WARN "fallback",
        { dependency: answer.dependency, fallback: answer.fallback, cause: answer.error },
        "{fallback} answered for {dependency}"
    );
}

fn log_flag(change: &FlagEvent<'_>) {
    log_event!(
        App INFO "flag",
        { flag: change.flag, from: change.from, to: change.to, source: change.source },
        "the flag {flag} is {to}"
    );
}

fn log_replay(replay: &ReplayEvent<'_>) {
    log_event!(
        App INFO "replay",
        {
            replayed_from: replay.replayed_from,
            http_status: u64::from(replay.http_status),
        },
        "replayed a stored answer"
    );
}
