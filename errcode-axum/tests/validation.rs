//! Every rule that a value breaks is a fault with its place, rule and parameters, and without the value.

use axum::{
    Extension, Router,
    body::Body,
    routing::{get, post},
};
use errcode_axum::extract::{Garde, Json, Query, Rename, Valid};
use http::{Request, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use validator::Validate;

#[derive(Debug, errcode_core::AppError)]
#[error("invalid", code = "E1002", status = 400, user_msg = "参数验证失败")]
struct Invalid;

errcode_core::catalog! { static CATALOG = [Invalid]; languages = ["zh", "en"]; }

#[derive(Debug, Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[validate(length(min = 20, max = 50, message = "too short"))]
    user_name: String,
    #[validate(must_match(other = "repeated_word"))]
    pass_word: String,
    repeated_word: String,
    #[validate(nested)]
    addresses: Vec<Address>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
#[serde(rename_all = "camelCase")]
struct Address {
    #[validate(range(min = 1, max = 99999))]
    #[garde(range(min = 1, max = 99999))]
    zip_code: u32,
    #[serde(default)]
    #[garde(dive)]
    #[validate(nested)]
    lines: Vec<Line>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Line {
    #[validate(length(equal = 3))]
    #[garde(length(equal = 3))]
    text: String,
}

#[derive(Debug, Deserialize, garde::Validate)]
struct Labelled {
    #[serde(rename = "type")]
    #[garde(length(min = 1))]
    kind: String,
}

/// A domain function, which knows nothing of requests.
fn placed(address: &Address) -> Result<u32, errcode_core::Failure> {
    garde::Validate::validate(address)?;
    Ok(address.zip_code)
}

async fn in_a_handler(Json(account): Json<Account>) -> Result<String, errcode_axum::Failure> {
    account.validate()?;
    Ok(account.user_name)
}

async fn in_the_domain(Json(address): Json<Address>) -> Result<String, errcode_axum::Failure> {
    Ok(placed(&address)?.to_string())
}

fn app() -> Router {
    let renamed = Rename::With(|name| if name == "kind" { "type".into() } else { name.into() });
    Router::new()
        .route(
            "/validator",
            post(async |Valid(Json(account)): Valid<Json<Account>>| account.user_name),
        )
        .route("/garde", post(async |_: Valid<Json<Address>, Garde>| "ok"))
        .route("/in-a-handler", post(in_a_handler))
        .route("/in-the-domain", post(in_the_domain))
        .route("/single", post(async |_: Valid<Json<Labelled>, Garde>| "ok"))
        .route(
            "/renamed",
            post(async |_: Valid<Json<Labelled>, Garde>| "ok").layer(Extension(renamed)),
        )
        .route(
            "/query",
            get(async |Valid(Query(address)): Valid<Query<Address>>| address.zip_code.to_string()),
        )
        .layer(errcode_axum::ErrorLayer::new(&CATALOG).rename(Rename::CamelCase))
}

async fn send(method: &str, uri: &str, body: Value) -> (u16, Value, String) {
    let request =
        Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_string())).expect("a valid request");
    let response = app().oneshot(request).await.expect("the layer answers everything");
    let logged = errcode_axum::error_of(&response).map(ToString::to_string).unwrap_or_default();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default(), logged)
}

#[tokio::test]
async fn every_rule_is_a_fault() {
    let account = json!({
        "userName": "secret", "passWord": "secret1", "repeatedWord": "secret2",
        "addresses": [{"zipCode": 1}, {"zipCode": 100_000, "lines": [{"text": "secret"}]}]
    });
    let (status, body, logged) = send("POST", "/validator", account).await;
    let message = body["error"]["message"].clone();
    assert_eq!((status, &body["error"]["code"]), (422, &"HTTP_422".into()));
    assert_eq!(
        body["error"]["details"]["errors"],
        json!([
            {"field": "addresses[1].lines[0].text", "pointer": "/addresses/1/lines/0/text", "code": "HTTP_422",
             "rule": "length", "params": {"equal": 3}, "message": message},
            {"field": "addresses[1].zipCode", "pointer": "/addresses/1/zipCode", "code": "HTTP_422",
             "rule": "range", "params": {"max": 99999, "min": 1}, "message": message},
            {"field": "passWord", "pointer": "/passWord", "code": "HTTP_422", "rule": "must_match", "message": message},
            {"field": "userName", "pointer": "/userName", "code": "HTTP_422",
             "rule": "length", "params": {"max": 50, "min": 20}, "message": "too short"},
        ])
    );
    assert!(!body.to_string().contains("secret") && !logged.contains("secret"), "{body} {logged}");
    assert!(
        logged.starts_with(
            "the request's body breaks 4 rules: length at `/addresses/1/lines/0/text`"
        ),
        "{logged}"
    );
}

#[tokio::test]
async fn a_question_mark_gives_violations_too() {
    let account = json!({
        "userName": "secret", "passWord": "secret1", "repeatedWord": "secret1",
        "addresses": [{"zipCode": 1, "lines": [{"text": "secret"}]}]
    });
    let (status, body, logged) = send("POST", "/in-a-handler", account).await;
    let errors = &body["error"]["details"]["errors"];
    assert_eq!((status, &body["error"]["code"]), (422, &"HTTP_422".into()));
    let pointers = [&errors[0]["pointer"], &errors[1]["pointer"]];
    assert_eq!(pointers, ["/addresses/0/lines/0/text", "/user_name"], "the names in Rust");
    assert_eq!(
        (&errors[1]["rule"], &errors[1]["message"]),
        (&"length".into(), &"too short".into())
    );
    assert!(!body.to_string().contains("secret") && !logged.contains("secret"), "{body} {logged}");
    assert!(logged.starts_with("a value breaks 2 rules: length at `"), "{logged}");

    let (status, body, _) = send("POST", "/in-the-domain", json!({"zipCode": 0})).await;
    let error = &body["error"]["details"]["errors"][0];
    assert_eq!((status, &error["pointer"]), (422, &"/zip_code".into()));
    assert_eq!(error["message"], "lower than 1");
    assert_eq!(send("POST", "/in-the-domain", json!({"zipCode": 7})).await.0, 200);
}

#[tokio::test]
async fn garde_has_messages_and_no_names_of_rules() {
    let (status, body, _) = send(
        "POST",
        "/garde",
        json!({"zipCode": 0, "lines": [{"text": "abc"}, {"text": "secret"}]}),
    )
    .await;
    assert_eq!(status, 422);
    assert_eq!(
        body["error"]["details"]["errors"],
        json!([
            {"field": "lines[1].text", "pointer": "/lines/1/text", "code": "HTTP_422",
             "message": "length is greater than 3"},
            {"field": "zipCode", "pointer": "/zipCode", "code": "HTTP_422", "message": "lower than 1"},
        ])
    );
    assert_eq!(send("POST", "/garde", json!({"zipCode": 1})).await.0, 200);
}

#[tokio::test]
async fn a_rule_of_the_route_names_what_serde_renames() {
    for (path, field, pointer) in [
        ("/renamed", json!("type"), json!("/type")),
        // `garde` knows neither this name nor the value, so the violation is at the whole.
        ("/single", Value::Null, Value::Null),
    ] {
        let (status, body, _) = send("POST", path, json!({"type": ""})).await;
        let error = &body["error"]["details"]["errors"][0];
        assert_eq!((status, &error["field"], &error["pointer"]), (422, &field, &pointer), "{path}");
    }
}

#[tokio::test]
async fn parameters_are_validated_too() {
    let (status, body, _) = send("GET", "/query?zipCode=0", Value::Null).await;
    assert_eq!(
        (status, &body["error"]["details"]["errors"][0]["parameter"]),
        (422, &"zipCode".into())
    );
    assert_eq!(send("GET", "/query?zipCode=7", Value::Null).await.0, 200);
    let (status, body, _) = send("GET", "/query?zipCode=x", Value::Null).await;
    assert_eq!((status, &body["error"]["details"]["errors"][0]["rule"]), (400, &"type".into()));
}
