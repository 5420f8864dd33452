//! Which service the process is.

use std::sync::OnceLock;

/// The process's own name, for every log line. Set once, at start.
///
/// ```
/// errcode_runtime::Service { name: "evaluation-service", version: env!("CARGO_PKG_VERSION"), environment: "staging" }.set();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The service's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Where it runs, for example `production`.
    pub environment: &'static str,
}

static CURRENT: OnceLock<Service> = OnceLock::new();

impl Service {
    /// Makes this the process's service. The first call counts; `false` where it was set before.
    pub fn set(self) -> bool {
        CURRENT.set(self).is_ok()
    }

    /// The service, where it was set.
    #[must_use]
    pub fn current() -> Option<&'static Self> {
        CURRENT.get()
    }
}
