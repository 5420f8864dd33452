//! A body format that the catalog names: answers, the OpenAPI document, its test layer, `/errors` and the pages agree.

#![cfg(all(feature = "openapi", feature = "html"))]

use axum::{Router, body::Body, routing::get};
use errcode_axum::openapi::{CatalogPaths, ErrorSchemas, documented};
use errcode_core::{
    AppError,
    wire::{BodyFormat, ErrorView},
};
use errcode_docs::{Audience, CatalogData, Docs, Format};
use http::{Request, Response};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use utoipa::OpenApi;

/// `{"errcode": 2001, "errmsg": "…"}`, always with status 200.
struct LegacyV1;

impl BodyFormat for LegacyV1 {
    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        let code = error.spec().code().as_str();
        let number: u32 = code.trim_start_matches(char::is_alphabetic).parse().unwrap_or(9999);
        let body = json!({ "errcode": number, "errmsg": error.message() });
        out.extend_from_slice(body.to_string().as_bytes());
    }

    fn status(&self, _: &ErrorView<'_>) -> u16 {
        200
    }
}

/// An older one for some routes.
struct Text;

impl BodyFormat for Text {
    fn content_type(&self) -> &'static str {
        "text/plain; charset=utf-8"
    }

    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(error.message().as_bytes());
    }
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error("item {id} not found", code = "S2001", status = 404, user_msg = "no item {id}")]
    Missing { id: u32 },
    #[error("sold out", code = "S2002", status = 409, user_msg = "sold out")]
    SoldOut,
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    format = LegacyV1;
}

errcode_axum::codes!(ShowErrors = [ShopError::*]);
const ERRORS: CatalogPaths = CatalogPaths(&CATALOG);

#[derive(utoipa::ToSchema, serde::Serialize)]
struct Item {
    id: u32,
}

#[utoipa::path(get, path = "/items/{id}", params(("id" = u32, Path)),
    responses((status = 200, description = "The item.", body = Item, example = json!({"id": 1})), ShowErrors))]
async fn item(axum::extract::Path(id): axum::extract::Path<u32>) -> errcode_axum::Result<String> {
    match id {
        1 => Ok(r#"{"id":1}"#.to_owned()),
        2 => Err(ShopError::SoldOut)?,
        _ => Err(ShopError::Missing { id })?,
    }
}

#[derive(OpenApi)]
#[openapi(paths(item), modifiers(&ErrorSchemas, &ERRORS))]
struct Api;

fn app() -> Router {
    let text = Router::new().route("/text/{id}", get(item)).layer(errcode_axum::body_format(Text));
    Router::new()
        .route("/items/{id}", get(item))
        .merge(text)
        .merge(errcode_axum::catalog_routes(&CATALOG))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG))
}

async fn send(app: Router, path: &str, accept: &str) -> (u16, String, String) {
    let request =
        Request::get(path).header("accept", accept).body(Body::empty()).expect("a request");
    let response: Response<Body> = app.oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let code =
        response.headers().get("x-error-code").map(|code| code.to_str().expect("ASCII").to_owned());
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, code.unwrap_or_default(), String::from_utf8(body.to_vec()).expect("UTF-8"))
}

#[tokio::test]
async fn answers_are_in_the_format_of_the_catalog() {
    let own = (200, "S2001".to_owned(), r#"{"errcode":2001,"errmsg":"no item 7"}"#.to_owned());
    assert_eq!(send(app(), "/items/7", "*/*").await, own);
    assert_eq!(
        send(app(), "/nowhere", "*/*").await,
        (
            200,
            "HTTP_404".to_owned(),
            r#"{"errcode":9999,"errmsg":"There is nothing here."}"#.to_owned()
        )
    );
    // A client may still ask for a standard format, and routes may have another one.
    let (status, _, problem) = send(app(), "/items/7", "application/problem+json").await;
    assert_eq!((status, problem.contains(r#""status":404"#)), (404, true), "{problem}");
    assert_eq!(
        send(app(), "/text/7", "*/*").await,
        (404, "S2001".to_owned(), "no item 7".to_owned())
    );
}

#[test]
fn the_document_has_the_failures_beside_the_success() {
    let document = serde_json::to_value(Api::openapi()).expect("plain data");
    let responses = &document["paths"]["/items/{id}"]["get"]["responses"];
    let names: Vec<&str> =
        responses.as_object().expect("responses").keys().map(String::as_str).collect();
    assert_eq!(names, ["200", "404", "409"]);
    let both = &responses["200"];
    assert_eq!(both["x-error-codes"], json!(["S2001", "S2002"]));
    let content = &both["content"]["application/json"];
    assert_eq!(content["schema"]["anyOf"][0], json!({ "$ref": "#/components/schemas/Item" }));
    // The format is known by its examples only.
    let own = &content["schema"]["anyOf"][1];
    assert_eq!(own["required"], json!(["errcode", "errmsg"]));
    assert_eq!(own["properties"]["errcode"]["type"], "integer");
    assert_eq!(content["examples"]["success"]["value"], json!({ "id": 1 }));
    assert_eq!(
        content["examples"]["S2001"]["value"],
        json!({ "errcode": 2001, "errmsg": "no item 1" })
    );
    let missing: Vec<&String> =
        responses["404"]["content"].as_object().expect("content").keys().collect();
    assert_eq!(missing, ["application/problem+json", "application/vnd.api+json"]);
    assert!(!document.to_string().contains("x-errors-"));
}

#[tokio::test]
async fn the_test_layer_knows_the_answers() {
    let documented = documented(&Api::openapi());
    let app = app().layer(documented.clone());
    for path in ["/items/1", "/items/2", "/items/7"] {
        assert_eq!(send(app.clone(), path, "*/*").await.0, 200);
    }
    let unseen: Vec<String> =
        documented.unseen().into_iter().filter(|answer| answer.contains("/items")).collect();
    assert_eq!(unseen, ["GET /items/{id}: 404 S2001", "GET /items/{id}: 409 S2002"]);
}

#[tokio::test]
async fn the_catalog_says_what_clients_get() {
    let (_, _, one) = send(app(), "/errors/S2001", "application/json").await;
    assert!(one.starts_with(r#"{"code":"S2001","status":200,"#), "{one}");
    let (_, _, all) = send(app(), "/errors", "application/json").await;
    let read = CatalogData::read("/errors", &all).expect("a catalog");
    assert_eq!(read.check(), Ok(()));
    let (_, _, page) = send(app(), "/errors/S2001", "text/html").await;
    assert!(page.contains("200 OK</span>") && page.contains("HTTP/1.1 200 OK"), "{page}");
    assert!(page.contains("\"errcode\": 2001") && !page.contains("\"success\": false"), "{page}");
    assert!(page.contains("HTTP/1.1 404 Not Found"), "as problem+json");

    let data = CatalogData::of(&CATALOG, Audience::Public);
    let file =
        |format: Format| Docs::new(&data).files(format).expect("right templates").remove(0).bytes;
    let openapi: Value = serde_json::from_slice(&file(Format::OpenApi)).expect("JSON");
    let responses = &openapi["components"]["responses"];
    let examples = &responses["Error200"]["content"]["application/json"]["examples"];
    assert_eq!(examples["S2002"]["value"], json!({ "errcode": 2002, "errmsg": "sold out" }));
    let missing: Vec<&String> =
        responses["Error404"]["content"].as_object().expect("content").keys().collect();
    assert_eq!(missing, ["application/problem+json", "application/vnd.api+json"]);
    let schema: Value = serde_json::from_slice(&file(Format::Schema)).expect("JSON");
    assert_eq!(schema["anyOf"].as_array().map(Vec::len), Some(2));
    let csv = String::from_utf8(file(Format::Csv)).expect("UTF-8");
    assert!(csv.contains("\r\nS2001,200,"), "{csv}");
}
