//! The history of a failed call.

use super::{chain::held, failure_error::FailureError};
use core::{
    cell::{Cell, RefCell},
    error::Error,
};

/// The history of a call that became a [`Failure`](crate::Failure). Policies write it, and the log shows it.
///
/// ```
/// use errcode_core::{Failure, FrameworkFault, Journey};
///
/// // A retry loop of your own keeps what happened:
/// let mut journey = Journey::default();
/// journey.dependency = Some("mailer");
/// journey.attempts = 2;
/// journey.gave_up = Some("attempts");
/// journey.history = vec!["connection refused".to_owned()];
/// let failure = Failure::fault(FrameworkFault::Upstream, "the mailer answered 503").with_journey(journey);
/// assert_eq!(failure.journey().unwrap().attempts, 2);
/// ```
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

thread_local! {
    static IS_ASKED: Cell<bool> = const { Cell::new(false) };
    static OFFERED: RefCell<Option<Journey>> = const { RefCell::new(None) };
}

impl Journey {
    /// Tells whoever walks the sources of an error the history of this one. `Error::source` calls it, since an error
    /// whose type is not known can only be asked by its methods, and `Error::provide` is not stable.
    #[doc(hidden)]
    pub fn offer(make: impl FnOnce() -> Self) {
        if !IS_ASKED.get() {
            return;
        }
        let journey = make();
        let _ = OFFERED.try_with(|offered| match &mut *offered.borrow_mut() {
            Some(outer) => outer.exhausted |= journey.exhausted,
            offered => *offered = Some(journey),
        });
    }

    /// Takes what was offered; nothing in the destructor of a thread-local value, where it may be gone.
    fn taken() -> Option<Self> {
        OFFERED.try_with(RefCell::take).ok().flatten()
    }

    /// Returns the outermost history in an error and its sources; it is exhausted if any of them is.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        struct Asking;
        impl Drop for Asking {
            fn drop(&mut self) {
                IS_ASKED.set(false);
                Journey::taken();
            }
        }
        let _asking = Asking;
        IS_ASKED.set(true);
        for error in held(error) {
            if let Some(error) = error.downcast_ref::<FailureError>() {
                error.failure().offer_journey();
            }
        }
        Self::taken()
    }
}
