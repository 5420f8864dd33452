//! Every operation documents the codes it answers, and no others: each documented answer is provoked here, and the
//! client of these tests fails at one that is not documented.

#[path = "../../../errcode-docs/tests/support/node.rs"]
mod node;
mod support;

use axum::body::Body;
use axum::http::{Method, Request};
use evaluation_service::Api;
use serde_json::{Value, json};
use sqlx::AnyPool;
use support::{
    Client, Prepared, created, get, patch, post, post_text, project, started, storage, upload,
};
use utoipa::OpenApi;

/// One operation of the document, with a request's parts that it takes.
struct Operation {
    method: Method,
    path: String,
    open: bool,
    codes: Vec<String>,
    content_type: Option<String>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(Api::openapi()).expect("plain data");
    let paths = document["paths"].as_object().expect("paths").iter();
    let operation = |path: &str, method: &str, operation: &Value| Operation {
        method: method.to_uppercase().parse().expect("a method"),
        path: path.to_owned(),
        open: !operation["security"].is_null(),
        codes: responses(operation).flat_map(codes).collect(),
        content_type: operation["requestBody"]["content"]
            .as_object()
            .and_then(|all| all.keys().next().cloned()),
    };
    paths
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("operations");
            item.iter().map(move |(method, value)| operation(path, method, value))
        })
        .collect()
}

fn responses(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["responses"].as_object().expect("responses").values()
}

fn codes(response: &Value) -> Vec<String> {
    let codes = response["x-error-codes"].as_array();
    codes.into_iter().flatten().map(|code| code.as_str().expect("a code").to_owned()).collect()
}

impl Operation {
    fn documents(&self, code: &str) -> bool {
        self.codes.iter().any(|documented| documented == code)
    }

    fn request(&self, token: &str, segment: &str, content_type: &str, body: &str) -> Request<Body> {
        let path = self.path.replace("{id}", segment).replace("{item}", segment);
        let request =
            Request::builder().method(&self.method).uri(path).header("content-type", content_type);
        let request = request.header("authorization", format!("Bearer {token}"));
        request.body(Body::from(body.to_owned())).expect("a request")
    }

    /// What can go wrong before the handler has its values.
    fn refused(&self, prepared: &Prepared) -> Vec<(&'static str, Request<Body>)> {
        let manager = prepared.manager.as_str();
        let own = self.content_type.as_deref().unwrap_or("application/json");
        let mut requests = Vec::new();
        if !self.open {
            requests.push(("E1003", self.request("", "1", own, "")));
            requests.push(("E1007", self.request(&prepared.hasty, "1", own, "")));
            requests.push(("E1004", self.request(&prepared.evaluator, "1", own, "{}")));
        }
        if self.path.contains('{') {
            requests.push(("E1001", self.request(manager, "x", own, "{}")));
        }
        if self.content_type.is_some() {
            requests.push(("E1001", self.request(manager, "1", own, "!")));
        }
        if self.content_type.as_deref() == Some("application/json") {
            let large = format!("\"{}\"", "0".repeat(3 * 1024 * 1024));
            requests.push(("E3005", self.request(manager, "1", own, &large)));
            requests.push(("E1002", self.request(manager, "1", own, "0")));
        }
        if self.content_type.is_some() {
            requests.push(("HTTP_415", self.request(manager, "1", "text/plain", "0")));
        }
        requests.retain(|(code, _)| self.documents(code));
        requests
    }
}

/// What the handlers themselves answer, in addition to [`Prepared::provoking`].
async fn provoke_the_rest(client: &Client, prepared: &Prepared) {
    let token = prepared.manager.as_str();
    let of = |project: i64, what: &str| format!("/projects/{project}/{what}");
    let review = |session: i64, item: i64| format!("/evaluations/{session}/items/{item}/review");
    let (supplier, score) = (json!({"name": "Acme"}), json!({"score": 80}));
    let item = |criterion: &str| json!({"supplier_id": prepared.supplier, "criterion": criterion, "score": 80});
    let project = project(client, token, "P-3").await;
    let (session, other, items) = started(client, token, project).await;
    let other = json!({"supplier_id": other, "criterion": "price", "score": 80});
    let requests = [
        ("E2001", patch("/projects/0", token, &json!({"version": 1}))),
        (
            "E2004",
            patch(
                &format!("/projects/{project}"),
                token,
                &json!({"version": 1, "status": "archived"}),
            ),
        ),
        ("E2001", post(&of(0, "suppliers"), token, &supplier)),
        ("E2001", get(&of(0, "suppliers"), token)),
        ("E2003", post(&of(prepared.archived, "suppliers"), token, &supplier)),
        ("E1006", post(&of(prepared.project, "suppliers"), token, &supplier)),
        ("E2001", upload(&of(0, "documents"), token, "bid.txt", "Price", None)),
        ("E2001", get(&of(0, "documents"), token)),
        ("E2003", upload(&of(prepared.archived, "documents"), token, "bid.txt", "Price", None)),
        ("E1006", upload(&of(prepared.project, "documents"), token, "bid.txt", "Price", None)),
        ("E1002", upload(&of(prepared.project, "documents"), token, "", "Price", None)),
        ("E3001", post("/documents/0/parse", token, &json!({}))),
        ("E2001", post(&of(0, "evaluations"), token, &json!({}))),
        ("E2003", post(&of(prepared.archived, "evaluations"), token, &json!({}))),
        ("E4001", get("/evaluations/0", token)),
        ("E4001", post("/evaluations/0/cancel", token, &json!({}))),
        ("E4001", post("/evaluations/0/items", token, &item("price"))),
        ("E4001", post(&review(0, 1), token, &score)),
        ("E4002", post(&format!("/evaluations/{session}/items"), token, &other)),
    ];
    for (code, request) in requests {
        assert_eq!(client.send(request).await.header("x-error-code"), code);
    }
    provoke_at_sessions(client, prepared, session, items[0]).await;
    provoke_upstream(client, prepared).await;
}

/// What the other services make of it: a question is answered only if its search succeeds.
async fn provoke_upstream(client: &Client, prepared: &Prepared) {
    let token = prepared.manager.as_str();
    let path = |what: &str| format!("/projects/{}/{what}", prepared.project);
    let search = json!({"query": "price", "degraded": false});
    let ask = json!({"question": "What is the price?", "degraded": false});
    for (route, body) in
        [("search", &search), ("ask", &ask), ("ask/stream", &ask), ("index", &json!({}))]
    {
        client.prepare_text(post(&path(route), token, body)).await;
        let missing = client.send(post(&format!("/projects/0/{route}"), token, body)).await;
        missing.assert_code("E2001", 404);
        for (code, mode) in [("E5001", "broken"), ("E5003", "slow"), ("E5004", "down")] {
            let which = if route == "index" { "index" } else { "search" };
            let code = match (route, code) {
                ("index", "E5001" | "E5004") => "E5002",
                _ => code,
            };
            let request = post(&path(route), token, body);
            let answer = client.send_while(&json!({which: mode}), request, token).await;
            assert_eq!(answer.header("x-error-code"), code, "{route} {}", answer.text);
        }
        if route.starts_with("ask") {
            let request = post(&path(route), token, body);
            let answer = client.send_while(&json!({"large": "down"}), request, token).await;
            answer.assert_code("E5005", 503);
        }
    }
    // Until the circuit breaker of the vector store opens: then it is not asked at all.
    client.upstream_does(&json!({"search": "down"})).await;
    for _ in 0..5 {
        client.send(post(&path("search"), token, &search)).await.assert_code("E5004", 503);
    }
    client.upstream_does(&json!({})).await;
    client.send(post(&path("index"), token, &json!({}))).await.assert_code("E5004", 503);
}

/// Sessions that are pending, or that ended with an item without a review.
async fn provoke_at_sessions(client: &Client, prepared: &Prepared, session: i64, item: i64) {
    let token = prepared.manager.as_str();
    let step = |session: i64, step: &str| format!("/evaluations/{session}/{step}");
    let score = json!({"score": 80});
    let supplier = format!("/projects/{}/suppliers", prepared.empty);
    let supplier = created(client, &supplier, token, json!({"name": "Acme"})).await;
    let body = json!({"supplier_id": supplier, "criterion": "price", "score": 80});
    let pending = created(client, &step(prepared.pending, "items"), token, body.clone()).await;
    let early = post(&step(prepared.pending, &format!("items/{pending}/review")), token, &score);
    assert_eq!(client.send(early).await.header("x-error-code"), "E4003");
    client.prepare(post(&step(session, "cancel"), token, &json!({}))).await;
    for request in [
        post(&step(session, "start"), token, &json!({})),
        post(&step(session, "cancel"), token, &json!({})),
        post(&step(prepared.pending, "items"), token, &body),
        post(&step(session, &format!("items/{item}/review")), token, &score),
    ] {
        assert_eq!(client.send(request).await.header("x-error-code"), "E1006");
    }
}

/// What succeeds, in addition to what was prepared.
async fn succeed(client: &Client, prepared: &Prepared) {
    let token = prepared.manager.as_str();
    let project = prepared.project;
    for path in
        ["/projects", "/documents/1", "/errors", "/errors/E2001", "/openapi.json", "/demo/upstream"]
    {
        client.prepare(get(path, token)).await;
    }
    for path in ["", "/suppliers", "/documents"] {
        client.prepare(get(&format!("/projects/{project}{path}"), token)).await;
    }
    client.prepare(get(&format!("/evaluations/{}", prepared.running), token)).await;
    client.prepare(post("/demo/relay", "", &json!([]))).await;
    assert_eq!(client.send(get("/docs", "")).await.status, 200);
}

async fn provoke_openly(client: &Client) {
    let call = |url: &str| post("/demo/relay", "", &json!([{"url": url, "arguments": []}]));
    for (code, request) in [
        ("E1006", post("/accounts", "", &json!({"name": "Mei", "role": "manager"}))),
        ("E1004", call("http://192.0.2.1/")),
        ("HTTP_502", call("http://127.0.0.1:1/")),
        ("E1001", get("/projects?after=x", "")),
        ("E1005", get("/errors/E9999", "")),
    ] {
        let answer = client.send(request).await;
        if code != "E1001" {
            assert_eq!(answer.header("x-error-code"), code, "{}", answer.text);
        }
    }
}

/// A database that loses the table which every operation begins with.
async fn database() -> (String, AnyPool) {
    let file = storage("documented").with_extension("db");
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    let url = format!("sqlite:{}?mode=rwc", file.display());
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&url).await.expect("a database");
    (url, pool)
}

#[tokio::test]
async fn every_operation_answers_exactly_what_it_documents() {
    let (url, database) = database().await;
    let client = Client::open(&url, "documented").await;
    let prepared = Prepared::new(&client).await;
    succeed(&client, &prepared).await;
    for (code, status, request) in prepared.provoking() {
        client.send(request).await.assert_code(code, status);
    }
    for operation in operations() {
        for (code, request) in operation.refused(&prepared) {
            let answer = client.send(request).await;
            assert_eq!(
                answer.header("x-error-code"),
                code,
                "{} {}",
                operation.method,
                operation.path
            );
        }
    }
    provoke_the_rest(&client, &prepared).await;
    provoke_openly(&client).await;
    let page = get("/projects?after=x", &prepared.manager);
    client.send(page).await.assert_code("E1001", 400);

    sqlx::query("ALTER TABLE accounts RENAME TO gone")
        .execute(&database)
        .await
        .expect("the table goes");
    for operation in operations().iter().filter(|operation| operation.documents("E1000")) {
        let valid = r#"{"name": "new", "role": "manager"}"#;
        client.send(operation.request(&prepared.manager, "1", "application/json", valid)).await;
    }
    assert_eq!(client.documented.unseen(), [] as [&str; 0]);
}

#[tokio::test]
#[should_panic(
    expected = "`GET /projects/{id}` answered 404 E2001, which its OpenAPI document does not have; \
                it has 200, 400 E1001, 401 E1003, 429 E1007, 500 E1000"
)]
async fn an_answer_without_documentation_fails_its_test() {
    let mut document = Api::openapi();
    let show = document.paths.paths.get_mut("/projects/{id}").and_then(|item| item.get.as_mut());
    show.expect("an operation").responses.responses.remove("404");
    let client = Client::open_documented("sqlite::memory:", "undocumented", &document).await;
    let token = support::account(&client, "Mei", "manager", 600).await;
    client.send(get("/projects/17", &token)).await;
}

#[tokio::test]
async fn the_document_has_what_a_linter_asks_for() {
    let client = Client::open("sqlite::memory:", "document").await;
    let document = client.prepare(get("/openapi.json", "")).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    let operations: Vec<&Value> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .collect();
    assert_eq!(operations.len(), 28);
    let mut ids: Vec<&str> =
        operations.iter().map(|one| one["operationId"].as_str().expect("an id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 28);
    for operation in operations {
        for member in ["summary", "description"] {
            assert!(
                operation[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {operation}"
            );
        }
    }
    for reference in references(&document) {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn examples_are_the_bodies_that_the_service_answers() {
    let client = Client::open("sqlite::memory:", "examples").await;
    let document = client.prepare(get("/openapi.json", "")).await;
    let answer = client.send(post_text("/accounts", "", "application/json", "0")).await;
    let example = &document["paths"]["/accounts"]["post"]["responses"]["400"]["content"]["application/json"]
        ["examples"]["E1001"]["value"];
    let answered = client.send(post_text("/accounts", "", "application/json", "{")).await.json();
    answer.assert_code("E1002", 422);
    assert_eq!(example["error"], answered["error"]);
    let missing = &document["paths"]["/projects/{id}"]["get"]["responses"]["404"];
    assert_eq!(missing["x-error-codes"], json!(["E2001"]));
    assert_eq!(missing["description"], "`E2001` 项目不存在");
    let forms = missing["content"].as_object().unwrap();
    assert_eq!(
        forms.keys().collect::<Vec<_>>(),
        ["application/json", "application/problem+json", "application/vnd.api+json"]
    );
    assert_eq!(forms["application/problem+json"]["examples"]["E2001"]["value"]["status"], 404);
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let client = Client::open("sqlite::memory:", "page").await;
    let answer = client.send(get("/docs", "")).await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'; connect-src 'self';")
    );
    for loaded in ["src=\"", "@import", " url(", "href=\"http"] {
        assert!(!answer.text.contains(loaded), "{loaded}");
    }
}

#[test]
fn the_document_passes_redocly() {
    let test = "the_document_passes_redocly";
    let Some(modules) = node::modules(test, &["@redocly/cli"]) else { return };
    let directory = storage("redocly");
    std::fs::create_dir_all(&directory).expect("a directory");
    let document = Api::openapi().to_json().expect("plain data");
    std::fs::write(directory.join("openapi.json"), document).expect("it writes");
    // The catalog and the document itself are never refused.
    let rules = "extends: [recommended-strict]\nrules: {operation-4xx-response: off}\n";
    node::lint_openapi(&modules, &directory, rules);
}
