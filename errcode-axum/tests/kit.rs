//! The test kit, and failures where no response is left.

use axum::{body::Body, extract::ws, response::IntoResponse as _};
use errcode_axum::test::{assert_code, assert_no_leak, golden};
use errcode_core::{AppError, wire::Envelope};
use errcode_runtime::{Context, Id, JsonLines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, AppError)]
enum ShopError {
    #[error("secret {id}", code = "E1", status = 404, user_msg = "no item {id}")]
    Missing { id: u32 },
    #[error("no stock", code = "E2", status = 503, retryable(after = "2s"))]
    NoStock,
    #[error("hidden", code = "E3", status = 409, internal)]
    Hidden,
    #[error("cannot store", code = "E4", status = 500, user_msg = "try again")]
    Store(#[source] std::io::Error),
}

mod inner {
    #[derive(Debug, errcode_core::AppError)]
    pub(crate) enum Deep {
        #[error("gone", code = "E8", status = 410)]
        Gone,
    }
}

errcode_core::catalog! { static CATALOG = [ShopError]; languages = ["en"]; }

fn response(error: ShopError) -> axum::response::Response {
    errcode_axum::Failure::from(error).into_response()
}

fn fails(run: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(run)).expect_err("it fails");
    payload.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn codes_are_compared() {
    let missing = response(ShopError::Missing { id: 1 });
    assert_code!(missing, "E1");
    assert_code!(missing, ShopError::Missing);
    assert_code!(response(ShopError::Hidden), ShopError::Hidden);
    assert_code!(errcode_axum::Failure::from(inner::Deep::Gone).into_response(), inner::Deep::Gone);
    let text = fails(|| assert_code!(missing, "E2"));
    assert!(
        text.starts_with(
            r#"expected the code E2, but the response is a 404 Not Found with "E1", Failure(E1: secret 1"#
        ),
        "{text}"
    );
    let text = fails(|| assert_code!(missing, ShopError::NoStock));
    assert!(text.starts_with("expected ShopError::NoStock, but"), "{text}");
}

#[test]
fn leaks_are_found() {
    let error = ShopError::Store(std::io::Error::other("disk \"a\" full"));
    assert_no_leak(&error, r#"{"message":"try again"}"#);
    for body in ["cannot store", r#"{"cause":"disk \"a\" full"}"#] {
        assert!(fails(|| assert_no_leak(&error, body)).starts_with("the body contains"), "{body}");
    }
}

#[test]
fn golden_files_are_written_and_compared() {
    let directory = std::env::temp_dir().join(format!("errcode-golden-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a directory");
    let check = || golden(&CATALOG, &Envelope, &directory);
    let missing = fails(check);
    let body = concat!(
        r#"{"success":false,"error":{"code":"E1","message":"no item 1","retryable":false,"#,
        r#""details":{"id":"1"}},"request_id":"req_01KHZ4QG80Z4T5W6R7S8V9X0A1","#,
        r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","timestamp":"2026-02-21T10:00:00Z"}"#
    );
    assert!(
        missing.contains("E1.json: ")
            && missing.contains("E4.json: ")
            && !missing.contains("E3.json"),
        "{missing}"
    );
    fs::write(directory.join("E1.json"), body).expect("written");
    fs::write(directory.join("E9.json"), "gone").expect("written");
    let differing = fails(check);
    assert!(
        !differing.contains("E1.json") && differing.contains("E9.json belongs to no code"),
        "{differing}"
    );
    fs::remove_dir_all(directory).expect("removed");
}

/// What the closure gives, and the events it logs.
fn logged<R>(run: impl FnOnce() -> R) -> (R, Vec<Value>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let layer = JsonLines::to(move |line| to.lock().expect("no panic").extend_from_slice(line));
    let result = tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), run);
    let lines = String::from_utf8(lines.lock().expect("no panic").clone()).expect("UTF-8");
    (result, lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

fn context() -> Context {
    Context::builder().catalog(&CATALOG).request_id(Id::parse("r-1")).build()
}

#[test]
fn a_stream_s_failure_is_an_event_and_logged_once() {
    let (event, log) = logged(|| errcode_axum::event(ShopError::Missing { id: 17 }, &context()));
    let stream = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(event)]);
    let response = axum::response::Sse::new(stream).into_response();
    let body = futures_util::FutureExt::now_or_never(response.into_body().collect())
        .expect("ready")
        .expect("a body");
    let text = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    let data = text.strip_prefix("event: error\ndata: ").expect("an error event");
    let error: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!((&error["code"], &error["message"]), (&json!("E1"), &json!("no item 17")));
    assert_eq!((&error["request_id"], log.len()), (&json!("r-1"), 1));
    assert_eq!((&log[0]["code"], &log[0]["requestId"]), (&json!("E1"), &json!("r-1")));
}

#[test]
fn a_websocket_gets_the_failure_and_is_closed() {
    let (message, log) =
        logged(|| errcode_axum::message(ShopError::Missing { id: 17 }, &context()));
    let error: Value = serde_json::from_str(message.to_text().expect("a text")).expect("JSON");
    assert_eq!((&error["code"], log.len()), (&json!("E1"), 1));
    for (error, code, reason) in [
        (ShopError::Missing { id: 17 }, 1008, "E1: no item 17"),
        (ShopError::NoStock, 1013, "E2: "),
        (ShopError::Store(std::io::Error::other("secret")), 1011, "E4: try again"),
        (ShopError::Hidden, 1011, "SERVER_ERROR: "),
    ] {
        let (message, log) = logged(|| errcode_axum::close(error, &context()));
        let ws::Message::Close(Some(frame)) = message else { panic!("no close frame") };
        assert_eq!((frame.code, log.len()), (code, 1));
        assert!(
            frame.reason.starts_with(reason) && frame.reason.len() <= 123,
            "{}",
            frame.reason.as_str()
        );
    }
}

#[tokio::test]
async fn a_streaming_body_is_made_in_its_context() {
    let context = context();
    let ids = || {
        futures_util::stream::poll_fn({
            let mut done = false;
            move |_| {
                let id = Context::current()
                    .map_or("none".to_owned(), |context| context.request_id().to_string());
                let item =
                    (!std::mem::replace(&mut done, true)).then_some(Ok::<_, std::io::Error>(id));
                std::task::Poll::Ready(item)
            }
        })
    };
    let inside = context.enter(|| errcode_axum::in_context(Body::from_stream(ids())));
    let outside = errcode_axum::in_context(Body::from_stream(ids()));
    for (body, id) in [(inside, "r-1"), (outside, "none")] {
        assert_eq!(body.collect().await.expect("a body").to_bytes(), id);
    }
}
