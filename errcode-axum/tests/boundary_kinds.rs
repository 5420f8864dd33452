//! What can go wrong at the edge of a service, by kind, on a real listener: bytes in, bytes and log lines out.

#[path = "boundary_kinds/any_body.rs"]
mod any_body;
#[path = "boundary_kinds/between.rs"]
mod between;
#[path = "boundary_kinds/endings.rs"]
mod endings;
#[path = "support/listener.rs"]
mod listener;
#[path = "boundary_kinds/violations.rs"]
mod violations;
#[path = "boundary_kinds/wire.rs"]
mod wire;

use axum::{
    Router,
    extract::{Multipart, Path, Query},
    http::StatusCode,
    response::IntoResponse,
    routing::{get as on_get, post as on_post},
};
use errcode_axum::{ErrorLayer, extract};
use errcode_core::AppError;
use listener::{Answer, Log, exchange, get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Debug, AppError)]
enum ShopError {
    #[error(
        "no item {id}",
        code = "E1",
        status = 404,
        user_msg(en = "no item {id}", zh = "商品 {id} 不存在")
    )]
    Missing { id: u32 },
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    languages = ["en", "zh"];
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn layered(routes: Router) -> Router {
    routes.layer(ErrorLayer::new(&CATALOG))
}

#[derive(Debug, Deserialize)]
struct Account {
    #[allow(dead_code)]
    name: String,
    #[serde(default)]
    #[allow(dead_code)]
    plan: Option<Plan>,
    #[serde(default)]
    #[allow(dead_code)]
    limits: HashMap<String, u8>,
    #[serde(default)]
    #[allow(dead_code)]
    place: (u8, u8),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Plan {
    Free,
    Paid {
        #[allow(dead_code)]
        seats: u8,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[allow(dead_code)]
    name: String,
}

/// A type whose own words repeat the value.
#[derive(Debug)]
struct Loud;

impl<'de> Deserialize<'de> for Loud {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Err(serde::de::Error::custom(format!("{text} is not loud, nor `{text}` or \"{text}\"")))
    }
}

#[derive(Debug, Deserialize)]
struct Shout {
    #[allow(dead_code)]
    word: Loud,
}

async fn missing(extract::Path(id): extract::Path<u32>) -> errcode_axum::Result<()> {
    Err(ShopError::Missing { id })?
}

/// axum's own extractors and those of errcode, under names that tell them apart.
fn readers() -> Router {
    let routes = Router::new()
        .route("/items/{id}", on_get(missing))
        .route("/raw/json", on_post(async |_: axum::Json<Account>| "ok"))
        .route("/raw/strict", on_post(async |_: axum::Json<Strict>| "ok"))
        .route("/raw/loud", on_post(async |_: axum::Json<Shout>| "ok"))
        .route("/raw/form", on_post(async |_: axum::Form<Strict>| "ok"))
        .route("/raw/form/map", on_post(async |_: axum::Form<HashMap<String, u8>>| "ok"))
        .route("/raw/query", on_get(async |_: Query<HashMap<String, u8>>| "ok"))
        .route("/raw/path/{id}", on_get(async |_: Path<u8>| "ok"))
        .route("/raw/pair/{a}/{b}", on_get(async |_: Path<(u8, u8)>| "ok"))
        .route("/raw/upload", on_post(upload))
        .route("/raw/string", on_post(async |_: String| "ok"))
        .route("/raw/word/{word}", on_get(async |_: Path<String>| "ok"))
        .route("/raw/header", on_get(async || (StatusCode::BAD_REQUEST, HEADER_MISSING)))
        .route("/raw/header/2", on_get(async || (StatusCode::BAD_REQUEST, HEADER_INVALID)))
        .route("/raw/text", on_get(async || (StatusCode::CONFLICT, "hunter2 is taken")))
        .route("/own/json", on_post(async |_: extract::Json<Account>| "ok"))
        .route("/own/strict", on_post(async |_: extract::Json<Strict>| "ok"))
        .route("/own/loud", on_post(async |_: extract::Json<Shout>| "ok"))
        .route("/own/form", on_post(async |_: extract::Form<Strict>| "ok"))
        .route("/own/form/map", on_post(async |_: extract::Form<HashMap<String, u8>>| "ok"))
        .route("/own/query", on_get(async |_: extract::Query<HashMap<String, u8>>| "ok"))
        .route("/own/path/{id}", on_get(async |_: extract::Path<u8>| "ok"))
        .route("/own/plan/{plan}", on_get(async |_: extract::Path<Plan>| "ok"))
        .route("/own/plans/{id}/{plan}", on_get(async |_: extract::Path<(u8, Plan)>| "ok"));
    layered(routes)
}

/// What axum-extra's `TypedHeader` refuses with.
const HEADER_MISSING: &str = "Header of type `authorization` was missing";
const HEADER_INVALID: &str = "invalid HTTP header (authorization)";

async fn upload(mut form: Multipart) -> Result<&'static str, axum::response::Response> {
    while let Some(field) = form.next_field().await.map_err(IntoResponse::into_response)? {
        field.text().await.map_err(IntoResponse::into_response)?;
    }
    Ok("ok")
}

/// The one failure of a log.
fn failure(log: &Log) -> Value {
    let lines = log.lines();
    let [line] = &lines[..] else { panic!("one line: {}", log.0) };
    line.clone()
}

/// The request, and its log lines.
fn refused_values() -> Vec<(Vec<u8>, u16, &'static str)> {
    let number = r#"{"name":4111111111111111,"plan":null}"#;
    let misfit_name = "the request does not fit at `name`: type, expected string, received integer";
    let pointer_name =
        "the request does not fit at `/name`: type, expected string, received integer";
    vec![
        (post("/raw/json", JSON, "", number), 422, misfit_name),
        (post("/own/json", JSON, "", number), 422, pointer_name),
        (
            post("/raw/json", JSON, "", r#"{"name":"a","plan":"hunter2"}"#),
            422,
            "the request does not fit at `plan`: enum",
        ),
        (
            post("/own/json", JSON, "", r#"{"name":"a","plan":"hunter2"}"#),
            422,
            "the request does not fit at `/plan`: enum",
        ),
        (
            post("/raw/json", JSON, "", r#"{"name":"a","plan":{"hunter2":{}}}"#),
            422,
            "the request does not fit at `plan`: enum",
        ),
        (
            post("/raw/json", JSON, "", r#"{"name":"a","plan":{"paid":{"seats":"a\"hunter2"}}}"#),
            422,
            "the request does not fit at `plan.paid.seats`: type, expected integer, received string",
        ),
        (
            post("/raw/json", JSON, "", r#"{"name":["hunter2 `hunter2` \", expected u8"]}"#),
            422,
            "the request does not fit at `name`: type, expected string, received array",
        ),
        (
            post("/raw/json", JSON, "", r#"{"name":"a","limits":"x\", expected hunter2"}"#),
            422,
            "the request does not fit at `limits`: type, expected object, received string",
        ),
        (
            post("/raw/json", JSON, "", r#"{"name":"a","limits":{"my hunter2: x":"x"}}"#),
            422,
            "the request does not fit: value",
        ),
        (
            post("/own/json", JSON, "", r#"{"name":"a","limits":{"hunter2":"x"}}"#),
            422,
            "the request does not fit at `/limits/*`: type, expected integer, received string",
        ),
        (
            post("/raw/strict", JSON, "", r#"{"hunter2":1}"#),
            422,
            "the request does not fit: unknown",
        ),
        (
            post("/own/strict", JSON, "", r#"{"hunter2`, expected `hunter2":1}"#),
            422,
            "the request does not fit: unknown",
        ),
        (
            post("/raw/loud", JSON, "", r#"{"word":"hunter2"}"#),
            422,
            "the request does not fit at `word`: value",
        ),
        (
            post(
                "/own/loud",
                JSON,
                "",
                r#"{"word":"invalid type: string \"hunter2\", expected hunter2"}"#,
            ),
            422,
            "the request does not fit at `/word`: type, received string",
        ),
        (
            post("/raw/json", JSON, "", r#"{"name":"hunter2""#),
            400,
            "the body is malformed JSON, at line 1 column 17",
        ),
        (
            post("/raw/form", FORM, "", r#"{"password":"hunter2"}"#),
            422,
            "the request does not fit: unknown",
        ),
        (
            post("/own/form", FORM, "", r#"{"password":"hunter2"}"#),
            422,
            "the request does not fit: unknown",
        ),
        (
            post("/raw/form/map", FORM, "", r#"{"password":"hunter2"}"#),
            422,
            "the request does not fit: type, expected integer",
        ),
        (
            post("/own/form/map", FORM, "", r#"{"password":"hunter2"}"#),
            422,
            "the request does not fit: type, expected integer",
        ),
        (
            get("/raw/query?a=hunter2", ""),
            400,
            "the request does not fit at `a`: type, expected integer",
        ),
        (
            get("/own/query?a=hunter2", ""),
            400,
            "the request does not fit at `/*`: type, expected integer",
        ),
        (get("/raw/path/hunter2", ""), 400, "a path parameter does not fit"),
        (get("/raw/pair/1/hunter2", ""), 400, "a path parameter does not fit"),
        (get("/own/path/hunter2", ""), 400, "the path parameter `id` does not fit"),
        (get("/own/plan/hunter2", ""), 400, "the path parameter `plan` does not fit"),
        // A variant with a value cannot be in a path, but a client may name it.
        (get("/own/plan/paid", "X: hunter2\r\n"), 400, "the path parameter `plan` does not fit"),
        (get("/own/plans/1/paid", "X: hunter2\r\n"), 400, "a path parameter does not fit"),
        (
            post("/raw/upload", "multipart/form-data; boundary=b", "", "--b\r\nhunter2"),
            400,
            "incomplete multipart stream",
        ),
        (get("/items/hunter2", ""), 400, "the path parameter `id` does not fit"),
        (post("/raw/string", "text/plain", "", b"hunter2\xff"), 400, "the body is not UTF-8"),
        (get("/raw/word/%ffhunter2", ""), 400, "the path parameter `word` does not fit"),
        (get("/raw/header", ""), 400, "the header `authorization` is missing"),
        (get("/raw/header/2", ""), 400, "the header `authorization` does not fit"),
        (get("/raw/text", ""), 409, "the service answered 409 in plain text"),
        (
            post("/raw/json", "text/hunter2", "", "{}"),
            415,
            "Expected request with `Content-Type: application/json`",
        ),
    ]
}

#[test]
fn what_a_client_sent_is_not_in_the_log() {
    for (request, status, text) in refused_values() {
        let shown = String::from_utf8_lossy(&request).into_owned();
        let (answer, log) = exchange(readers(), &request);
        assert_eq!(answer.status, status, "{shown}\n{answer:?}");
        let line = failure(&log);
        assert_eq!(line["msg"], text, "{shown}");
        // The path of the request is the one place where its values are.
        let line = log.0.replace(line["uri"].as_str().unwrap_or_default(), "");
        for value in ["hunter2", "4111111111111111"] {
            assert!(!line.contains(value), "{shown}\n{line}");
        }
        let own = shown.contains(" /own/");
        assert!(
            !own || !answer.text().contains("hunter2") || shown.contains("limits"),
            "{answer:?}"
        );
    }
}

/// Where serde buffers a value before it looks into it.
#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Parcel {
    weight: u8,
    #[serde(flatten)]
    sender: Sender,
    #[serde(default)]
    shape: Option<Shape>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Sender {
    street: String,
    #[serde(default)]
    city: Option<City>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct City {
    zip: u32,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(dead_code)]
enum Shape {
    Box { sides: (u8, u8) },
    Ball { radius: u8 },
}

/// The first violation of an answer, but for its code and message.
fn violation(answer: &Answer) -> Value {
    let mut violation = answer.json()["error"]["details"]["errors"][0].clone();
    if let Some(members) = violation.as_object_mut() {
        members.remove("code");
        members.remove("message");
    }
    violation
}

fn at(pointer: &str, rule: &str, params: Value) -> Value {
    let field = pointer.trim_start_matches('/').replace('/', ".");
    let mut violation = json!({"field": field, "pointer": pointer, "rule": rule});
    if !params.is_null() {
        violation["params"] = params;
    }
    violation
}

fn wrong_types() -> Vec<(&'static str, &'static str, u16, Value)> {
    let byte = json!({"expected": "integer", "min": 0, "max": 255, "received": "string"});
    let array = json!({"expected": "object", "received": "array"});
    vec![
        ("/account", "[]", 422, json!({"rule": "type", "params": array})),
        ("/account", "[17]", 422, json!({"rule": "type", "params": array})),
        ("/account", r#"["a",{"hunter2":1}]"#, 422, json!({"rule": "type", "params": array})),
        (
            "/account",
            r#"{"name":"a","plan":{"paid":[]}}"#,
            422,
            at("/plan/paid", "type", array.clone()),
        ),
        (
            "/account",
            "17",
            422,
            json!({"rule": "type", "params": {"expected": "object", "received": "integer"}}),
        ),
        (
            "/account",
            "null",
            422,
            json!({"rule": "type", "params": {"expected": "object", "received": "null"}}),
        ),
        // Syntax is judged first.
        ("/account", r#"{"name":17,"#, 400, Value::Null),
        ("/account", r#"{"name":17} x"#, 400, Value::Null),
        ("/account", r#"[17"#, 400, Value::Null),
        // serde looks into a buffered value without a word on where: then the value around it is named.
        ("/parcel", r#"{"weight":"a","street":"b"}"#, 422, at("/weight", "type", byte)),
        ("/parcel", r#"{"weight":1}"#, 422, at("/street", "required", Value::Null)),
        ("/parcel", r#"{"weight":1,"street":"a","city":{}}"#, 422, json!({"rule": "required"})),
        (
            "/parcel",
            r#"{"weight":1,"street":"a","city":{"zip":"b"}}"#,
            422,
            json!({"rule": "type"}),
        ),
        ("/parcel", r#"{"weight":1,"street":7}"#, 422, json!({"rule": "type"})),
        (
            "/parcel",
            r#"{"weight":1,"street":"a","shape":{"kind":"ball"}}"#,
            422,
            at("/shape/radius", "required", Value::Null),
        ),
        (
            "/parcel",
            r#"{"weight":1,"street":"a","shape":{"kind":"ball","radius":{"a":1}}}"#,
            422,
            at("/shape", "type", Value::Null),
        ),
        (
            "/parcel",
            r#"{"weight":1,"street":"a","shape":{"kind":"hunter2"}}"#,
            422,
            at("/shape/kind", "enum", json!({"expected": ["box", "ball"]})),
        ),
    ]
}

/// `serde_json` says of most of these that they are malformed.
fn wrong_shapes() -> Vec<(&'static str, Value)> {
    let wanted = |received: &str| json!({"expected": "string or object", "received": received});
    let plan = |received: &str| at("/plan", "type", wanted(received));
    let one = json!({"expected": "object with one member", "received": "object"});
    vec![
        (
            r#"["a",null,{},1]"#,
            json!({"rule": "type", "params": {"expected": "object", "received": "array"}}),
        ),
        (
            r#"{"name":"a","place":[1,2,3]}"#,
            at("/place", "length", json!({"expected": "array", "received": 3})),
        ),
        (
            r#"{"name":"a","place":[1]}"#,
            at("/place", "length", json!({"expected": "array", "received": 1})),
        ),
        (r#"{"name":"a","plan":5}"#, plan("integer")),
        (r#"{"name":"a","plan":-0.5}"#, plan("number")),
        (r#"{"name":"a","plan":true}"#, plan("boolean")),
        (r#"{"name":"a","plan":["free"]}"#, plan("array")),
        (r#"{"name":"a","plan":{}}"#, at("/plan", "value", one.clone())),
        (r#"{"name":"a","plan":{"paid":{"seats":1},"free":null}}"#, at("/plan", "value", one)),
        (
            r#"{"name":"a","plan":"paid"}"#,
            at("/plan", "type", json!({"expected": "object", "received": "string"})),
        ),
        (
            r#"{"name":"a","plan":{"paid":{"seats":1e999}}}"#,
            at("/plan/paid/seats", "value", Value::Null),
        ),
    ]
}

#[test]
fn a_body_of_another_type_is_judged_by_the_type_that_came() {
    let shapes = wrong_shapes().into_iter();
    let shapes = shapes.map(|(body, expected)| ("/account", body, 422, expected));
    for (path, body, status, expected) in wrong_types().into_iter().chain(shapes) {
        let routes = Router::new()
            .route("/account", on_post(async |_: extract::Json<Account>| "ok"))
            .route("/parcel", on_post(async |_: extract::Json<Parcel>| "ok"));
        let (answer, log) = exchange(layered(routes), &post(path, JSON, "", body));
        assert_eq!(
            (answer.status, violation(&answer)),
            (status, expected),
            "{body}\n{}",
            answer.text()
        );
        assert!(!log.0.contains("hunter2") && !answer.text().contains("hunter2"), "{body}");
    }
}
