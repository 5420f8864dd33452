//! The ids that come with a request, and how they go on.

mod support;

use axum::{Router, body::Body, routing::get};
use errcode_runtime::{Context, TraceParent, spawn};
use serde_json::{Map, Value, json};
use support::{request, send_to};

#[derive(Debug, errcode_core::AppError)]
#[error("unused", code = "E1", status = 404)]
struct Unused;

errcode_core::catalog! { static CATALOG = [Unused]; }

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";

/// What a spawned task's call to another service would carry.
async fn relay() -> String {
    let headers = spawn(async { Context::current().expect("taken along").outgoing() })
        .await
        .expect("no panic");
    Value::from(
        headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect::<Map<_, _>>(),
    )
    .to_string()
}

/// The outgoing headers of a request with these.
fn outgoing(headers: &[(&str, &str)]) -> Value {
    let app = Router::new().route("/", get(relay)).layer(errcode_axum::ErrorLayer::new(&CATALOG));
    let mut request = request("GET", "/");
    for (name, value) in headers {
        request = request.header(
            *name,
            http::HeaderValue::from_bytes(value.as_bytes()).expect("a header value"),
        );
    }
    send_to(app, request.body(Body::empty()).expect("valid")).json()
}

fn parent(outgoing: &Value) -> TraceParent {
    outgoing["traceparent"].as_str().and_then(TraceParent::parse).expect("always")
}

#[test]
fn a_valid_trace_goes_on() {
    let headers = outgoing(&[
        ("traceparent", PARENT),
        ("tracestate", "rojo=1,congo=2"),
        ("tracestate", ""),
        ("tracestate", "baz= 3 "),
        ("x-request-id", "r-1"),
        ("x-task-id", "APEX-17"),
    ]);
    let parent = parent(&headers);
    assert_eq!((parent.trace_id.as_str(), parent.flags), (TRACE, 3));
    assert_ne!(parent.parent_id.as_str(), "00f067aa0ba902b7");
    assert_eq!(headers["tracestate"], "rojo=1,congo=2,baz= 3");
    let ids = (
        &headers["x-request-id"],
        &headers["x-task-id"],
        &headers["x-trace-id"],
        headers.get("x-correlation-id"),
    );
    assert_eq!(ids, (&json!("r-1"), &json!("APEX-17"), &json!(TRACE), None));
}

#[test]
fn an_invalid_traceparent_takes_the_state_with_it() {
    for headers in [
        vec![("tracestate", "a=1")],
        vec![
            ("tracestate", "a=1"),
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
        ],
        vec![("tracestate", "a=1"), ("traceparent", PARENT), ("traceparent", PARENT)],
    ] {
        let seen = outgoing(&headers);
        assert_eq!(seen.get("tracestate"), None, "{headers:?}");
        assert_ne!(parent(&seen).trace_id.as_str(), TRACE, "{headers:?}");
        assert_eq!(parent(&seen).flags, TraceParent::RANDOM);
    }
}

#[test]
fn an_invalid_state_leaves_the_traceparent() {
    for state in ["a", "A=1", "a=1,a", "a=é"] {
        let seen = outgoing(&[("traceparent", PARENT), ("tracestate", state)]);
        assert_eq!(
            (seen.get("tracestate"), parent(&seen).trace_id.as_str()),
            (None, TRACE),
            "{state}"
        );
    }
}

#[test]
fn an_id_of_the_caller_s_own_goes_on_from_service_to_service() {
    let first = outgoing(&[("x-trace-id", "legacy-7")]);
    assert_eq!(first["x-correlation-id"], "legacy-7");
    assert_eq!(first["x-trace-id"], parent(&first).trace_id.as_str());
    let (traceparent, correlation) =
        (first["traceparent"].as_str(), first["x-correlation-id"].as_str());
    let (traceparent, correlation) =
        (traceparent.expect("a header"), correlation.expect("a header"));
    let second = outgoing(&[("traceparent", traceparent), ("x-correlation-id", correlation)]);
    assert_eq!(
        (&second["x-correlation-id"], &second["x-trace-id"]),
        (&json!("legacy-7"), &first["x-trace-id"])
    );
}
