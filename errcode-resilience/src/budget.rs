//! How many retries a dependency gets.

use std::sync::atomic::{AtomicU64, Ordering};

/// A token bucket: each call puts a part of a token in, each retry takes a whole one out.
///
/// While a dependency is down, the retries of all its callers together then stay a fraction of the calls. The bucket is
/// full at first, holds at most its capacity, and needs no clock (the scheme of gRPC's retry throttling,
/// proposal A6). A dependency has ten retries and one per ten calls, unless
/// [`Dependency::retry_budget`](crate::Dependency::retry_budget) says otherwise.
///
/// A loop of one's own that finds it empty fails with
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
    /// Creates a full budget of this many retries, into which each call puts this part of one.
    ///
    /// The part is taken to thousandths, and as 0 where it is negative or not a number.
    #[must_use]
    pub const fn new(capacity: u32, per_call: f64) -> Self {
        let capacity = capacity as u64 * TOKEN;
        // A negative or undefined number converts to 0.
        let deposit = (per_call * TOKEN as f64) as u64;
        Self { tokens: AtomicU64::new(capacity), capacity, deposit }
    }

    /// Ten retries at once, then one per ten calls.
    pub(crate) const fn usual() -> Self {
        Self::new(10, 0.1)
    }

    /// Puts in what a call gives. A full bucket is only read, so that callers on several cores do not disturb
    /// each other.
    #[inline]
    pub fn deposit(&self) {
        if self.tokens.load(Ordering::Relaxed) < self.capacity {
            self.add(self.deposit);
        }
    }

    /// Takes out what a retry costs; `false` where there is not enough.
    #[must_use]
    pub fn withdraw(&self) -> bool {
        let take = |tokens: u64| tokens.checked_sub(TOKEN);
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// Gives back what was taken for a retry that did not take place.
    pub(crate) fn refund(&self) {
        self.add(TOKEN);
    }

    /// Returns how many retries are left.
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
