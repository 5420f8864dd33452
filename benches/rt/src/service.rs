//! Requests through an axum service.

use crate::{lines, ours, peers};
use axum::{
    Router,
    body::Body,
    extract::{Path, Request},
    response::{IntoResponse as _, Response},
    routing::get,
};
use http_body_util::BodyExt as _;
use std::{
    convert::Infallible,
    pin::pin,
    task::{Context, Poll, Waker},
};
use tower::{Service, ServiceBuilder, ServiceExt as _};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

async fn user(Path(id): Path<u64>) -> String {
    format!("user {id}")
}

async fn failing() -> errcode_axum::Result<()> {
    Err(ours::error())?
}

async fn failing_by_hand() -> Response {
    let error = peers::by_hand();
    lines::warn(&error, "/fail");
    error.into_response()
}

pub async fn failing_without_log() -> Response {
    peers::by_hand().into_response()
}

pub fn bare() -> Router {
    Router::new().route("/users/{id}", get(user)).route("/fail", get(failing))
}

pub fn with_layer() -> Router {
    bare().layer(errcode_axum::ErrorLayer::new(&ours::CATALOG))
}

/// The ids, the span and the panics, as far as tower-http goes.
pub fn with_tower_http() -> Router {
    let id = axum::http::HeaderName::from_static("x-request-id");
    let by_hand =
        Router::new().route("/users/{id}", get(user)).route("/fail", get(failing_by_hand));
    by_hand.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(id.clone(), MakeRequestUuid))
            .layer(PropagateRequestIdLayer::new(id))
            .layer(TraceLayer::new_for_http())
            .layer(CatchPanicLayer::new()),
    )
}

pub fn with_nothing() -> Router {
    bare().layer(tower::layer::util::Identity::new())
}

pub fn user_request() -> Request {
    let request = Request::builder().uri("/users/42").header("host", "example.com");
    request.body(Body::empty()).unwrap()
}

/// A request that fails, with both ids.
pub fn failing_request() -> Request {
    let request = Request::builder().uri("/fail").header("x-request-id", ours::REQUEST_ID);
    request.header("x-trace-id", ours::TRACE_ID).body(Body::empty()).unwrap()
}

fn drive<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Serves the request and reads the whole body.
pub fn serve<S>(service: &S, request: Request) -> usize
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    drive(async {
        let Ok(response) = service.clone().oneshot(request).await;
        response.into_body().collect().await.unwrap().to_bytes().len()
    })
}

/// Returns the body of a response, for the check that all peers answer the same.
pub fn text(response: Response) -> Vec<u8> {
    drive(async { response.into_body().collect().await.unwrap().to_bytes().to_vec() })
}
