//! The promises of the README's listing.

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

async fn get(path: &str) -> (u16, Option<String>, Value) {
    let request = Request::get(path)
        .header("X-Request-Id", "r-1")
        .body(Body::empty())
        .expect("a valid request");
    let response = crate::app().oneshot(request).await.expect("the layer answers everything");
    let code = response
        .headers()
        .get("X-Error-Code")
        .map(|code| code.to_str().expect("a code is text").to_owned());
    let (status, body) = (
        response.status().as_u16(),
        response.into_body().collect().await.expect("a body").to_bytes(),
    );
    (status, code, serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test]
async fn a_missing_project() {
    let (status, code, mut body) = get("/projects/17").await;
    assert_eq!((status, code.as_deref()), (404, Some("E2001")));
    let object = body.as_object_mut().expect("an object");
    assert!(object.remove("trace_id").is_some() && object.remove("timestamp").is_some());
    assert_eq!(
        body,
        json!({
            "success": false,
            "error": {
                "code": "E2001",
                "message": "there is no project 17",
                "retryable": false,
                "details": {"id": "17"},
            },
            "request_id": "r-1",
        })
    );
}

#[tokio::test]
async fn a_tracker_that_is_down_shows_its_neutral_text() {
    let (status, code, body) = get("/projects/2").await;
    assert_eq!((status, code.as_deref()), (502, Some("E2301")));
    assert_eq!(
        body["error"]["message"],
        "An external system is unavailable. Please try again later."
    );
    assert_eq!(
        (&body["error"]["retryable"], &body["error"]["retry_after"]),
        (&json!(true), &json!(2))
    );
}

#[tokio::test]
async fn what_axum_refuses_has_the_same_form() {
    assert_eq!(get("/nowhere").await.1.as_deref(), Some("HTTP_404"));
    assert_eq!(get("/projects/x").await.1.as_deref(), Some("HTTP_400"));
}

#[tokio::test]
async fn the_catalog_is_served() {
    let (_, _, body) = get("/errors/e2301").await;
    assert_eq!(body["title"], "The tracker did not answer.");
    let (_, _, all) = get("/errors").await;
    assert_eq!(all["errors"].as_array().map(Vec::len), Some(2));
}
