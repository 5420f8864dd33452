//! The layer and its settings.

use crate::{Foreign, Rename, headers::X_REQUEST_ID};
use errcode_core::{
    Catalog,
    wire::{BodyFormat, Envelope, MAX_VIOLATIONS},
};
use http::HeaderName;
use std::{fmt, marker::PhantomData, sync::Arc};

/// Answers every failure of a request in one format, with a catalogued code, and reports it once.
///
/// Use it through the alias for your framework: [`ErrorLayer`](crate::ErrorLayer) for plain services of `http` types,
/// `errcode_axum::ErrorLayer` for axum. `F` is the [`Framework`](crate::Framework) whose requests it answers. Put the
/// layer around everything that can fail, so that unknown routes, rejections and panics pass it too. A layer within
/// another one leaves ids and log to the outer one.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("one", code = "E1", status = 404)]
/// # struct One;
/// # errcode_core::catalog! { static CATALOG = [One]; }
/// use errcode_http::{ErrorLayer, Foreign};
///
/// let layer = ErrorLayer::new(&CATALOG).negotiate(false).foreign(Foreign::EmptyOnly);
/// ```
pub struct ErrorLayerFor<F> {
    pub(crate) settings: Arc<Settings>,
    framework: PhantomData<fn() -> F>,
}

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) catalog: &'static Catalog,
    pub(crate) request_id: HeaderName,
    pub(crate) format: Arc<dyn BodyFormat>,
    /// The format is the one that `into_response` renders.
    pub(crate) default_format: bool,
    pub(crate) negotiate: bool,
    pub(crate) foreign: Foreign,
    pub(crate) observe: bool,
    pub(crate) rename: Rename,
    pub(crate) internals: bool,
    pub(crate) max_violations: usize,
    #[cfg(feature = "inject")]
    pub(crate) drill_key: Option<Arc<errcode_core::drill::DrillKey>>,
}

impl<F> ErrorLayerFor<F> {
    /// Creates a layer that answers with the codes of this catalog.
    #[must_use]
    pub fn new(catalog: &'static Catalog) -> Self {
        Self::with_settings(Settings {
            catalog,
            request_id: X_REQUEST_ID,
            format: match catalog.body_format() {
                Some(format) => Arc::new(format),
                None => Arc::new(Envelope),
            },
            default_format: true,
            negotiate: true,
            foreign: Foreign::default(),
            observe: false,
            rename: Rename::Keep,
            internals: false,
            max_violations: MAX_VIOLATIONS,
            #[cfg(feature = "inject")]
            drill_key: None,
        })
    }

    fn with_settings(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), framework: PhantomData }
    }

    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Arc::unwrap_or_clone(self.settings);
        change(&mut settings);
        Self::with_settings(settings)
    }

    /// Sets the header in which the id of a request is read and written. Default: `X-Request-Id`.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use errcode_http::ErrorLayer;
    /// use http::{HeaderName, Request, Response};
    /// use http_body_util::Full;
    /// use std::io;
    /// use tower::{ServiceBuilder, ServiceExt as _, service_fn};
    ///
    /// # #[derive(Debug, errcode_core::AppError)]
    /// # #[error("closed", code = "E1", status = 503)]
    /// # struct Closed;
    /// # errcode_core::catalog! { static CATALOG = [Closed]; }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let of_gateway = HeaderName::from_static("x-gateway-id");
    /// let service = ServiceBuilder::new()
    ///     .layer(ErrorLayer::new(&CATALOG).request_id_header(of_gateway))
    ///     .service(service_fn(async |_| Ok::<_, io::Error>(Response::new(Full::<Bytes>::default()))));
    ///
    /// let request = Request::builder().header("x-gateway-id", "order-17").body(()).unwrap();
    /// let response = service.oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["x-gateway-id"], "order-17");
    /// # }
    /// ```
    #[must_use]
    pub fn request_id_header(self, name: HeaderName) -> Self {
        self.with(|settings| settings.request_id = name)
    }

    /// Sets the format of answers, unless the request's `Accept` names a standard one. Default: the `format` of the
    /// catalog, which its documentation follows too, else [`Envelope`].
    #[must_use]
    pub fn body_format(self, format: impl BodyFormat + 'static) -> Self {
        self.with(|settings| {
            (settings.format, settings.default_format) = (Arc::new(format), false);
        })
    }

    /// Sets whether `Accept` can select a standard format by naming it. Default: `true`.
    #[must_use]
    pub fn negotiate(self, negotiate: bool) -> Self {
        self.with(|settings| settings.negotiate = negotiate)
    }

    /// Sets which responses without a typed error are rendered in the service's format. Default:
    /// [`Foreign::PlainText`].
    #[must_use]
    pub fn foreign(self, foreign: Foreign) -> Self {
        self.with(|settings| settings.foreign = foreign)
    }

    /// Changes nothing of a response but its ids, and logs what it would answer (event `observe`), for a service that
    /// migrates to this layer.
    #[must_use]
    pub fn observe(self) -> Self {
        self.with(|settings| settings.observe = true)
    }

    /// Adds a member `debug` with internals to the bodies: the log message, the causes, the location. For
    /// development only: pass `cfg!(debug_assertions)`, which is your crate's own.
    ///
    /// In a build without debug assertions `true` is refused, and an event at level error reports it.
    ///
    /// ```
    /// # use errcode_core::AppError;
    /// # #[derive(Debug, AppError)]
    /// # #[error("one", code = "E1", status = 404)]
    /// # struct One;
    /// # errcode_core::catalog! { static CATALOG = [One]; }
    /// let layer = errcode_http::ErrorLayer::new(&CATALOG).debug(cfg!(debug_assertions));
    /// ```
    #[must_use]
    pub fn debug(self, debug: bool) -> Self {
        let refused = debug && !cfg!(debug_assertions);
        if refused {
            tracing::error!(
                target: "app",
                "the debug switch is refused in a build without debug assertions; \
                 `debug_even_in_release` forces it"
            );
        }
        self.with(|settings| settings.internals = debug && !refused)
    }

    /// Does what [`debug`](Self::debug) does in every build. Every client can then read SQL, file names and
    /// other internals.
    #[must_use]
    pub fn debug_even_in_release(self) -> Self {
        self.with(|settings| settings.internals = true)
    }

    /// Sets the largest number of violations that an answer lists, at least 1; `errors_omitted` has the number of the
    /// others. Default: [`MAX_VIOLATIONS`], which is 100.
    #[must_use]
    pub fn max_violations(self, max_violations: usize) -> Self {
        self.with(|settings| settings.max_violations = max_violations)
    }

    /// Obeys fault drills: a request with the header `Errcode-Inject`, signed with this key, makes the calls to a
    /// dependency fail with a code of the catalog (see [`errcode_core::drill`]), if the policies of the calls have the
    /// feature `inject` too. For staging systems: whoever has the key can make requests fail.
    ///
    /// A header that is malformed, unsigned, signed with another key or expired is ignored, and an event at level warn
    /// says why. So is any, without a key.
    #[cfg(feature = "inject")]
    #[must_use]
    pub fn fault_drill(self, key: errcode_core::drill::DrillKey) -> Self {
        self.with(|settings| settings.drill_key = Some(Arc::new(key)))
    }

    /// Sets how names of fields become those that clients know, for validators, which know only Rust's. Default:
    /// [`Rename::Keep`].
    #[must_use]
    pub fn rename(self, rename: Rename) -> Self {
        self.with(|settings| settings.rename = rename)
    }
}

// Derived, it would require `F: Clone`.
impl<F> Clone for ErrorLayerFor<F> {
    fn clone(&self) -> Self {
        Self { settings: Arc::clone(&self.settings), framework: PhantomData }
    }
}

impl<F> fmt::Debug for ErrorLayerFor<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorLayer").field("catalog", self.settings.catalog).finish_non_exhaustive()
    }
}
