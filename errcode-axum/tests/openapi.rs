//! `codes!`: one response per status with every code that shares it, examples as they are rendered, and a layer that
//! holds a router to its document.

#![cfg(feature = "openapi")]

use axum::{Router, body::Body, routing::get};
use errcode_axum::openapi::{
    CatalogPaths, DocumentPaths, ErrorSchemas, documented, openapi_routes,
};
use errcode_core::{AppError, Failure, FaultCodes, FrameworkFault};
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use utoipa::{IntoResponses, OpenApi};

mod errors {
    use errcode_core::AppError;

    /// What can go wrong in the shop.
    #[derive(Debug, AppError)]
    #[expect(dead_code, reason = "some are only documented")]
    pub(crate) enum ShopError {
        /// No item has this id.
        ///
        /// It may be sold out.
        #[error(
            "item {id} not found",
            code = "S1",
            status = 404,
            title = "No such item",
            user_msg = "no item {id}"
        )]
        Missing {
            #[detail(example = "42")]
            id: u32,
        },
        #[error("no shelf", code = "S2", status = 404)]
        NoShelf,
        #[error("slow", code = "S3", status = 503, retryable(after = "2s"), headers("X-Queue" = "long"))]
        Slow,
        #[error("hidden", code = "S4", status = 409, internal)]
        Hidden,
        #[error("hidden too", code = "S5", status = 409, internal, public_as = "S1")]
        HiddenAsMissing,
    }

    /// The shop is closed.
    #[derive(Debug, AppError)]
    #[error("closed", code = "S9", status = 503)]
    pub(crate) struct Closed;
}
use errors::{Closed, ShopError};

#[derive(Debug, AppError)]
enum FaultError {
    #[error("broken", code = "F1", status = 500)]
    Broken,
    #[error("unreadable", code = "F2", status = 400)]
    Unreadable,
}

struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        Some(match fault {
            FrameworkFault::Unexpected | FrameworkFault::Panic => FaultError::Broken.into(),
            FrameworkFault::BadRequest => FaultError::Unreadable.into(),
            _ => return None,
        })
    }
}

errcode_core::catalog! {
    static CATALOG = [ShopError, Closed, FaultError];
    docs = "https://shop.example/errors/{code}";
    faults = Faults;
}
mod other {
    errcode_core::catalog! { pub(crate) static CODES = [super::errors::ShopError]; }
}

errcode_axum::codes!(pub AllForms = [
    ShopError::{Missing, NoShelf},
    errors::ShopError::Slow,
    errors::Closed::*,
    faults::json,
    faults::{path, unexpected},
]);
errcode_axum::codes!(Whole = [Closed, ShopError::*]);
errcode_axum::codes!(Merged = [..Whole, FaultError::Unreadable]);
errcode_axum::codes!(Elsewhere in other::CODES = [faults::path]);
errcode_axum::codes!(Internal = [ShopError::Hidden]);
errcode_axum::codes!(Masked = [ShopError::HiddenAsMissing]);
errcode_axum::codes!(Nothing = []);
errcode_axum::codes!(Stored = [faults::database]);

fn responses<T: IntoResponses>() -> Value {
    serde_json::to_value(T::responses()).expect("plain data")
}

/// Each status with its codes.
fn codes<T: IntoResponses>() -> Value {
    let statuses = responses::<T>();
    statuses
        .as_object()
        .expect("responses")
        .iter()
        .map(|(status, one)| (status.clone(), one["x-error-codes"].clone()))
        .collect()
}

#[test]
fn one_response_per_status_with_every_code_that_shares_it() {
    assert_eq!(
        codes::<AllForms>(),
        json!({
            "400": ["F2"], "404": ["S1", "S2"], "413": ["HTTP_413"], "415": ["HTTP_415"], "422": ["HTTP_422"],
            "500": ["F1"], "503": ["S3", "S9"],
        })
    );
    assert_eq!(
        codes::<Merged>(),
        json!({"400": ["F2"], "404": ["S1", "S2"], "500": ["F1"], "503": ["S3", "S9"]})
    );
    assert_eq!(codes::<Elsewhere>(), json!({"400": ["HTTP_400"]}));
    assert_eq!(codes::<Nothing>(), json!({}));
    assert_eq!(
        codes::<Stored>(),
        json!({"500": ["SERVER_ERROR"], "503": ["HTTP_503"], "504": ["HTTP_504"]})
    );
}

#[test]
fn an_internal_code_is_documented_as_what_clients_get() {
    assert_eq!(codes::<Internal>(), json!({"500": ["F1"]}));
    assert_eq!(codes::<Masked>(), json!({"404": ["S1"]}));
}

#[test]
fn every_form_has_an_example_per_code() {
    let missing = &responses::<AllForms>()["404"];
    assert_eq!(missing["description"], "`S1` No such item  \n`S2` no shelf");
    let of = |form: &str| missing["content"][form]["examples"]["S1"].clone();
    let example = of("application/json");
    assert_eq!(
        (&example["summary"], &example["description"]),
        (&json!("No such item"), &json!("It may be sold out."))
    );
    assert_eq!(
        example["value"],
        json!({
            "success": false,
            "error": {
                "code": "S1", "message": "no item 42", "retryable": false, "details": {"id": 42},
                "docs": "https://shop.example/errors/S1",
            },
            "request_id": "req_01KHZ4QG80Z4T5W6R7S8V9X0A1", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            "timestamp": "2026-02-21T10:00:00Z",
        })
    );
    assert_eq!(of("application/problem+json")["value"]["detail"], "no item 42");
    assert_eq!(of("application/vnd.api+json")["value"]["errors"][0]["status"], "404");
    assert_eq!(
        missing["content"]["application/json"]["examples"].as_object().map(serde_json::Map::len),
        Some(2)
    );
}

#[test]
fn schemas_name_the_codes_and_headers_are_those_of_the_answer() {
    let all = responses::<AllForms>();
    let missing = &all["404"];
    let code = json!({"type": "string", "enum": ["S1", "S2"]});
    let envelope = &missing["content"]["application/json"]["schema"]["allOf"];
    assert_eq!(envelope[0], json!({"$ref": "#/components/schemas/ErrorEnvelope"}));
    assert_eq!(envelope[1]["properties"]["error"]["allOf"][1]["properties"]["code"], code);
    assert_eq!(
        missing["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"],
        code
    );
    assert_eq!(missing["headers"]["X-Error-Code"]["schema"], code);
    assert_eq!(missing["headers"].get("Retry-After"), None);
    let slow = &all["503"]["headers"];
    assert_eq!(slow["Retry-After"]["schema"], json!({"type": "integer", "minimum": 1}));
    assert_eq!(
        (&slow["X-Queue"]["example"], &slow["X-Queue"]["description"]),
        (&json!("long"), &json!("With `S3`."))
    );
}

#[utoipa::path(get, path = "/items/{id}", params(("id" = u32, Path)), responses((status = 200, body = String), Whole))]
async fn item(axum::extract::Path(id): axum::extract::Path<u32>) -> errcode_axum::Result<String> {
    match id {
        1 => Ok("one".to_owned()),
        2 => Err(ShopError::Slow)?,
        3 => Err(FaultError::Unreadable)?,
        _ => Err(ShopError::Missing { id })?,
    }
}

const ERRORS: CatalogPaths = CatalogPaths(&CATALOG);

#[derive(OpenApi)]
#[openapi(paths(item), modifiers(&ErrorSchemas, &ERRORS))]
struct Api;

fn app() -> Router {
    Router::new()
        .route("/items/{id}", get(item).delete(async || "gone"))
        .route("/more", get(async || "more"))
        .merge(errcode_axum::catalog_routes(&CATALOG))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG))
}

async fn status(app: Router, method: &str, path: &str) -> u16 {
    let request =
        Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
    app.oneshot(request).await.expect("the layer answers everything").status().as_u16()
}

#[tokio::test]
async fn documented_answers_pass_and_are_accounted_for() {
    let documented = documented(&Api::openapi());
    let app = app().layer(documented.clone());
    let all: Vec<String> = [
        "GET /errors: 200",
        "GET /errors/{code}: 200",
        "GET /errors/{code}: 404 HTTP_404",
        "GET /items/{id}: 200",
        "GET /items/{id}: 404 S1",
        "GET /items/{id}: 404 S2",
        "GET /items/{id}: 500 F1",
        "GET /items/{id}: 503 S3",
        "GET /items/{id}: 503 S9",
    ]
    .map(String::from)
    .into();
    assert_eq!(documented.unseen(), all);
    for (method, path, answer) in [
        ("GET", "/items/1", 200),
        ("GET", "/items/2", 503),
        ("HEAD", "/items/4", 404),
        ("GET", "/errors/S1", 200),
        ("GET", "/errors/S8", 404),
        ("POST", "/items/1", 405),
        ("GET", "/nowhere", 404),
    ] {
        assert_eq!(status(app.clone(), method, path).await, answer, "{method} {path}");
    }
    assert_eq!(
        documented.unseen(),
        [
            "GET /errors: 200",
            "GET /items/{id}: 404 S2",
            "GET /items/{id}: 500 F1",
            "GET /items/{id}: 503 S9"
        ]
    );
}

#[tokio::test]
#[should_panic(
    expected = "`GET /items/{id}` answered 400 F2, which its OpenAPI document does not have; \
                it has 200, 404 S1, 404 S2, 500 F1, 503 S3, 503 S9"
)]
async fn an_undocumented_code_fails() {
    status(app().layer(documented(&Api::openapi())), "GET", "/items/3").await;
}

#[tokio::test]
#[should_panic(expected = "`GET /more` is not in the OpenAPI document")]
async fn an_undocumented_route_fails() {
    status(app().layer(documented(&Api::openapi())), "GET", "/more").await;
}

#[tokio::test]
#[should_panic(expected = "`DELETE /items/{id}` is not in the OpenAPI document")]
async fn an_undocumented_method_fails() {
    status(app().layer(documented(&Api::openapi())), "DELETE", "/items/1").await;
}

/// An API without the schemas, which gets them with the one that it takes in.
#[derive(OpenApi)]
struct Empty;

#[test]
fn components_are_complete() {
    let nested = Empty::openapi().nest("/v1", Api::openapi());
    let merged = Empty::openapi().merge_from(Api::openapi());
    for document in [Api::openapi(), nested, merged] {
        let document = serde_json::to_value(document).expect("plain data");
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.contains(&"#/components/schemas/ErrorEnvelope".to_owned()));
        for reference in references {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        }
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[tokio::test]
async fn the_page_of_a_code_leads_to_its_operations() {
    #[derive(OpenApi)]
    #[openapi(paths(item), modifiers(&ErrorSchemas, &ERRORS, &DocumentPaths))]
    struct Whole;

    let routes = errcode_axum::catalog_routes(&CATALOG).with_openapi(&Whole::openapi());
    let app: Router = Router::new().merge(routes);
    let request = Request::get("/errors/S2").header("accept", "text/html").body(Body::empty());
    let page = app.oneshot(request.expect("a request")).await.expect("an answer");
    let page = axum::body::to_bytes(page.into_body(), usize::MAX).await.expect("a body");
    let page = String::from_utf8_lossy(&page);
    assert!(page.contains("<a href=\"../docs#item\"><code>GET /items/{id}</code></a>"), "{page}");
}

#[tokio::test]
async fn the_document_and_its_page_are_served() {
    let app: Router = Router::new().merge(openapi_routes(&Api::openapi()));
    let request = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    let served = app.clone().oneshot(request("/openapi.json")).await.expect("an answer");
    assert_eq!(served.headers()["content-type"], "application/json");
    let body = axum::body::to_bytes(served.into_body(), usize::MAX).await.expect("a body");
    assert_eq!(
        serde_json::from_slice::<Value>(&body).expect("JSON"),
        serde_json::to_value(Api::openapi()).expect("plain data")
    );
    let page = app.oneshot(request("/docs")).await.expect("an answer");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
}

mod own_schemas {
    use super::CATALOG;
    use errcode_axum::openapi::{CatalogPaths, ErrorSchemas};
    use utoipa::OpenApi;

    /// Called like a schema of ours.
    #[derive(utoipa::ToSchema, serde::Serialize)]
    pub(super) struct ErrorDetails {
        reason: String,
    }

    #[utoipa::path(get, path = "/report", responses((status = 200, description = "ok", body = ErrorDetails)))]
    pub(super) async fn report() {}

    const ERRORS: CatalogPaths = CatalogPaths(&CATALOG);

    #[derive(OpenApi)]
    #[openapi(paths(report), modifiers(&ErrorSchemas, &ERRORS))]
    pub(super) struct Api;
}

/// A schema of the service's stays, and ours gets another name wherever it is referred to.
#[test]
fn a_schema_with_the_name_of_ours_is_another_one() {
    use utoipa::OpenApi as _;
    let _: Router = Router::new().route("/report", get(own_schemas::report));
    let document = serde_json::to_value(own_schemas::Api::openapi()).unwrap();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["ErrorDetails"]["required"], serde_json::json!(["reason"]));
    assert!(schemas["ErrcodeErrorDetails"]["properties"]["errors"].is_object(), "{schemas}");
    let text = document.to_string();
    let theirs = text.matches("\"#/components/schemas/ErrorDetails\"").count();
    assert_eq!(theirs, 1, "only the service's operation refers to it");
    assert!(text.contains("\"#/components/schemas/ErrcodeErrorDetails\""));
}
