//! Tests that see an answer which the document does not have fail.

use axum::extract::{MatchedPath, Request};
use errcode_utoipa::ERROR_CODES;
use http::{Method, Response, StatusCode};
use pin_project_lite::pin_project;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;
use utoipa::openapi::{OpenApi, PathItem, RefOr, path::Operation};

/// A layer for tests that holds a router to its OpenAPI document: it panics at an answer whose operation, status or error code the document does not
/// have. Put it outside the [`ErrorLayer`](crate::ErrorLayer).
///
/// It also keeps account of what it saw, so that a test can ask for documented answers that never came: [`Documented::unseen`].
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
    let paths = openapi.paths.paths.iter();
    let operations = paths.flat_map(|(path, item)| {
        operations(item)
            .map(move |(method, operation)| (format!("{method} {path}"), outcomes(operation)))
    });
    Documented(Arc::new(Book { operations: operations.collect(), seen: Mutex::default() }))
}

/// The layer of [`documented`]. Clones share their account.
#[derive(Clone)]
pub struct Documented(Arc<Book>);

/// A status, with the error code where there is one.
type Served = (u16, Option<String>);

struct Book {
    /// `GET /projects/{id}` and what it may answer.
    operations: BTreeMap<String, BTreeSet<Served>>,
    seen: Mutex<BTreeSet<(String, Served)>>,
}

fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::OPTIONS, &item.options),
        (Method::HEAD, &item.head),
        (Method::PATCH, &item.patch),
        (Method::TRACE, &item.trace),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn outcomes(operation: &Operation) -> BTreeSet<Served> {
    let mut outcomes = BTreeSet::new();
    for (status, response) in &operation.responses.responses {
        let (Ok(status), RefOr::T(response)) = (status.parse(), response) else { continue };
        let codes = response
            .extensions
            .as_ref()
            .and_then(|extensions| extensions.get(ERROR_CODES)?.as_array());
        match codes {
            Some(codes) => outcomes.extend(
                codes.iter().filter_map(|code| Some((status, Some(code.as_str()?.to_owned())))),
            ),
            None => {
                outcomes.insert((status, None));
            }
        }
    }
    outcomes
}

impl Documented {
    /// Documented answers that no request got so far, sorted: `GET /projects/{id}: 404 E2001`.
    #[must_use]
    pub fn unseen(&self) -> Vec<String> {
        let seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let documented = self.0.operations.iter();
        documented
            .flat_map(|(operation, outcomes)| {
                outcomes.iter().map(move |outcome| (operation, outcome))
            })
            .filter(|(operation, outcome)| {
                !seen.contains(&((*operation).clone(), (*outcome).clone()))
            })
            .map(|(operation, outcome)| format!("{operation}: {}", Shown(outcome)))
            .collect()
    }
}

impl Book {
    /// # Panics
    ///
    /// Where the document does not have the answer.
    fn check(&self, operation: &str, outcome: Served) {
        let Some(documented) = self.operations.get(operation) else {
            // A method that the route does not take is no operation of the document's.
            assert!(
                outcome.0 == StatusCode::METHOD_NOT_ALLOWED.as_u16(),
                "`{operation}` is not in the OpenAPI document"
            );
            return;
        };
        assert!(
            documented.contains(&outcome),
            "`{operation}` answered {}, which its OpenAPI document does not have; it has {}",
            Shown(&outcome),
            documented
                .iter()
                .map(|outcome| Shown(outcome).to_string())
                .collect::<Vec<_>>()
                .join(", ")
        );
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((operation.to_owned(), outcome));
    }
}

/// `404 E2001`
struct Shown<'a>(&'a Served);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            (status, Some(code)) => write!(f, "{status} {code}"),
            (status, None) => write!(f, "{status}"),
        }
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
        // HEAD is answered by the operation of GET.
        let method =
            if *request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let route = request.extensions().get::<MatchedPath>();
        let operation = route.map(|route| format!("{method} {}", route.as_str()));
        DocumentedFuture {
            future: self.inner.call(request),
            operation,
            documented: self.documented.clone(),
        }
    }
}

pin_project! {
    /// The future of [`DocumentedService`].
    pub struct DocumentedFuture<F> {
        #[pin]
        future: F,
        // `None` where no route matched.
        operation: Option<String>,
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
        if let Some(operation) = this.operation {
            let code = response.headers().get(errcode_http::X_ERROR_CODE);
            let code = code.and_then(|code| code.to_str().ok()).map(str::to_owned);
            this.documented.0.check(operation, (response.status().as_u16(), code));
        }
        Poll::Ready(Ok(response))
    }
}

impl fmt::Debug for Documented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documented")
            .field("operations", &self.0.operations.keys())
            .finish_non_exhaustive()
    }
}
