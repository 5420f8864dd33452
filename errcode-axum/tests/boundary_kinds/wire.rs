//! What an answer says, by the headers of its request.

use super::{CATALOG, JSON, layered};
use crate::listener::{Answer, Server, exchange, get, post};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::{any, get as on_get, post as on_post},
};
use errcode_axum::{ErrorLayer, catalog_routes, extract};
use errcode_core::{AppError, FrameworkFault, prelude::*};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

#[derive(Debug, AppError)]
enum OrderError {
    #[error("bad", code = "E21", status = 422)]
    #[subject(pointer = "/items/0/price")]
    Price,
    #[error("bad", code = "E22", status = 400)]
    #[subject(parameter = "page")]
    Page,
    #[error("bad", code = "E23", status = 400)]
    #[subject(header = "X-Tenant")]
    Tenant,
    #[error("bad", code = "E24", status = 400)]
    Dynamic {
        #[subject(pointer)]
        pointer: String,
    },
    #[error("busy", code = "E25", status = 503, category = external)]
    Busy,
    #[error("busy", code = "E26", status = 503, retryable(after = wait))]
    Wait { wait: Duration },
}

errcode_core::catalog! {
    static ORDERS = [OrderError];
    languages = ["zh", "en"];
    docs = "https://errors.example/{code}";
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Project {
    number: u32,
    #[serde(default)]
    project_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Page {
    size: u8,
}

async fn order(extract::Path(kind): extract::Path<String>) -> errcode_axum::Result<()> {
    let dynamic = |pointer: &str| OrderError::Dynamic { pointer: pointer.to_owned() };
    Err(match kind.as_str() {
        "price" => OrderError::Price,
        "page" => OrderError::Page,
        "tenant" => OrderError::Tenant,
        "whole" => dynamic(""),
        "slash" => dynamic("/a~1b/~0c"),
        _ => return Ok(()),
    })?
}

fn orders() -> Router {
    Router::new()
        .route("/order/{kind}", on_get(order))
        .route("/json", on_post(async |_: extract::Json<Project>| "ok"))
        .route("/form", on_post(async |_: extract::Form<Project>| "ok"))
        .route("/query", on_get(async |_: extract::Query<Page>| "ok"))
        .route("/path/{size}", on_get(async |_: extract::Path<u8>| "ok"))
        .layer(ErrorLayer::new(&ORDERS))
}

/// The first error of a body in any of the standard formats: its field and its place.
fn place(accept: &str, body: &Value) -> (Value, Value) {
    let (first, source) = match accept {
        "application/vnd.api+json" => {
            (body["errors"][0]["meta"].clone(), body["errors"][0]["source"].clone())
        }
        "application/problem+json" => (body["errors"][0].clone(), body["errors"][0].clone()),
        _ => {
            let error = &body["error"];
            let list = &error["details"]["errors"];
            let first = if list.is_null() { error } else { &list[0] };
            assert_eq!(error.get("field"), first.get("field"), "{body}");
            (first.clone(), first.clone())
        }
    };
    let members = ["pointer", "parameter", "header"];
    let found =
        members.iter().filter_map(|name| Some(((*name).to_owned(), source.get(name)?.clone())));
    (first["field"].clone(), Value::Object(found.collect()))
}

#[test]
fn the_field_is_the_same_in_each_format() {
    let form = "application/x-www-form-urlencoded";
    let mismatch = r#"{"number":"a","project_name":null,"budget":1}"#;
    let rows = [
        (post("/json", JSON, "@", mismatch), json!("number"), json!({"pointer": "/number"})),
        (post("/json", JSON, "@", "{}"), json!("number"), json!({"pointer": "/number"})),
        (post("/json", JSON, "@", "[]"), Value::Null, json!({})),
        (post("/form", form, "@", "number=a"), json!("number"), json!({"pointer": "/number"})),
        (get("/query?size=a", "@"), json!("size"), json!({"parameter": "size"})),
        (get("/query", "@"), json!("size"), json!({"parameter": "size"})),
        (get("/path/a", "@"), json!("size"), json!({"parameter": "size"})),
        (get("/order/price", "@"), json!("items[0].price"), json!({"pointer": "/items/0/price"})),
        (get("/order/page", "@"), json!("page"), json!({"parameter": "page"})),
        (get("/order/tenant", "@"), json!("X-Tenant"), json!({"header": "X-Tenant"})),
        (get("/order/slash", "@"), json!("a/b.~c"), json!({"pointer": "/a~1b/~0c"})),
        (get("/order/whole", "@"), Value::Null, json!({"pointer": ""})),
    ];
    let server = Server::start(orders());
    for (request, field, source) in rows {
        for accept in [JSON, "application/problem+json", "application/vnd.api+json"] {
            let text = String::from_utf8(request.clone()).expect("UTF-8");
            let sent = text.replacen('@', &format!("Accept: {accept}\r\n"), 1);
            let answer = server.send(sent.as_bytes());
            assert_eq!(answer.header("content-type"), Some(accept), "{sent}");
            let found = place(accept, &answer.json());
            assert_eq!(found, (field.clone(), source.clone()), "{sent}\n{}", answer.text());
        }
    }
}

/// The text of one answer: title, detail, and the language that it says it has.
fn said(answer: &Answer) -> (String, String, Option<String>) {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (text("title"), text("detail"), answer.header("content-language").map(str::to_owned))
}

#[test]
fn an_answer_is_in_one_language() {
    let zh = ("资源不存在", "资源不存在。", "zh");
    let en = ("Not found", "There is nothing here.", "en");
    let server = Server::start(orders());
    for (languages, (title, detail, language)) in [
        ("", zh),
        ("Accept-Language: en\r\n", en),
        ("Accept-Language: zh\r\n", zh),
        ("Accept-Language: *;q=0.5, zh;q=0\r\n", en),
        ("Accept-Language: zh;q=0, *;q=0.5\r\n", en),
        ("Accept-Language: zh;q=0\r\n", en),
        ("Accept-Language: *\r\n", zh),
        ("Accept-Language: en;q=0, *\r\n", zh),
        ("Accept-Language: fr, *;q=0.1\r\n", zh),
        ("Accept-Language: ZH-hant-TW;q=0.2, EN-us;q=0.3\r\n", en),
        ("Accept-Language: zh;q=0\r\nAccept-Language: *;q=0.1\r\n", en),
        ("Accept-Language: fr\r\n", zh),
        ("Accept-Language: \u{1}\r\n", zh),
    ] {
        if languages.contains('\u{1}') {
            continue;
        }
        for path in ["/nowhere", "/errors/E9"] {
            let headers = format!("Accept: application/problem+json\r\n{languages}");
            let answer = server.send(&get(path, &headers));
            let expected = (title.to_owned(), detail.to_owned(), Some(language.to_owned()));
            assert_eq!(said(&answer), expected, "{languages}");
            let vary = answer.header("vary").unwrap_or_default();
            assert!(vary.contains("Accept-Language"), "{languages}: {vary}");
        }
    }
}

#[test]
fn the_catalog_is_served_in_the_reader_s_language() {
    let routes = Router::new().merge(catalog_routes(&CATALOG));
    // The routes need no layer around them.
    for app in [layered(routes.clone()), routes] {
        let server = Server::start(app);
        for (asked, language, message, title) in [
            ("", "en", "no item {id}", "Bad request"),
            ("Accept-Language: zh\r\n", "zh", "商品 {id} 不存在", "请求错误"),
            ("Accept-Language: *;q=0.5, en;q=0\r\n", "zh", "商品 {id} 不存在", "请求错误"),
            ("Accept-Language: de\r\n", "en", "no item {id}", "Bad request"),
        ] {
            let answer = server.send(&get("/errors", asked));
            let body = answer.json();
            assert_eq!(answer.header("content-language"), Some(language), "{asked}");
            assert!(answer.header("vary").is_some_and(|vary| vary.contains("Accept-Language")));
            assert_eq!(body["errors"][0]["message"], message, "{asked}");
            assert_eq!(body["framework"][0]["title"], title, "{asked}");
            let answer = server.send(&get("/errors/E1", asked));
            assert_eq!(answer.header("content-language"), Some(language), "{asked}");
            assert_eq!(answer.json()["message"], message, "{asked}");
            for path in ["/errors", "/errors/E1"] {
                let answer = server.send(&get(path, &format!("Accept: text/html\r\n{asked}")));
                let page = answer.text();
                assert!(
                    page.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{language}\">")),
                    "{asked}"
                );
                assert_eq!(answer.header("content-language"), Some(language), "{asked}");
                assert!(answer.header("vary").is_some_and(|vary| vary.contains("Accept-Language")));
            }
            let page =
                server.send(&get("/errors/HTTP_404", &format!("Accept: text/html\r\n{asked}")));
            let title = if language == "zh" { "资源不存在" } else { "Not found" };
            assert!(page.text().contains(&format!("<title>HTTP_404 {title}")), "{}", page.text());
            let page = server.send(&get("/errors/E1", &format!("Accept: text/html\r\n{asked}")));
            let (zh, en) = (page.text().find("商品 {id}"), page.text().find("no item {id}"));
            assert_eq!(zh < en, language == "zh", "the reader's message is first");
        }
    }
}

async fn busy() -> errcode_axum::Result<()> {
    Err(OrderError::Busy)?
}

async fn wait(extract::Path(seconds): extract::Path<u64>) -> errcode_axum::Result<()> {
    Err(OrderError::Wait { wait: Duration::new(seconds, 999_999_999) })?
}

/// A limit of another layer, in plain text.
async fn limited(extract::Path(after): extract::Path<String>) -> impl IntoResponse {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, after)], "slow down")
}

fn retries() -> Router {
    let slow = tower_http::timeout::TimeoutLayer::with_status_code(
        StatusCode::REQUEST_TIMEOUT,
        Duration::from_millis(1),
    );
    Router::new()
        .route("/slow", any(async || std::future::pending::<()>().await).layer(slow))
        .route("/408", any(async || StatusCode::REQUEST_TIMEOUT))
        .route("/408/text", any(async || (StatusCode::REQUEST_TIMEOUT, "late")))
        .route("/503", any(async || StatusCode::SERVICE_UNAVAILABLE))
        .route("/429", any(async || StatusCode::TOO_MANY_REQUESTS))
        .route("/busy", any(busy))
        .route("/wait/{seconds}", any(wait))
        .route("/limited/{after}", any(limited))
        .route(
            "/fault",
            any(async || -> errcode_axum::Result<()> {
                Err(Failure::fault_after(FrameworkFault::Overloaded, "full", Duration::MAX))?
            }),
        )
        .layer(ErrorLayer::new(&ORDERS))
}

/// `Retry-After`, `retryable`, `retry_after`.
fn hint(answer: &Answer) -> (Option<String>, Value, Value) {
    let error = &answer.json()["error"];
    let after = answer.header("retry-after").map(str::to_owned);
    (after, error["retryable"].clone(), error["retry_after"].clone())
}

#[test]
fn retry_hints_can_be_relied_on() {
    const KEY: &str = "Idempotency-Key: 7f3a\r\n";
    let no = (None, json!(false), Value::Null);
    let yes = (None, json!(true), Value::Null);
    let after = |seconds: u64| (Some(seconds.to_string()), json!(true), json!(seconds));
    let most = 2_147_483_647;
    let server = Server::start(retries());
    for (request, status, expected) in [
        // Only an idempotency layer makes a write repeatable.
        (post("/busy", JSON, KEY, ""), 503, no.clone()),
        (post("/busy", JSON, "", ""), 503, no.clone()),
        (get("/busy", ""), 503, yes.clone()),
        // The first request may still run.
        (post("/slow", JSON, KEY, ""), 504, no.clone()),
        (post("/408", JSON, KEY, ""), 504, no.clone()),
        (get("/slow", ""), 504, yes.clone()),
        (post("/408/text", JSON, KEY, ""), 408, no),
        // A refused one was not processed.
        (post("/503", JSON, KEY, ""), 503, yes.clone()),
        (post("/429", JSON, KEY, ""), 429, yes.clone()),
        (get("/429", ""), 429, yes),
        // The delay of another layer is in the body too.
        (get("/limited/30", ""), 429, after(30)),
        (post("/limited/30", JSON, KEY, ""), 429, after(30)),
        (get("/limited/0", ""), 429, after(1)),
        (get("/limited/99999999999999999999999", ""), 429, after(most)),
        // Clients read a signed 32-bit number.
        (get("/wait/0", ""), 503, after(1)),
        (get("/wait/2147483646", ""), 503, after(most)),
        (get("/wait/18446744073709551615", ""), 503, after(most)),
        (get("/fault", ""), 503, after(most)),
    ] {
        let shown = String::from_utf8_lossy(&request).into_owned();
        let answer = server.send(&request);
        assert_eq!((answer.status, hint(&answer)), (status, expected), "{shown}");
    }
}

#[test]
fn the_state_of_a_trace_is_kept() {
    let parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    let carried = async || {
        let context = errcode_runtime::Context::current().expect("a context");
        let state = context.outgoing().into_iter().find(|(name, _)| *name == "tracestate");
        state.map(|(_, value)| value.to_string()).unwrap_or_default()
    };
    let server = Server::start(layered(Router::new().route("/", on_get(carried))));
    let members =
        |count: usize| (0..count).map(|at| format!("k{at}=1")).collect::<Vec<_>>().join(",");
    for (state, kept) in [
        ("foo=1,foo=2".to_owned(), "foo=1".to_owned()),
        ("foo=1,bar=2,foo=3".to_owned(), "foo=1,bar=2".to_owned()),
        (members(32), members(32)),
        (members(33), String::new()),
        (format!("{},k0=2", members(32)), String::new()),
        (format!("{}=1", "z".repeat(256)), format!("{}=1", "z".repeat(256))),
        (format!("{}=1", "z".repeat(257)), String::new()),
        (format!("a={}", "v".repeat(257)), String::new()),
        ("foo=1,FOO=2".to_owned(), String::new()),
        ("foo=1,".to_owned(), "foo=1".to_owned()),
    ] {
        let answer = server.send(&get("/", &format!("{parent}tracestate: {state}\r\n")));
        assert_eq!(answer.text(), kept, "{state}");
    }
    let lines = format!("{parent}tracestate: foo=1\r\ntracestate: bar=2,foo=2\r\n");
    assert_eq!(server.send(&get("/", &lines)).text(), "foo=1,bar=2");
}

#[test]
fn an_instance_stays_on_this_host() {
    let server = Server::start(orders());
    for (target, instance) in [
        ("/a/b", "/a/b"),
        ("//evil.example/x", "/%2Fevil.example/x"),
        ("///evil.example/x", "/%2F/evil.example/x"),
        ("/\\evil.example", "/%5Cevil.example"),
        ("/a|b", "/a%7Cb"),
        ("/a%7Cb?c=d", "/a%7Cb"),
        ("/a%zz", "/a%25zz"),
        ("/{x}", "/%7Bx%7D"),
        ("http://evil.example/x", "/x"),
        ("/项", "/%E9%A1%B9"),
        ("/;a=b:c@d", "/;a=b:c@d"),
    ] {
        let request = get(target, "Accept: application/problem+json\r\n");
        let answer = server.send(&request);
        assert_eq!(answer.status, 404, "{target}: {answer:?}");
        assert_eq!(answer.json()["instance"], instance, "{target}");
    }
    // Bytes that are not UTF-8 are refused by the server, or written so that the reference is ASCII.
    let mut request = b"GET /\xff\xc0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n".to_vec();
    request.extend_from_slice(b"Accept: application/problem+json\r\n\r\n");
    let answer = server.send(&request);
    if answer.status == 404 {
        let body = answer.json();
        assert!(body["instance"].as_str().is_some_and(str::is_ascii), "{body}");
    } else {
        assert_eq!(answer.status, 400, "{answer:?}");
    }
}

fn uploads() -> Router {
    let limit = DefaultBodyLimit::max(64);
    async fn read(mut form: extract::Multipart) -> errcode_axum::Result<&'static str> {
        while form.next_field().await?.is_some() {}
        Ok("ok")
    }
    let routes = Router::new()
        .route("/json", on_post(async |_: extract::Json<Value>| "ok"))
        .route("/maybe", on_post(async |_: Option<extract::Json<Value>>| "ok"))
        .route("/form", on_post(async |_: extract::Form<Value>| "ok"))
        .route("/multipart", on_post(read))
        .route("/bytes", on_post(async |_: extract::Bytes| "ok"))
        .route("/text", on_post(async |_: extract::Text| "ok"))
        .route("/headers", on_post(async |_: HeaderMap| "ok"))
        .layer(limit);
    let plain = Router::new()
        .route("/layer", on_post(async |_: axum::body::Bytes| "ok"))
        .layer(tower_http::limit::RequestBodyLimitLayer::new(64));
    layered(routes.merge(plain))
}

const READERS: [(&str, &str); 7] = [
    ("/json", JSON),
    ("/maybe", JSON),
    ("/form", "application/x-www-form-urlencoded"),
    ("/multipart", "multipart/form-data; boundary=b"),
    ("/bytes", "image/png"),
    ("/text", "text/plain"),
    ("/layer", "image/png"),
];

/// What comes back for a head whose body is never sent.
fn refused_at_once(server: &Server, path: &str, kind: &str, expect: &str, length: &str) -> Vec<u8> {
    let mut stream = server.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\n{expect}\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the service reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the service answers and closes");
    bytes
}

#[test]
fn a_body_that_is_declared_too_long_is_refused_before_it_is_read() {
    let server = Server::start(uploads());
    for (path, kind) in READERS {
        for expect in ["", "Expect: 100-continue\r\n"] {
            for length in ["65", "1000000000000"] {
                let bytes = refused_at_once(&server, path, kind, expect, length);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                assert!(text.starts_with("HTTP/1.1 413 "), "{path} {expect}: {text}");
                assert!(text.contains("x-error-code: HTTP_413\r\n"), "{path} {expect}: {text}");
            }
        }
    }
}

#[test]
fn a_body_within_the_limit_is_asked_for_and_one_without_a_length_is_counted() {
    let server = Server::start(uploads());
    for (path, kind, body, status) in [
        ("/json", JSON, "{}".to_owned(), 200),
        ("/bytes", "image/png", "x".repeat(64), 200),
        ("/text", "text/plain", "é".repeat(32), 200),
    ] {
        let mut stream = server.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("the service reads");
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).expect("an interim answer");
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n", "{path}");
        stream.write_all(body.as_bytes()).expect("the service reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the service answers");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
    }
    for (path, kind) in READERS {
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        let chunk = format!("{part}{}\r\n--b--\r\n", "x".repeat(128));
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{chunk}\r\n0\r\n\r\n",
            chunk.len()
        );
        let answer = server.send(request.as_bytes());
        assert_eq!(answer.status, 413, "{path}: {answer:?}");
    }
    let (answer, _) = exchange(uploads(), &post("/text", "text/plain", "", b"\xff"));
    assert_eq!(answer.status, 400);
    let answer = server.send(&post("/headers", JSON, "", "x".repeat(65)));
    assert_eq!(answer.status, 200, "a handler that reads no body does not count it");
}

/// A tuple sets its headers on an error as on any answer, also those that do not fit it.
#[test]
fn headers_of_an_answer_that_is_not_sent_do_not_describe_the_error() {
    type Failed = errcode_axum::Result<()>;
    let failed = || -> Failed { Err(OrderError::Page.into()) };
    let with =
        |name: &'static str, value: &'static str| on_get(async move || ([(name, value)], failed()));
    let rows = [
        ("content-length", "3"),
        ("content-encoding", "gzip"),
        ("content-disposition", "attachment; filename=\"a.csv\""),
        ("content-location", "/a.csv"),
        ("content-digest", "sha-256=:AAAA:"),
        ("etag", "\"1\""),
        ("last-modified", "Sat, 21 Feb 2026 10:00:00 GMT"),
        ("expires", "Sat, 21 Feb 2099 10:00:00 GMT"),
        ("age", "7"),
        ("cdn-cache-control", "public, max-age=600"),
        ("surrogate-control", "max-age=600"),
    ];
    let routes = rows.iter().fold(Router::new(), |routes, (name, value)| {
        routes.route(&format!("/{name}"), with(name, value))
    });
    let routes = routes
        .route("/x-error-code", with("x-error-code", "E99"))
        .route("/content-language", with("content-language", "fr"))
        .route("/vary", with("vary", "Origin"))
        .route("/set-cookie", with("set-cookie", "a=b"));
    let server = Server::start(routes.layer(ErrorLayer::new(&ORDERS)));
    for (name, _) in rows {
        let answer = server.send(&get(&format!("/{name}"), ""));
        assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (400, json!("E22")));
        let found = answer.headers(name).collect::<Vec<_>>();
        if name == "content-length" {
            assert_eq!(found, [answer.body.len().to_string()], "{answer:?}");
        } else {
            assert!(found.is_empty(), "{name}: {answer:?}");
        }
    }
    for (path, name, value) in [
        ("/x-error-code", "x-error-code", "E22"),
        ("/content-language", "content-language", "zh"),
        ("/set-cookie", "set-cookie", "a=b"),
    ] {
        let answer = server.send(&get(path, ""));
        assert_eq!(answer.headers(name).collect::<Vec<_>>(), [value], "{answer:?}");
    }
    let answer = server.send(&get("/vary", ""));
    let vary: Vec<_> = answer.headers("vary").collect();
    assert_eq!(vary, ["Accept, Accept-Language", "Origin"]);
}

#[test]
fn a_rule_of_the_query_does_not_speak_of_the_body() {
    let server = Server::start(orders());
    for languages in ["", "Accept-Language: en\r\n"] {
        let answer = server.send(&post("/json", JSON, languages, "{}"));
        let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(!message.contains("body") && !message.contains("请求体"), "{message}");
    }
}

#[test]
fn long_headers_are_read_in_little_time() {
    let server = Server::start(orders());
    let header = |name: &str, item: &str| {
        format!("{name}: {}\r\n", vec![item; 380_000 / (item.len() + 1)].join(","))
    };
    for headers in [
        header("Accept-Language", "zh"),
        header("Accept-Language", "*;q=0"),
        header("Accept-Language", "a-b-c-d-e-f"),
        header("Accept", "application/problem+json;q=0.1"),
        header("tracestate", "a=1"),
        header("baggage", "a=1"),
    ] {
        let answer = server.send(&get("/nowhere", &headers));
        assert_eq!(answer.status, 404, "{headers:.40}");
    }
}
