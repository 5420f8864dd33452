//! Retry budgets.

use std::sync::atomic::{AtomicU64, Ordering};

/// A token bucket for retries: each call adds a fraction of a token, each retry takes a whole one.
///
/// So while a dependency is down, the retries of all callers together are at most a fraction of the calls. The
/// bucket is full at first, holds at most its capacity, and needs no clock, as in gRPC's retry throttling
/// (proposal A6). A dependency has ten retries and one more per ten calls, unless
/// [`Dependency::retry_budget`](crate::Dependency::retry_budget) says otherwise.
///
/// A retry loop of your own that finds it empty should fail with
/// [`FrameworkFault::RetryBudgetExhausted`](errcode_core::FrameworkFault::RetryBudgetExhausted).
///
/// ```
/// use errcode_resilience::Budget;
///
/// let budget = Budget::new(2, 0.5);
/// assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
/// budget.deposit();
/// budget.deposit();
/// assert!(budget.withdraw());
/// ```
#[derive(Debug)]
pub struct Budget {
    /// Thousandths of a token.
    tokens: AtomicU64,
    capacity: u64,
    deposit: u64,
}

/// A whole token.
const TOKEN: u64 = 1000;

impl Budget {
    /// Creates a full budget of `capacity` retries, to which each call adds the fraction `per_call` of one.
    ///
    /// The fraction is rounded down to thousandths. A negative one, or NaN, is 0.
    #[must_use]
    pub const fn new(capacity: u32, per_call: f64) -> Self {
        let capacity = capacity as u64 * TOKEN;
        // A negative number or NaN converts to 0.
        let deposit = (per_call * TOKEN as f64) as u64;
        Self { tokens: AtomicU64::new(capacity), capacity, deposit }
    }

    /// Returns ten retries, and one more per ten calls.
    pub(crate) const fn usual() -> Self {
        Self::new(10, 0.1)
    }

    /// Adds a call's fraction. A full bucket is only read, so that callers on several cores do not contend for
    /// it.
    #[inline]
    pub fn deposit(&self) {
        if self.tokens.load(Ordering::Relaxed) < self.capacity {
            self.add(self.deposit);
        }
    }

    /// Takes a token for a retry. Returns `false` if there is not enough.
    #[must_use]
    pub fn withdraw(&self) -> bool {
        let take = |tokens: u64| tokens.checked_sub(TOKEN);
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// Returns the token of a retry that was not made.
    pub(crate) fn refund(&self) {
        self.add(TOKEN);
    }

    /// Returns the number of retries that are left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed) / TOKEN
    }

    #[cold]
    fn add(&self, part: u64) {
        let put = |tokens: u64| Some(tokens.saturating_add(part).min(self.capacity));
        let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, put);
    }
}
