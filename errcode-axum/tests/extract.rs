//! What errcode's extractors refuse, which field they name, and what they do not tell.

use axum::{
    Router,
    body::Body,
    extract::{self, DefaultBodyLimit, Request, multipart::MultipartError},
    response::IntoResponse as _,
    routing::{any, get, post},
};
use bytes::Bytes;
use errcode_axum::{
    Document, Resource,
    extract::{Form, Json, Multipart, Path, Query},
};
use errcode_core::FaultError;
use http::header;
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::HashMap, io};
use tower::ServiceExt as _;

#[derive(Debug, errcode_core::AppError)]
#[error("invalid", code = "E1002", status = 400, user_msg = "参数验证失败")]
struct Invalid;

struct Faults;

impl errcode_core::FaultCodes for Faults {
    fn failure(&self, fault: &errcode_core::FrameworkFault) -> Option<errcode_core::Failure> {
        use errcode_core::FrameworkFault::{Unprocessable, Validation};
        matches!(fault, Unprocessable | Validation).then(|| Invalid.into())
    }
}

errcode_core::catalog! { static CATALOG = [Invalid]; languages = ["zh", "en"]; faults = Faults; }

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Order {
    name: String,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    labels: HashMap<String, u8>,
    kind: Option<Kind>,
    pair: Option<(u8, u8)>,
    ratio: Option<f64>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Item {
    price: u16,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    GiftCard,
    Parcel { weight: u8 },
}

#[derive(Debug, Deserialize, Serialize)]
struct Page {
    size: u8,
    #[serde(default)]
    all: bool,
}

fn app() -> Router {
    Router::new()
        .route("/json", post(async |Json(order): Json<Order>| Json(order)))
        .route("/small", post(async |_: Json<Value>| "ok").layer(DefaultBodyLimit::max(16)))
        .route("/maybe", post(async |body: Option<Json<Value>>| body.is_some().to_string()))
        .route("/query", get(async |Query(page): Query<Page>| Json(page)))
        .route("/form", any(async |Form(page): Form<Page>| Json(page)))
        .route("/one/{id}", get(async |Path(id): Path<u32>| id.to_string()))
        .route(
            "/two/{project}/{id}",
            get(async |Path((_, id)): Path<(String, u32)>| id.to_string()),
        )
        .route(
            "/named/{size}",
            get(async |Path(page): Path<HashMap<String, u8>>| page.len().to_string()),
        )
        .route("/wrong/{a}/{b}", get(async |_: Path<u8>| "never"))
        .route("/upload", post(upload).layer(DefaultBodyLimit::max(256)))
        .route("/raw", post(raw_upload))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG))
}

async fn upload(mut form: Multipart) -> errcode_axum::Result<String> {
    let mut size = 0;
    while let Some(field) = form.next_field().await? {
        size += field.bytes().await?.len();
    }
    Ok(size.to_string())
}

async fn raw_upload(mut form: extract::Multipart) -> Result<String, MultipartError> {
    let field = form.next_field().await?.expect("a field");
    field.text().await
}

struct Seen {
    status: u16,
    body: Value,
    /// The log's text of the failure.
    logged: String,
    /// The violations of the typed error.
    violations: usize,
}

async fn send(app: Router, request: Request) -> Seen {
    let response = app.oneshot(request).await.expect("the layer answers everything");
    let error = errcode_axum::error_of(&response);
    let logged = error.map(|error| format!("{error} {error:?}")).unwrap_or_default();
    let violations = error
        .and_then(|error| error.downcast_ref::<FaultError>())
        .map_or(0, |error| error.violations().len());
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    let body = serde_json::from_slice(&body)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&body)));
    Seen { status, body, logged, violations }
}

fn request(method: &str, uri: &str, kind: &str, body: impl Into<Body>) -> Request {
    let mut request = Request::builder().method(method).uri(uri);
    if !kind.is_empty() {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    request.body(body.into()).expect("a valid request")
}

/// The first fault, but for its code and message.
fn first_fault(seen: &Seen) -> Value {
    let mut fault = seen.body["error"]["details"]["errors"][0].clone();
    if let Some(members) = fault.as_object_mut() {
        members.remove("code");
        members.remove("message");
    }
    fault
}

/// Bodies that do not fit an `Order`, and the violation in the answer to each.
fn misfits() -> Vec<(&'static str, Value)> {
    vec![
        (
            r#"{"name":"x","items":[{"price":1},{"price":"secret"}]}"#,
            json!({"field": "items[1].price", "pointer": "/items/1/price", "rule": "type",
                   "params": {"expected": "integer", "min": 0, "max": 65535, "received": "string"}}),
        ),
        (
            r#"{"name":null}"#,
            json!({"field": "name", "pointer": "/name", "rule": "type",
                   "params": {"expected": "string", "received": "null"}}),
        ),
        (
            r#"{"items":[{}],"name":"x"}"#,
            json!({"field": "items[0].price", "pointer": "/items/0/price", "rule": "required"}),
        ),
        (r#"{"items":[]}"#, json!({"field": "name", "pointer": "/name", "rule": "required"})),
        (
            r#"{"name":"x","labels":{"a/b~c":300}}"#,
            json!({"field": "labels.a/b~c", "pointer": "/labels/a~1b~0c", "rule": "value",
                   "params": {"expected": "integer", "min": 0, "max": 255, "received": "integer"}}),
        ),
        (
            r#"{"name":"x","kind":"secret"}"#,
            json!({"field": "kind", "pointer": "/kind", "rule": "enum",
                   "params": {"expected": ["giftCard", "parcel"]}}),
        ),
        (
            r#"{"name":"x","kind":{"parcel":{"weight":"secret"}}}"#,
            json!({"field": "kind.parcel.weight", "pointer": "/kind/parcel/weight", "rule": "type",
                   "params": {"expected": "integer", "min": 0, "max": 255, "received": "string"}}),
        ),
        (
            r#"{"name":"x","pair":[1]}"#,
            json!({"field": "pair", "pointer": "/pair", "rule": "length",
                   "params": {"expected": "array", "received": 1}}),
        ),
        (
            r#"{"name":"x","name":"secret"}"#,
            json!({"field": "name", "pointer": "/name", "rule": "duplicate"}),
        ),
        (
            r#"{"name":"x","extra":"secret"}"#,
            // The name is the client's, and not repeated.
            json!({"rule": "unknown",
                   "params": {"expected": ["name", "items", "labels", "kind", "pair", "ratio"]}}),
        ),
        (
            r#"{"name":"x","items":"secret"}"#,
            json!({"field": "items", "pointer": "/items", "rule": "type",
                   "params": {"expected": "array", "received": "string"}}),
        ),
        (
            r#""secret""#,
            json!({"rule": "type", "params": {"expected": "object", "received": "string"}}),
        ),
    ]
}

#[tokio::test]
async fn json_of_another_shape_names_the_field() {
    for (body, fault) in misfits() {
        let seen = send(app(), request("POST", "/json", "application/json", body)).await;
        assert_eq!(
            (seen.status, &seen.body["error"]["code"]),
            (400, &"E1002".into()),
            "{body}: {}",
            seen.body
        );
        assert_eq!(seen.violations, 1, "{body}");
        assert_eq!(first_fault(&seen), fault, "{body}");
        assert_eq!(seen.body["error"].get("field"), fault.get("field"), "{body}");
        for text in [&seen.body.to_string(), &seen.logged] {
            assert!(!text.contains("secret") && !text.contains("Order"), "{body} leaks: {text}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_json() {
    for (kind, body, status) in [
        ("application/json", "{", 400),
        ("application/json", "", 400),
        ("application/json", r#"{"name":"x"} x"#, 400),
        ("application/json", "{\"name\":\"\u{1}secret\"}", 400),
        ("application/json; charset=utf-8", r#"{"name":"x"}"#, 200),
        ("application/merge-patch+json", r#"{"name":"x"}"#, 200),
        ("APPLICATION/JSON", r#"{"name":"x"}"#, 200),
        ("", "{}", 415),
        ("text/plain", "{}", 415),
        ("text/json", "{}", 415),
        ("application/x-json", "{}", 415),
    ] {
        let seen = send(app(), request("POST", "/json", kind, body)).await;
        assert_eq!(seen.status, status, "{kind} {body}: {}", seen.body);
        assert!(!seen.logged.contains("secret"), "{}", seen.logged);
    }
    let deep = "[".repeat(100_000);
    assert_eq!(
        send(app(), request("POST", "/small", "application/json", "[".repeat(15))).await.status,
        400
    );
    assert_eq!(send(app(), request("POST", "/maybe", "application/json", deep)).await.status, 400);
    assert_eq!(send(app(), request("POST", "/maybe", "", "")).await.body, false);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_it_says_its_length_or_not() {
    let declared = request("POST", "/small", "application/json", "\"0123456789abcdef\"");
    let chunks = ["\"0123456789", "abcdef\""].map(|chunk| Ok::<_, io::Error>(Bytes::from(chunk)));
    let chunked = request(
        "POST",
        "/small",
        "application/json",
        Body::from_stream(Chunks(chunks.into_iter())),
    );
    for request in [declared, chunked] {
        let seen = send(app(), request).await;
        assert_eq!((seen.status, &seen.body["error"]["code"]), (413, &"HTTP_413".into()));
    }
}

#[derive(Clone)]
struct Chunks<I>(I);

impl<I: Iterator + Unpin> futures_util::Stream for Chunks<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn parameters_are_named() {
    let integer = json!({"expected": "integer"});
    for (uri, fault) in [
        (
            "/query?size=secret",
            json!({"field": "size", "parameter": "size", "rule": "type", "params": integer}),
        ),
        (
            "/query?size=300",
            json!({"field": "size", "parameter": "size", "rule": "value", "params": integer}),
        ),
        ("/query", json!({"field": "size", "parameter": "size", "rule": "required"})),
        (
            "/query?size=1&size=2",
            json!({"field": "size", "parameter": "size", "rule": "duplicate"}),
        ),
        (
            "/query?size=1&all=secret",
            json!({"field": "all", "parameter": "all", "rule": "type", "params": {"expected": "boolean"}}),
        ),
        (
            "/form?size=secret",
            json!({"field": "size", "parameter": "size", "rule": "type", "params": integer}),
        ),
        (
            "/one/secret",
            json!({"field": "id", "parameter": "id", "rule": "type", "params": integer}),
        ),
        (
            "/two/secret/secret",
            json!({"field": "id", "parameter": "id", "rule": "type", "params": integer}),
        ),
        (
            "/named/secret",
            json!({"field": "size", "parameter": "size", "rule": "type", "params": integer}),
        ),
        ("/one/%FF", json!({"field": "id", "parameter": "id", "rule": "value"})),
    ] {
        let seen = send(app(), request("GET", uri, "", "")).await;
        assert_eq!(
            (seen.status, &seen.body["error"]["code"]),
            (400, &"HTTP_400".into()),
            "{uri}: {}",
            seen.body
        );
        assert_eq!(first_fault(&seen), fault, "{uri}");
        assert!(
            !seen.logged.contains("secret") && !seen.body.to_string().contains("secret"),
            "{uri}"
        );
    }
    assert_eq!(send(app(), request("GET", "/wrong/1/2", "", "")).await.status, 500);
}

#[tokio::test]
async fn fields_of_forms_are_named() {
    let form = "application/x-www-form-urlencoded";
    let seen = send(app(), request("POST", "/form", form, "size=secret")).await;
    assert_eq!(seen.status, 400);
    assert_eq!(
        first_fault(&seen),
        json!({"field": "size", "pointer": "/size", "rule": "type", "params": {"expected": "integer"}})
    );
    assert_eq!(send(app(), request("POST", "/form", form, "size=1")).await.body["size"], 1);
    assert_eq!(send(app(), request("POST", "/form", "", "size=1")).await.status, 415);
}

fn multipart(size: usize) -> String {
    let value = "x".repeat(size);
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"a/file\"; filename=\"f\"\r\n\r\n{value}\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn a_multipart_form_breaks_with_a_code() {
    let kind = "multipart/form-data; boundary=b";
    assert_eq!(send(app(), request("POST", "/upload", kind, multipart(10))).await.body, 10);
    let seen = send(app(), request("POST", "/upload", kind, multipart(1000))).await;
    assert_eq!((seen.status, &seen.body["error"]["code"]), (413, &"HTTP_413".into()));
    let seen =
        send(app(), request("POST", "/upload", kind, multipart(10).replace("--b--", "--b"))).await;
    assert_eq!(seen.status, 400, "{}", seen.body);
    let broken = multipart(50).split_once("xxx").map(|(head, _)| head.to_owned()).expect("a value");
    let seen = send(app(), request("POST", "/upload", kind, broken)).await;
    assert_eq!(seen.status, 400, "{}", seen.body);
    assert_eq!(
        first_fault(&seen),
        json!({"field": "a/file", "pointer": "/a~1file", "rule": "form"})
    );
    assert_eq!(
        send(app(), request("POST", "/upload", "multipart/form-data", multipart(1))).await.status,
        400
    );
    assert_eq!(
        send(app(), request("POST", "/upload", "text/plain", multipart(1))).await.status,
        415
    );
}

#[tokio::test]
async fn an_answer_without_a_json_form_is_a_failure() {
    let response = Json(HashMap::from([((1, 2), 3)])).into_response();
    assert_eq!(response.status(), 500);
    assert_eq!(errcode_axum::error_of(&response).expect("typed").spec().code(), "SERVER_ERROR");
}

#[tokio::test]
async fn a_document_is_an_answer_of_its_media_type() {
    let users = async || {
        let user = Resource::new("users", 1, json!({"username": "alice"}));
        Document::new([user]).meta("total_count", 1).link("self", "/users")
    };
    let app = Router::new().route("/users", get(users));
    let response =
        app.oneshot(request("GET", "/users", "", Body::empty())).await.expect("infallible");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/vnd.api+json");
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["data"][0]["attributes"]["username"], "alice");
    assert_eq!(body["meta"]["total_count"], 1);

    let without_json = Document::new(HashMap::from([((1, 2), 3)])).into_response();
    assert_eq!(without_json.status(), 500);
}

/// A client that goes away is not a failure of the service, although axum answers it with 500.
#[tokio::test]
async fn a_form_that_breaks_off_is_the_clients_fault() {
    let start = "--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nsecret";
    for (path, text) in
        [("/upload", "the multipart form could not be read"), ("/raw", "the body broke off")]
    {
        let parts = [Ok(start), Err(io::Error::from(io::ErrorKind::UnexpectedEof))];
        let body = Body::from_stream(futures_util::stream::iter(parts));
        let kind = "multipart/form-data; boundary=B";
        let seen = send(app(), request("POST", path, kind, body)).await;
        assert_eq!((seen.status, &seen.body["error"]["code"]), (400, &json!("HTTP_400")), "{path}");
        assert!(!seen.logged.contains("secret"), "{path}: {}", seen.logged);
        assert!(seen.logged.contains(text), "{path}: {}", seen.logged);
    }
}
