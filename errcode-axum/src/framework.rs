//! axum as a framework of the error layer.

use axum::{
    body::Body,
    extract::{MatchedPath, OriginalUri, Request},
};
use errcode_http::{Framework, Matched, Watched};

/// axum as a [`Framework`] of the error layer.
#[derive(Clone, Copy, Debug)]
pub enum Axum {}

/// Answers every failure of a request in one format, with a catalogued code, and reports it once.
///
/// Add it with [`Router::layer`](axum::Router::layer) after the last route, so that unknown routes pass it too. See the
/// [crate's example](crate).
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("one", code = "E1", status = 404)]
/// # struct One;
/// # errcode_core::catalog! { static CATALOG = [One]; }
/// use axum::Router;
/// use errcode_axum::ErrorLayer;
///
/// let app: Router = Router::new().layer(ErrorLayer::new(&CATALOG).debug(cfg!(debug_assertions)));
/// ```
pub type ErrorLayer = errcode_http::ErrorLayerFor<Axum>;

/// The service of [`ErrorLayer`].
pub type ErrorService<S> = errcode_http::ErrorService<S, Axum>;

/// The pattern of the route that a request matched.
#[derive(Debug)]
pub struct Route(MatchedPath);

impl AsRef<str> for Route {
    fn as_ref(&self) -> &str {
        self.0.as_str()
    }
}

impl<B> Framework<Body, B> for Axum
where
    B: http_body::Body<Data = bytes::Bytes, Error: Into<axum::BoxError>> + Send + Unpin + 'static,
{
    type Route = Route;
    type Body = Body;

    fn matched(request: &Request) -> Matched<Route> {
        match request.extensions().get::<MatchedPath>() {
            Some(path) => Matched::Route(Route(path.clone())),
            None => Matched::No,
        }
    }

    fn uri(request: &Request) -> &http::Uri {
        request.extensions().get::<OriginalUri>().map_or(request.uri(), |original| &original.0)
    }

    fn body(body: B) -> Body {
        Body::new(body)
    }

    fn streaming(body: Watched<B>) -> Body {
        Body::new(body)
    }
}

/// Returns a body that runs in the context and span of the caller.
///
/// The server polls a streaming body after the handler has returned, outside its context, so what the body logs would
/// have no ids. Without a context the body runs as it is. Under the [`ErrorLayer`] a streaming body runs in its
/// request's context anyway; use this for bodies that are sent elsewhere.
///
/// ```
/// use axum::{body::Body, response::Response};
/// # use futures_util::stream;
/// async fn report() -> Response {
///     let rows = stream::iter(["a\n", "b\n"].map(Ok::<_, std::io::Error>));
///     Response::new(errcode_axum::in_context(Body::from_stream(rows)))
/// }
/// ```
pub fn in_context(body: Body) -> Body {
    Body::new(errcode_http::in_context(body))
}
