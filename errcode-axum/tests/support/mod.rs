//! Sends one request and sees the answer and the log.

// Each test file uses a part of it.
#![allow(dead_code)]

use axum::{Router, body::Body};
use errcode_runtime::JsonLines;
use http::{Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// One answer with the log lines that its request caused.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) log: Vec<Value>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a text header"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

pub(crate) fn send_to(app: Router, request: Request<Body>) -> Seen {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let layer = JsonLines::to(move |line| {
        to.lock().expect("no panic while logging").extend_from_slice(line);
    });
    let subscriber = tracing_subscriber::registry().with(layer);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (parts, body) = tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let (parts, body) =
                app.oneshot(request).await.expect("the layer answers everything").into_parts();
            (parts, body.collect().await.expect("a body").to_bytes().to_vec())
        })
    });
    let lines =
        String::from_utf8(lines.lock().expect("no panic while logging").clone()).expect("UTF-8");
    let log = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    Seen { status: parts.status.as_u16(), headers: parts.headers, body, log }
}

pub(crate) fn request(method: &str, uri: &str) -> http::request::Builder {
    Request::builder().method(method).uri(uri)
}

pub(crate) fn empty(method: &str, uri: &str) -> Request<Body> {
    request(method, uri).body(Body::empty()).expect("a valid request")
}

pub(crate) fn json(uri: &str, body: &'static str) -> Request<Body> {
    request("POST", uri)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a valid request")
}
