//! The history of a call, and the decision to retry.

use super::Ended;
use crate::{Budget, CallError, Class, Delays, Dependency, Reason, Retry, classify::Health};
#[cfg(feature = "inject")]
use errcode_core::Hinted as _;
use errcode_core::Journey;
use errcode_runtime::{
    Event,
    boundary::displayed,
    event::{AttemptEvent, GiveUp, GiveUpEvent},
};
use std::{fmt, time::Duration};
use tokio::time::Instant;

/// The history of one call. It takes a few words of memory until an attempt fails.
pub(crate) struct Course<'a> {
    dependency: &'static Dependency,
    retry: Option<&'a Retry>,
    due: Option<Instant>,
    repeatable: bool,
    failed: Option<Box<Failed>>,
}

/// The part that exists from the first failed attempt on.
struct Failed {
    attempts: u32,
    delays: Delays,
    errors: Vec<String>,
    gave_up: Option<GiveUp>,
}

/// A token that was taken from the budget. It is returned if the attempt is not made.
pub(crate) struct Withdrawn(&'static Budget);

impl Withdrawn {
    pub(crate) fn spend(self) {
        std::mem::forget(self);
    }
}

impl Drop for Withdrawn {
    fn drop(&mut self) {
        self.0.refund();
    }
}

impl<'a> Course<'a> {
    #[inline]
    pub(crate) fn new(
        dependency: &'static Dependency,
        retry: Option<&'a Retry>,
        due: Option<Instant>,
        repeatable: bool,
    ) -> Self {
        Self { dependency, retry, due, repeatable, failed: None }
    }

    /// Returns the number of the current or next attempt.
    #[inline]
    pub(crate) fn number(&self) -> u32 {
        self.failed.as_ref().map_or(1, |failed| failed.attempts + 1)
    }

    /// Returns the delay before the next attempt, and the token taken for it; `None` if there is no further
    /// attempt.
    #[cold]
    pub(super) fn after<T, E: fmt::Display>(
        &mut self,
        ended: &Ended<T, E>,
    ) -> Option<(Duration, Withdrawn)> {
        // Without retries there is no event and no history.
        self.retry?;
        match ended {
            // A value that is not the dependency's failure needs no other attempt.
            Ended::Result(Ok(_), Class { health: Health::Unknown, retryable: false, .. }) => None,
            Ended::Result(Err(error), class) => self.failed(*class, displayed(error)),
            Ended::Result(Ok(_), class) => {
                self.failed(*class, "the result counts as a failure".to_owned())
            }
            #[cfg(feature = "inject")]
            Ended::Injected(failure) => self.failed(failure.hints().into(), displayed(failure)),
            Ended::TimedOut(after) => {
                self.failed(Class::TRANSIENT, format!("no result within {after:?}"))
            }
            Ended::DeadlineExceeded(_) => {
                self.attempted();
                self.give_up(GiveUp::Deadline, "the deadline has passed");
                None
            }
            Ended::Refused(refusal) => {
                if self.failed.is_some() {
                    self.give_up(GiveUp::Refused, &refusal.to_string());
                }
                None
            }
        }
    }

    /// Does the same for an attempt that failed with this error.
    pub(crate) fn failed(&mut self, class: Class, error: String) -> Option<(Duration, Withdrawn)> {
        let own = self.attempted()?.delays.next();
        let asked = self.retry?.asked(class.after);
        match self.go_on(class, own.map(|own| asked.unwrap_or(own))) {
            Ok((wait, paid)) => {
                self.go_on_after(wait, error);
                Some((wait, paid))
            }
            Err(reason) => {
                self.give_up(reason, &error);
                None
            }
        }
    }

    fn attempted(&mut self) -> Option<&mut Failed> {
        let retry = self.retry?;
        let failed = self.failed.get_or_insert_with(|| {
            let delays = retry.delays_of_a_call();
            Box::new(Failed { attempts: 0, delays, errors: Vec::new(), gave_up: None })
        });
        failed.attempts += 1;
        Some(failed)
    }

    fn go_on(&self, class: Class, wait: Option<Duration>) -> Result<(Duration, Withdrawn), GiveUp> {
        if class.refused {
            return Err(GiveUp::Refused);
        }
        if class.exhausted {
            return Err(GiveUp::Exhausted);
        }
        if !class.retryable {
            return Err(GiveUp::NotRetryable);
        }
        if !self.repeatable {
            return Err(GiveUp::NotIdempotent);
        }
        let wait = wait.ok_or(GiveUp::Attempts)?;
        // An attempt that starts at the deadline has no time.
        if self.due.is_some_and(|at| at.saturating_duration_since(Instant::now()) <= wait) {
            return Err(GiveUp::Deadline);
        }
        let budget = self.dependency.budget();
        if budget.withdraw() { Ok((wait, Withdrawn(budget))) } else { Err(GiveUp::Budget) }
    }

    fn go_on_after(&mut self, wait: Duration, error: String) {
        if let Some(failed) = &mut self.failed {
            let (name, attempt) = (self.dependency.name(), failed.attempts);
            Event::Attempt(&AttemptEvent::new(name, attempt, wait, &error)).emit();
            failed.errors.push(error);
        }
    }

    fn give_up(&mut self, reason: GiveUp, error: &str) {
        if let Some(failed) = &mut self.failed {
            failed.gave_up = Some(reason);
            let (name, attempts) = (self.dependency.name(), failed.attempts);
            Event::GiveUp(&GiveUpEvent::new(name, attempts, reason, error)).emit();
        }
    }

    /// Creates the error that the caller gets after the last attempt.
    #[cold]
    pub(super) fn end<T, E>(self, ended: Ended<T, E>) -> Result<T, CallError<E>> {
        let reason = match ended {
            Ended::Result(Ok(value), _) => return Ok(value),
            Ended::Result(Err(error), _) => Reason::Failed(error),
            #[cfg(feature = "inject")]
            Ended::Injected(failure) => Reason::Injected(failure),
            Ended::TimedOut(after) => Reason::TimedOut(after),
            Ended::DeadlineExceeded(_) => Reason::DeadlineExceeded,
            Ended::Refused(refusal) => Reason::Refused(refusal),
        };
        Err(CallError::new(reason, self.journey()))
    }

    pub(crate) fn journey(self) -> Option<Journey> {
        let failed = self.failed?;
        let mut journey = Journey::default();
        journey.dependency = Some(self.dependency.name());
        journey.attempts = failed.attempts;
        journey.gave_up = failed.gave_up.map(GiveUp::as_str);
        journey.history = failed.errors;
        journey.exhausted = matches!(
            failed.gave_up,
            Some(GiveUp::Attempts | GiveUp::Budget | GiveUp::Deadline | GiveUp::Exhausted)
        );
        Some(journey)
    }
}
