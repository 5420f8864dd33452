//! What does not depend on whether anybody listens to the log. A process of its own, since the most verbose listener of
//! a process counts for all of it.

use axum::{
    BoxError, Router,
    body::{Body, Bytes},
    extract::Request,
    response::Response,
    routing::get,
};
use errcode_axum::ErrorLayer;
use errcode_core::AppError;
use errcode_runtime::{Context, JsonLines};
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tracing_subscriber::{Layer as _, filter::LevelFilter, layer::SubscriberExt as _};

#[derive(Debug, AppError)]
#[error("gone", code = "E1", status = 404)]
struct Gone;

errcode_core::catalog! { static CATALOG = [Gone]; }

/// Streams the id of the request, and fails.
async fn failing() -> Response {
    let pieces = stream::iter([true, false]).map(|goes_on| {
        let id = Context::current().map(|context| Bytes::from(context.request_id().to_string()));
        id.filter(|_| goes_on).ok_or(BoxError::from("the cursor is gone"))
    });
    Response::new(Body::from_stream(pieces))
}

/// Returns whether the request's id was streamed, and how the body ended.
async fn served() -> (bool, String) {
    let app = Router::new().route("/", get(failing)).layer(ErrorLayer::new(&CATALOG));
    let request = Request::get("/").body(Body::empty()).expect("a request");
    let response = app.oneshot(request).await.expect("the layer answers everything");
    let id = response.headers()["x-request-id"].clone();
    let mut body = response.into_body();
    let first = body.frame().await.expect("a frame").expect("data").into_data().expect("data");
    let end = body.frame().await.expect("an end").expect_err("a failure");
    (first == id.as_bytes(), end.to_string())
}

#[tokio::test]
async fn a_stream_has_its_context_without_a_log_and_fails_in_a_log_of_failures_only() {
    let (has_context, end) = served().await;
    assert!(has_context);
    assert_eq!(end, "a layer below failed: the cursor is gone");

    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let layer = JsonLines::to(move |line| to.lock().unwrap().extend_from_slice(line));
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(LevelFilter::WARN));
    let _log = tracing::subscriber::set_default(subscriber);
    assert!(served().await.0);
    let log = String::from_utf8(lines.lock().unwrap().clone()).expect("UTF-8");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [failure] = &lines[..] else { panic!("one line: {log}") };
    assert_eq!((&failure["event"], &failure["phase"]), (&"failure".into(), &"body".into()));
}
