//! A layer for tests, which fails on answers that the document does not have.

use axum::extract::{MatchedPath, Request};
use errcode_http::X_ERROR_CODE;
use errcode_utoipa::{Answer, DocumentedAnswers};
use http::{Method, Response};
use pin_project_lite::pin_project;
use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;
use utoipa::openapi::OpenApi;

/// Returns a layer for tests that compares a router with its OpenAPI document: it panics on an answer whose
/// operation, status or error code the document does not have. Put it around the [`ErrorLayer`](crate::ErrorLayer).
///
/// It also records what it saw, so that a test can ask for documented answers that were never given:
/// [`Documented::unseen`].
///
/// ```
/// use axum::{Router, body::Body, http::Request, routing::get};
/// use tower::ServiceExt as _;
/// use utoipa::OpenApi;
///
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # enum ProjectError {
/// #     #[error("no project", code = "E2001", status = 404)]
/// #     NotFound,
/// # }
/// # errcode_core::catalog! { static CATALOG = [ProjectError]; }
/// errcode_axum::codes!(ShowErrors = [ProjectError::NotFound]);
///
/// #[utoipa::path(get, path = "/project", responses((status = 200, body = String), ShowErrors))]
/// async fn show() -> errcode_axum::Result<String> {
///     Err(ProjectError::NotFound)?
/// }
///
/// #[derive(OpenApi)]
/// #[openapi(paths(show))]
/// struct Api;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let documented = errcode_axum::openapi::documented(&Api::openapi());
/// let app = Router::new()
///     .route("/project", get(show))
///     .layer(errcode_axum::ErrorLayer::new(&CATALOG))
///     .layer(documented.clone());
///
/// app.oneshot(Request::get("/project").body(Body::empty()).unwrap()).await.unwrap();
/// assert_eq!(documented.unseen(), ["GET /project: 200"]);
/// # }
/// ```
#[must_use]
pub fn documented(openapi: &OpenApi) -> Documented {
    Documented(Arc::new(DocumentedAnswers::new(openapi)))
}

/// The layer of [`documented`]. Clones share one record of answers.
#[derive(Clone, Debug)]
pub struct Documented(Arc<DocumentedAnswers>);

impl Documented {
    /// Returns the documented answers that no request has got so far, sorted: `GET /projects/{id}: 404 E2001`.
    #[must_use]
    pub fn unseen(&self) -> Vec<String> {
        self.0.unseen()
    }
}

impl<S> Layer<S> for Documented {
    type Service = DocumentedService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DocumentedService { inner, documented: self.clone() }
    }
}

/// The service of [`documented`].
#[derive(Clone, Debug)]
pub struct DocumentedService<S> {
    inner: S,
    documented: Documented,
}

impl<S, B> Service<Request> for DocumentedService<S>
where
    S: Service<Request, Response = Response<B>>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = DocumentedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let matched = request.extensions().get::<MatchedPath>().cloned();
        DocumentedFuture {
            operation: matched.map(|route| (request.method().clone(), route)),
            future: self.inner.call(request),
            documented: self.documented.clone(),
        }
    }
}

pin_project! {
    /// The future of [`DocumentedService`].
    pub struct DocumentedFuture<F> {
        #[pin]
        future: F,
        // `None` if no route matched.
        operation: Option<(Method, MatchedPath)>,
        documented: Documented,
    }
}

impl<F, B, E> Future for DocumentedFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.future.poll(cx)?);
        if let Some((method, route)) = this.operation {
            let code = response.headers().get(X_ERROR_CODE).and_then(|code| code.to_str().ok());
            let answer =
                Answer { status: response.status().as_u16(), code: code.map(str::to_owned) };
            this.documented.0.check(method.as_str(), route.as_str(), answer);
        }
        Poll::Ready(Ok(response))
    }
}

impl<F> fmt::Debug for DocumentedFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentedFuture").finish_non_exhaustive()
    }
}
