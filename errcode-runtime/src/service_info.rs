//! The service that the process is.

use std::sync::OnceLock;

/// The service that this process is, for every log line. Set it once, at the start.
///
/// ```
/// use errcode_runtime::ServiceInfo;
///
/// ServiceInfo::new("evaluation-service")
///     .version(env!("CARGO_PKG_VERSION"))
///     .environment("staging")
///     .set();
/// assert_eq!(ServiceInfo::current().unwrap().name, "evaluation-service");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceInfo {
    /// The service's name.
    pub name: &'static str,
    /// The group of services it belongs to, for example `shop`.
    pub namespace: Option<&'static str>,
    /// Its version.
    pub version: Option<&'static str>,
    /// The environment it runs in, for example `production`.
    pub environment: Option<&'static str>,
    /// Which of the service's processes this is, for example the name of the pod.
    pub instance: Option<&'static str>,
}

static CURRENT: OnceLock<ServiceInfo> = OnceLock::new();

impl ServiceInfo {
    /// Creates the description of a service with this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, namespace: None, version: None, environment: None, instance: None }
    }

    /// Sets the group of services it belongs to.
    #[must_use]
    pub const fn namespace(self, namespace: &'static str) -> Self {
        Self { namespace: Some(namespace), ..self }
    }

    /// Sets the version.
    #[must_use]
    pub const fn version(self, version: &'static str) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Sets the environment it runs in.
    #[must_use]
    pub const fn environment(self, environment: &'static str) -> Self {
        Self { environment: Some(environment), ..self }
    }

    /// Sets which of the service's processes this is.
    #[must_use]
    pub const fn instance(self, instance: &'static str) -> Self {
        Self { instance: Some(instance), ..self }
    }

    /// Makes this the process's service. The first call counts; later ones return `false`.
    ///
    /// ```
    /// use errcode_runtime::ServiceInfo;
    ///
    /// assert!(ServiceInfo::new("billing").set());
    /// assert!(!ServiceInfo::new("shipping").set());
    /// assert_eq!(ServiceInfo::current().unwrap().name, "billing");
    /// ```
    pub fn set(self) -> bool {
        CURRENT.set(self).is_ok()
    }

    /// Returns the process's service, if [`set`](Self::set) was called.
    #[must_use]
    pub fn current() -> Option<&'static Self> {
        CURRENT.get()
    }
}
