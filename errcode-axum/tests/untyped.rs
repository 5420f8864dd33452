//! Every way a request can fail gives a catalogued code in one form, the same ids in body, header and log, and
//! exactly one log event.

mod support;

use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Query},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use errcode_axum::extract;
use errcode_core::{AppError, Failure, FaultCodes, FrameworkFault, prelude::*};
use errcode_runtime::JsonLines;
use http::{HeaderName, Request, StatusCode, header};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use support::{Seen, empty, json, request, send_to};
use tower::{ServiceExt as _, service_fn};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, AppError)]
enum ShopError {
    #[error("secret display of {id}", code = "E1", status = 404, user_msg = "no item {id}")]
    Missing { id: u32 },
    #[error("no such page", code = "E2", status = 404, level = info)]
    NoPage,
    #[error("broken", code = "E3", status = 500)]
    Broken,
    #[error("limited", code = "E4", status = 429, retryable(after = wait))]
    Limited { wait: u64 },
    #[error("hidden: {reason}", code = "E5", status = 409, internal, user_msg = "hidden {reason}")]
    Hidden { reason: String },
}

struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        Some(match fault {
            FrameworkFault::UnknownRoute => ShopError::NoPage.into(),
            FrameworkFault::Panic | FrameworkFault::Unexpected => ShopError::Broken.into(),
            _ => return None,
        })
    }
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    service = "shop";
    faults = Faults;
}

async fn missing(Path(id): Path<u32>) -> errcode_axum::Result<()> {
    Err(ShopError::Missing { id })?
}

async fn wrapped() -> errcode_axum::Result<()> {
    let refused: Result<(), _> = Err(std::io::Error::other("SQL: select * from secrets"));
    Ok(refused.unexpected("reading the shelf")?)
}

async fn boom() {
    panic!("secret panic text")
}

async fn json_body(Json(body): Json<HashMap<String, u32>>) -> String {
    body.len().to_string()
}

async fn own_page() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], "<h1>mine</h1>").into_response()
}

fn app() -> Router {
    Router::new()
        .route("/items/{id}", get(missing).post(json_body))
        .route("/wrapped", get(wrapped))
        .route("/boom", get(boom))
        .route(
            "/limited",
            get(async || errcode_axum::Failure::from(ShopError::Limited { wait: 7 })),
        )
        .route(
            "/hidden",
            get(async || {
                errcode_axum::Failure::from(ShopError::Hidden { reason: "secret reason".into() })
            }),
        )
        .route("/json", post(json_body).layer(DefaultBodyLimit::max(16)))
        .route("/query", get(async |Query(_): Query<HashMap<String, u8>>| "ok"))
        .route(
            "/text",
            get(async || {
                (
                    StatusCode::CONFLICT,
                    [(header::SET_COOKIE, "a=b"), (header::ETAG, "x")],
                    "secret \"text\"",
                )
            }),
        )
        .route("/empty", get(async || StatusCode::SERVICE_UNAVAILABLE))
        .route(
            "/own/json",
            post(async |_: extract::Json<HashMap<String, u32>>| "ok")
                .layer(DefaultBodyLimit::max(16)),
        )
        .route("/own/query", get(async |_: extract::Query<HashMap<String, u8>>| "ok"))
        .route("/own/path/{id}", get(async |_: extract::Path<u8>| "ok"))
        .route("/page", get(own_page))
        .route("/fine", get(async || "fine"))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG))
}

fn send(request: Request<Body>) -> Seen {
    send_to(app(), request)
}

/// One row per producer: request, status, code, level of the one event. Crates that bring further producers add theirs.
fn producers() -> Vec<(&'static str, Request<Body>, u16, &'static str, &'static str)> {
    vec![
        ("a handler's error", empty("GET", "/items/17"), 404, "E1", "WARN"),
        ("an error without a code", empty("GET", "/wrapped"), 500, "E3", "ERROR"),
        ("a panic", empty("GET", "/boom"), 500, "E3", "ERROR"),
        ("an unknown route", empty("GET", "/nowhere"), 404, "E2", "INFO"),
        ("a wrong method", empty("DELETE", "/items/17"), 405, "HTTP_405", "INFO"),
        ("a raw path rejection", empty("GET", "/items/x"), 400, "HTTP_400", "INFO"),
        ("a raw query rejection", empty("GET", "/query?a=x"), 400, "HTTP_400", "INFO"),
        ("broken JSON", json("/json", "{"), 400, "HTTP_400", "INFO"),
        ("JSON of another shape", json("/json", r#"{"a":"secret"}"#), 422, "HTTP_422", "INFO"),
        (
            "no media type",
            request("POST", "/json").body("{}".into()).expect("a valid request"),
            415,
            "HTTP_415",
            "WARN",
        ),
        (
            "a body over the limit",
            json("/json", r#"{"aaaaaaaaaaaaaaaaaaaa":1}"#),
            413,
            "HTTP_413",
            "WARN",
        ),
        ("own broken JSON", json("/own/json", "{"), 400, "HTTP_400", "INFO"),
        (
            "own JSON of another shape",
            json("/own/json", r#"{"a":"secret"}"#),
            422,
            "HTTP_422",
            "INFO",
        ),
        (
            "an own body over the limit",
            json("/own/json", r#"{"aaaaaaaaaaaaaaaaaaaa":1}"#),
            413,
            "HTTP_413",
            "WARN",
        ),
        (
            "no media type for an own extractor",
            request("POST", "/own/json").body("{}".into()).expect("a valid request"),
            415,
            "HTTP_415",
            "WARN",
        ),
        ("an own query rejection", empty("GET", "/own/query?a=secret"), 400, "HTTP_400", "INFO"),
        ("an own path rejection", empty("GET", "/own/path/secret"), 400, "HTTP_400", "INFO"),
        ("a known wait", empty("GET", "/limited"), 429, "E4", "WARN"),
        ("an internal code", empty("GET", "/hidden"), 500, "E3", "WARN"),
        ("a handler's own text", empty("GET", "/text"), 409, "HTTP_409", "WARN"),
        ("a handler's bare status", empty("GET", "/empty"), 503, "HTTP_503", "ERROR"),
    ]
}

#[test]
fn every_producer() {
    for (producer, request, status, code, level) in producers() {
        let seen = send(request);
        let body = seen.json();
        assert_eq!(seen.status, status, "{producer}");
        assert_eq!(seen.header("content-type"), Some("application/json"), "{producer}");
        assert_eq!(
            (seen.header("x-error-code"), &body["error"]["code"]),
            (Some(code), &Value::from(code)),
            "{producer}"
        );
        assert_eq!(seen.header("cache-control"), Some("no-store"), "{producer}");
        assert_eq!(body["success"], false, "{producer}");
        let [event] = &seen.log[..] else { panic!("{producer}: {:?}", seen.log) };
        let logged_code = if producer == "an internal code" { "E5" } else { code };
        assert_eq!(
            (&event["code"], &event["lvl"]),
            (&Value::from(logged_code), &Value::from(level)),
            "{producer}"
        );
        assert_eq!(event["httpStatus"], status, "{producer}");
        for (in_body, in_header, in_log) in
            [("request_id", "x-request-id", "requestId"), ("trace_id", "x-trace-id", "traceId")]
        {
            let id = body[in_body].as_str().expect("an id");
            assert_eq!(
                (seen.header(in_header), event[in_log].as_str()),
                (Some(id), Some(id)),
                "{producer}"
            );
        }
        let text = String::from_utf8(seen.body).expect("UTF-8");
        assert!(!text.contains("secret"), "{producer} leaks: {text}");
    }
}

#[test]
fn a_rejected_value_is_not_logged() {
    let seen = send(json("/json", r#"{"a":"secret"}"#));
    assert!(!seen.log[0].to_string().contains("secret"), "{}", seen.log[0]);
}

#[test]
fn the_log_has_what_the_body_must_not() {
    let seen = send(empty("GET", "/wrapped"));
    assert_eq!(seen.log[0]["msg"], "reading the shelf");
    assert_eq!(seen.log[0]["cause"], "SQL: select * from secrets");
    assert!(
        seen.log[0]["location"].as_str().is_some_and(|place| place.contains("tests/untyped.rs:"))
    );
    let seen = send(empty("GET", "/boom"));
    assert_eq!(seen.log[0]["msg"], "panicked: secret panic text");
    assert_eq!(seen.log[0]["service"], "shop");
}

#[test]
fn exact_bytes_of_a_body() {
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = request("GET", "/items/17")
        .header("X-Request-Id", "r-1")
        .header("X-Task-Id", "APEX-17")
        .header("traceparent", traceparent);
    let seen = send(request.body(Body::empty()).expect("a valid request"));
    let body = String::from_utf8(seen.body.clone()).expect("UTF-8");
    let (body, time) = body.split_once(r#","timestamp":"#).expect("a timestamp");
    assert_eq!(
        body,
        concat!(
            r#"{"success":false,"error":{"code":"E1","message":"no item 17","retryable":false,"#,
            r#""details":{"id":"17"}},"request_id":"r-1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","#,
            r#""task_id":"APEX-17""#
        )
    );
    assert_eq!((time.len(), &time[20..]), (23, "Z\"}"));
    assert_eq!(seen.header("x-task-id"), Some("APEX-17"));
    assert_eq!(seen.log[0]["taskId"], "APEX-17");
    assert_eq!(seen.log[0]["msg"], "secret display of 17");
}

#[test]
fn a_known_wait_is_sent() {
    let seen = send(empty("GET", "/limited"));
    assert_eq!(seen.header("retry-after"), Some("7"));
    assert_eq!(
        (&seen.json()["error"]["retryable"], &seen.json()["error"]["retry_after"]),
        (&Value::from(true), &Value::from(7))
    );
}

#[test]
fn an_internal_code_stays_in_the_log() {
    let seen = send(empty("GET", "/hidden"));
    assert_eq!(seen.log[0]["msg"], "hidden: secret reason");
    assert_eq!(seen.json()["error"]["code"], "E3");
}

#[test]
fn what_was_set_below_is_kept_but_for_the_body_s_headers() {
    let seen = send(empty("DELETE", "/items/17"));
    assert_eq!(seen.header("allow"), Some("GET,HEAD,POST"));
    let seen = send(empty("GET", "/text"));
    assert_eq!((seen.header("set-cookie"), seen.header("etag")), (Some("a=b"), None));
}

#[test]
fn other_answers_pass_untouched() {
    let seen = send(empty("GET", "/page"));
    assert_eq!(
        (seen.status, &seen.body[..], seen.header("x-error-code")),
        (404, &b"<h1>mine</h1>"[..], None)
    );
    let seen = send(empty("GET", "/fine"));
    assert_eq!((seen.status, &seen.body[..]), (200, &b"fine"[..]));
    assert!(seen.header("x-request-id").is_some() && seen.header("x-trace-id").is_some());
    assert_eq!(
        (&seen.log[0]["logger"], &seen.log[0]["status"]),
        (&Value::from("access"), &Value::from("success"))
    );
}

#[test]
fn head_has_the_headers_only() {
    let (get, head) = (send(empty("GET", "/items/17")), send(empty("HEAD", "/items/17")));
    assert_eq!((head.status, head.body.len()), (404, 0));
    assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
    assert_eq!(head.header("x-error-code"), Some("E1"));
}

#[test]
fn a_layer_inside_a_layer_stays_silent() {
    let nested = Router::new().nest("/in", app()).layer(errcode_axum::ErrorLayer::new(&CATALOG));
    let seen = send_to(nested, empty("GET", "/in/items/17"));
    assert_eq!((seen.status, seen.log.len()), (404, 1));
    assert_eq!(seen.json()["request_id"], seen.header("x-request-id").expect("an id"));
}

#[test]
fn an_error_of_a_layer_below_is_answered() {
    let failing = service_fn(async |_: axum::extract::Request| {
        Err::<Response, _>(axum::BoxError::from("secret lower error"))
    });
    let service = tower::Layer::layer(&errcode_axum::ErrorLayer::new(&CATALOG), failing);
    let seen = send_to(Router::new().fallback_service(service), empty("GET", "/"));
    assert_eq!((seen.status, seen.header("x-error-code")), (500, Some("E3")));
    assert_eq!(seen.log[0]["msg"], "a layer below failed: secret lower error");
}

#[test]
fn hostile_ids_are_replaced() {
    for hostile in ["a b", "x\"y", "{}", "r\u{1}", &"x".repeat(129)] {
        let Ok(value) = http::HeaderValue::from_bytes(hostile.as_bytes()) else { continue };
        let request = request("GET", "/items/17")
            .header("x-request-id", value.clone())
            .header("x-task-id", value);
        let seen = send(request.body(Body::empty()).expect("a valid request"));
        assert!(
            seen.header("x-request-id").is_some_and(|id| id.starts_with("req_")),
            "{hostile:?}"
        );
        assert_eq!(seen.header("x-task-id"), None, "{hostile:?}");
    }
}

#[test]
fn trace_ids_by_precedence() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let of = |headers: &[(&'static str, &str)]| {
        let mut request = request("GET", "/items/17");
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), *value);
        }
        let seen = send(request.body(Body::empty()).expect("a valid request"));
        (
            seen.header("x-trace-id").expect("always").to_owned(),
            seen.log[0]["correlationId"].as_str().map(str::to_owned),
        )
    };
    let other = "0123456789abcdef0123456789abcdef";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    assert_eq!(of(&[("traceparent", &parent), ("x-trace-id", other)]), (trace.into(), None));
    assert_eq!(of(&[("x-trace-id", other)]), (other.into(), None));
    assert_eq!(of(&[("x-trace-id", "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736")]), (trace.into(), None));
    let (made, correlation) = of(&[("x-trace-id", "legacy-7")]);
    assert_eq!((made.len(), correlation.as_deref()), (32, Some("legacy-7")));
    let (made, _) = of(&[("traceparent", &parent), ("traceparent", &parent)]);
    assert_ne!(made, trace);
}

#[test]
fn the_catalog_is_served() {
    let routes: Router = Router::new()
        .merge(errcode_axum::catalog_routes(&CATALOG))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG));
    let all = send_to(routes.clone(), empty("GET", "/errors")).json();
    let codes: Vec<_> = all["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["code"].as_str().expect("a code"))
        .collect();
    assert_eq!(codes, ["E1", "E2", "E3", "E4"]);
    assert_eq!(all["service"], "shop");
    assert_eq!(all["errors"][0]["message"], "no item {id}");
    assert!(
        all["framework"].as_array().expect("a list").iter().any(|row| row["code"] == "HTTP_405")
    );
    assert_eq!(send_to(routes.clone(), empty("GET", "/errors/e4")).json()["retryable"], true);
    for unknown in ["/errors/E5", "/errors/E99"] {
        assert_eq!(
            send_to(routes.clone(), empty("GET", unknown)).header("x-error-code"),
            Some("E2")
        );
    }
    let inside: Router = Router::new().merge(errcode_axum::catalog_routes(&CATALOG).with_source());
    assert_eq!(send_to(inside, empty("GET", "/errors/E5")).json()["variant"], "Hidden");
}

#[test]
fn the_debug_switch_is_explicit_and_refused_in_release() {
    let with = |layer: errcode_axum::ErrorLayer, accept: &str| {
        let app = Router::new().route("/wrapped", get(wrapped)).layer(layer);
        let request = request("GET", "/wrapped")
            .header("accept", accept)
            .body(Body::empty())
            .expect("a valid request");
        String::from_utf8(send_to(app, request).body).expect("UTF-8")
    };
    let layer = || errcode_axum::ErrorLayer::new(&CATALOG);
    for accept in ["*/*", "application/problem+json", "application/vnd.api+json"] {
        let debug = r#""debug":{"message":"reading the shelf","cause":"SQL: select * from secrets","location":"#;
        assert!(with(layer().debug(true), accept).contains(debug), "{accept}");
        assert!(with(layer().debug_even_in_release(), accept).contains(debug), "{accept}");
        assert!(!with(layer().debug(false), accept).contains("debug"), "{accept}");
    }
}

#[test]
fn a_client_that_went_away_is_one_debug_event() {
    let app = Router::new()
        .route("/slow", get(std::future::pending::<()>))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG));
    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let layer = JsonLines::to(move |line| {
        to.lock().expect("no panic while logging").extend_from_slice(line);
    });
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let mut request = Box::pin(app.oneshot(empty("GET", "/slow")));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(Future::poll(request.as_mut(), &mut context).is_pending());
        drop(request);
    });
    let lines =
        String::from_utf8(lines.lock().expect("no panic while logging").clone()).expect("UTF-8");
    let [line] = lines.lines().collect::<Vec<_>>()[..] else { panic!("one line: {lines}") };
    let line: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!(
        (&line["lvl"], &line["event"], &line["uri"]),
        (&"DEBUG".into(), &"client_gone".into(), &"/slow".into())
    );
    assert!(line["requestId"].is_string());
}

#[test]
fn cors_around_the_layer_exposes_our_headers() {
    use tower_http::cors::{AllowOrigin, CorsLayer};
    let origin = http::HeaderValue::from_static("https://app.example.com");
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::exact(origin))
        .expose_headers(errcode_axum::EXPOSED_HEADERS);
    let request = request("GET", "/items/17").header("origin", "https://app.example.com");
    let seen = send_to(app().layer(cors), request.body(Body::empty()).expect("a valid request"));
    assert_eq!((seen.status, seen.header("x-error-code")), (404, Some("E1")));
    assert_eq!(seen.header("access-control-allow-origin"), Some("https://app.example.com"));
    assert_eq!(
        seen.header("access-control-expose-headers"),
        Some("x-error-code,x-request-id,retry-after")
    );
}
