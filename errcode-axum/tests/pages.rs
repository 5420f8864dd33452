//! The feature `html`: pages on the service itself, and documentation that shows what the service really answers.

#![allow(missing_docs)]

#[path = "../../errcode-catalog/tests/support/mod.rs"]
mod support;

use axum::{Router, body::Body, extract::Path, routing::get};
use errcode_axum::{ErrorLayer, Failure, catalog_routes};
use errcode_catalog::explain::explain;
use errcode_core::{AppError, FaultCodes, FrameworkFault, Level};
use errcode_docs::{Audience, CatalogData, Docs, Format};
use errcode_runtime::Event;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use std::sync::{Arc, Mutex};
use support::{CATALOG, ProjectError};
use tower::ServiceExt as _;

/// Fails with the values that the examples have.
async fn fail(Path(code): Path<String>) -> Result<(), Failure> {
    Err(match code.as_str() {
        "E2201" => ProjectError::NotFound { id: 1 },
        "E2202" => ProjectError::NumberTaken { number: "P-17".to_owned() },
        "E2203" => ProjectError::Locked {
            user: "user".to_owned(),
            retry_after: 30,
            tries: Some(1),
            holders: vec!["holders".to_owned()],
        },
        "E2301" => ProjectError::Database,
        "E2303" => ProjectError::Hidden { id: 1, user: "user".to_owned() },
        _ => ProjectError::OutOfOrder,
    }
    .into())
}

fn app() -> Router {
    Router::new()
        .merge(catalog_routes(&CATALOG))
        .route("/fail/{code}", get(fail))
        .layer(ErrorLayer::new(&CATALOG))
}

async fn send(path: &str, accept: &str) -> (StatusCode, HeaderMap, String) {
    let request =
        Request::get(path).header("accept", accept).body(Body::empty()).expect("a request");
    let response = app().oneshot(request).await.expect("the service never fails");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

/// The values of these members, all strings, replaced by `…`.
fn without_ids(body: &str) -> String {
    let mut out = body.to_owned();
    for name in [
        "\"request_id\":\"",
        "\"trace_id\":\"",
        "\"timestamp\":\"",
        "{\"errors\":[{\"id\":\"",
        ",\"instance\":\"",
    ] {
        let Some(at) = out.find(name) else { continue };
        let start = at + name.len();
        let end = start + out[start..].find('"').expect("a string");
        out.replace_range(start..end, "…");
    }
    out.replace(",\"instance\":\"…\"", "")
}

#[tokio::test]
async fn documentation_shows_what_the_service_answers() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let compact = |text: &str| text.split_whitespace().collect::<String>();
    let markdown =
        Docs::new(&data).files(Format::Markdown).expect("right templates").remove(0).bytes;
    let markdown = compact(&String::from_utf8(markdown).expect("UTF-8"));
    for entry in &data.errors {
        let page =
            Docs::new(&data).code_page(&entry.code).expect("right templates").expect("a page");
        let explained = compact(&explain(&data, &entry.code).to_text());
        for example in &entry.examples {
            let (status, headers, body) =
                send(&format!("/fail/{}", entry.code), &example.content_type).await;
            assert_eq!(
                without_ids(&body),
                without_ids(&example.body),
                "{} as {}",
                entry.code,
                example.format
            );
            assert_eq!(headers["content-type"], example.content_type.as_str(), "{}", entry.code);
            if !entry.is_internal() {
                assert_eq!(status.as_u16(), entry.status, "{}", entry.code);
            }
            let shown = compact(&example.body);
            assert!(
                markdown.contains(&shown) && explained.contains(&shown),
                "{} as {}",
                entry.code,
                example.format
            );
            let page = in_chinese(&page).replace("&quot;", "\"");
            let page = compact(&page);
            assert!(page.contains(&shown), "the page of {} as {}", entry.code, example.format);
        }
    }
}

/// Returns a page as its style shows it in Chinese, the default language.
fn in_chinese(html: &str) -> String {
    let mut parts = html.split("<span class=\"en\" lang=\"en\">");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once("</span>").map_or("", |(_, rest)| rest));
    let text: String = std::iter::once(first.as_str()).chain(rest).collect();
    text.replace("<span class=\"zh\" lang=\"zh\">", "").replace("</span>", "")
}

#[derive(Debug, AppError)]
#[error("nothing here", code = "E1005", status = 404)]
struct Nothing;

struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<errcode_core::Failure> {
        matches!(fault, FrameworkFault::UnknownRoute).then(|| Nothing.into())
    }
}

errcode_core::catalog! { static OWN = [Nothing]; faults = Faults; }

#[tokio::test]
async fn the_page_of_an_unknown_code_is_reported_with_the_code_that_it_has() {
    const PATH: &str = "/errors/unknown-and-reported";
    let reported = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&reported);
    let observing = errcode_runtime::observe(move |event: &Event<'_>| {
        if let Event::Failure(failure) = event
            && failure.served.uri == Some(PATH)
        {
            seen.lock().expect("no panic").push((failure.spec.code().as_str(), failure.level));
        }
    });
    let app = Router::new().merge(catalog_routes(&OWN)).layer(ErrorLayer::new(&OWN));
    for (accept, content_type) in
        [("text/html", "text/html; charset=utf-8"), ("application/json", "application/json")]
    {
        let request = Request::get(PATH).header("accept", accept).body(Body::empty());
        let answered = app.clone().oneshot(request.expect("a request")).await;
        let headers = answered.expect("the service never fails").headers().clone();
        assert_eq!(headers["content-type"], content_type);
        assert_eq!(headers["x-error-code"], "E1005", "{accept}");
    }
    observing.stop();
    assert_eq!(*reported.lock().expect("no panic"), [("E1005", Level::Warn); 2]);
}

#[tokio::test]
async fn browsers_get_pages_and_programs_json() {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let (status, headers, page) = send("/errors", browser).await;
    assert_eq!(
        (status.as_u16(), headers["content-type"].to_str().expect("ASCII")),
        (200, "text/html; charset=utf-8")
    );
    assert!(
        page.contains("项目不存在") && page.contains("errors/E2201") && !page.contains("E2301")
    );
    assert!(headers.get_all("vary").iter().any(|value| value == "Accept, Accept-Language"));
    for (path, part) in [
        ("/errors/e2201", "Check the id"),
        ("/errors/PROJECT_NOT_FOUND", "E2201"),
        ("/errors/E2209", "merged into E2203"),
    ] {
        let (status, _, page) = send(path, browser).await;
        assert_eq!(status, 200, "{path}");
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(part), "{path}");
    }
    for path in ["/errors/E2301", "/errors/E9999", "/errors/%3Cscript%3E"] {
        let (status, headers, body) = send(path, browser).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{path}");
        assert_eq!(headers["x-error-code"], "HTTP_404", "{path}");
        assert!(body.contains("目录中没有这个错误码。") && body.contains("rel=\"icon\""), "{body}");
        assert!(!body.contains("<script>"), "{body}");
        assert!(send(path, "application/json").await.2.starts_with("{\"success\":false"), "{path}");
    }
    // A retired code is described as JSON too; an unknown one is not.
    for path in ["/errors/E2209", "/errors/e2209"] {
        let (status, headers, body) = send(path, "application/json").await;
        assert_eq!(
            (status.as_u16(), &headers["content-type"]),
            (200, &"application/json".parse().expect("ASCII"))
        );
        assert_eq!(body, r#"{"code":"E2209","retired":true,"reason":"merged into E2203"}"#);
    }
    assert_eq!(send("/errors/E9999", "application/json").await.0, 404);
    for accept in ["application/json", "*/*"] {
        let (status, headers, body) = send("/errors", accept).await;
        assert_eq!(
            (status.as_u16(), headers["content-type"].to_str().expect("ASCII")),
            (200, "application/json")
        );
        let served = CatalogData::read("/errors", &body).expect("a part of a data");
        assert_eq!(served.errors.len(), 4);
    }
}
