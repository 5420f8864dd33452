//! Dependencies.

use crate::Budget;
use std::fmt;

/// A system that the service calls, with the retry budget that all calls to it share.
///
/// ```
/// use errcode_resilience::Dependency;
///
/// static LLM: Dependency = Dependency::new("llm");
/// assert_eq!(LLM.name(), "llm");
/// ```
pub struct Dependency {
    name: &'static str,
    budget: Budget,
}

impl Dependency {
    /// Creates a dependency with the usual [`Budget`].
    ///
    /// The name is a label in metrics and logs, so it is static: no value of a request can get into it.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, budget: Budget::usual() }
    }

    /// Sets the retry budget.
    #[must_use]
    pub const fn retry_budget(self, budget: Budget) -> Self {
        Self { name: self.name, budget }
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the retry budget.
    #[must_use]
    pub const fn budget(&self) -> &Budget {
        &self.budget
    }
}

impl fmt::Debug for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dependency").field(&self.name).finish()
    }
}
