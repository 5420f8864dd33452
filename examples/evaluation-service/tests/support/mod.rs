//! A client of the service without a network, and a request for each code that plain HTTP can provoke.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use errcode_axum::error_of;
use errcode_axum::openapi::{Documented, documented};
use errcode_core::Failure;
use evaluation_service::{Api, Config, Service, app, upstream};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use tower::ServiceExt;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as OpenApiDocument;

/// The service, opened on its own folder. A request fails its test when the OpenAPI document does not have the answer.
pub struct Client {
    pub app: Router,
    pub documented: Documented,
    /// The address of the upstream.
    pub upstream: String,
    pub service: Service,
    whole: Router,
}

/// What the service answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// What the response says to the service's own layers: an error as it was, with its causes.
    pub failure: Option<Failure>,
}

impl Client {
    /// `name` is the test's own: it names its storage folder.
    pub async fn open(database_url: &str, name: &str) -> Self {
        Self::open_documented(database_url, name, &Api::openapi()).await
    }

    /// The same with another document.
    pub async fn open_documented(
        database_url: &str,
        name: &str,
        document: &OpenApiDocument,
    ) -> Self {
        let (url, server) = upstream(0).await.expect("a port");
        tokio::spawn(server);
        Self::open_at(database_url, name, document, url, Duration::from_secs(60)).await
    }

    /// The same with an upstream of the test's own.
    pub async fn open_at(
        database_url: &str,
        name: &str,
        document: &OpenApiDocument,
        upstream: String,
        open_time: Duration,
    ) -> Self {
        let config = Config {
            database_url: database_url.to_owned(),
            storage: storage(name),
            upstream_url: upstream.clone(),
            open_time,
            features_file: None,
        };
        let documented = documented(document);
        let service = Service::open(config).await.expect("the service opens");
        let whole = app(service.clone());
        let app = whole.clone().layer(documented.clone());
        Self { app, documented, upstream, service, whole }
    }

    /// Sends a request that must succeed, with any body.
    pub async fn prepare_text(&self, request: Request<Body>) -> String {
        let answer = self.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.text
    }

    /// The metrics, which the document does not have.
    pub async fn metrics(&self) -> String {
        let response = self.whole.clone().oneshot(get("/metrics", "")).await.expect("an answer");
        let page = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        String::from_utf8(page.into()).expect("UTF-8")
    }

    /// Says what the upstream does, for example `{"search": "slow"}`. The rest works.
    pub async fn upstream_does(&self, modes: &Value) {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let told = client.put(format!("{}/faults", self.upstream)).json(modes).send().await;
        assert!(told.expect("the upstream answers").status().is_success());
    }

    /// Sends a request while the upstream does this, after one that succeeds: the circuit breaker counts failures in
    /// a row.
    pub async fn send_while(&self, modes: &Value, request: Request<Body>, token: &str) -> Answer {
        self.upstream_does(&json!({})).await;
        let ask = json!({"question": "Price?", "degraded": false});
        self.prepare(post("/projects/1/ask", token, &ask)).await;
        self.upstream_does(modes).await;
        let answer = self.send(request).await;
        self.upstream_does(&json!({})).await;
        answer
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.expect("the service never fails");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let failure = error_of(&response).cloned();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        Answer { status, headers, text: String::from_utf8(body.into()).expect("UTF-8"), failure }
    }

    /// Sends a request that must succeed.
    pub async fn prepare(&self, request: Request<Body>) -> Value {
        let answer = self.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// What the log gets and the client must not: the error's own text and those of its causes.
    pub fn internal_texts(&self) -> Vec<String> {
        let failure = self.failure.as_ref().expect("an error");
        let causes = std::iter::successors(failure.cause(), |cause| cause.source());
        std::iter::once(failure.to_string()).chain(causes.map(ToString::to_string)).collect()
    }

    /// The status, the header and the body must say the same.
    #[track_caller]
    pub fn assert_code(&self, code: &str, status: u16) {
        assert_eq!(self.status, status, "{code}: {}", self.text);
        assert_eq!(self.header("x-error-code"), code, "{}", self.text);
        let body = self.json();
        assert_eq!(body["success"], json!(false), "{body}");
        assert_eq!(body["error"]["code"], json!(code), "{body}");
    }
}

/// A folder of this test alone, below cargo's for tests.
pub fn storage(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("evaluation-service").join(name)
}

pub fn get(path: &str, token: &str) -> Request<Body> {
    request(Method::GET, path, token, "application/json", String::new())
}

pub fn post(path: &str, token: &str, body: &Value) -> Request<Body> {
    request(Method::POST, path, token, "application/json", body.to_string())
}

pub fn patch(path: &str, token: &str, body: &Value) -> Request<Body> {
    request(Method::PATCH, path, token, "application/json", body.to_string())
}

/// A body that need not be JSON.
pub fn post_text(path: &str, token: &str, content_type: &str, body: &str) -> Request<Body> {
    request(Method::POST, path, token, content_type, body.to_owned())
}

/// A file as multipart, with the hash that the client claims.
pub fn upload(
    path: &str,
    token: &str,
    file_name: &str,
    content: &str,
    sha256: Option<&str>,
) -> Request<Body> {
    let mut body = String::new();
    if let Some(sha256) = sha256 {
        body.push_str(&format!(
            "--cut\r\nContent-Disposition: form-data; name=\"sha256\"\r\n\r\n{sha256}\r\n"
        ));
    }
    body.push_str(&format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"{file_name}\"\r\n\r\n{content}\r\n--cut--\r\n"
    ));
    request(Method::POST, path, token, "multipart/form-data; boundary=cut", body)
}

fn request(
    method: Method,
    path: &str,
    token: &str,
    content_type: &str,
    body: String,
) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("content-type", content_type);
    let request = if token.is_empty() {
        request
    } else {
        request.header("authorization", format!("Bearer {token}"))
    };
    request.body(Body::from(body)).expect("a request")
}

/// What the provoking requests refer to.
pub struct Prepared {
    pub manager: String,
    pub evaluator: String,
    /// An account that has used up its minute.
    pub hasty: String,
    /// A project with a pending session that nothing was added to.
    pub empty: i64,
    pub pending: i64,
    /// A project with a running session, one of whose two items is reviewed.
    pub project: i64,
    pub running: i64,
    pub reviewed: i64,
    pub supplier: i64,
    pub archived: i64,
    /// A stored document that is cut off.
    pub broken: i64,
}

impl Prepared {
    pub async fn new(client: &Client) -> Self {
        let manager = account(client, "Mei", "manager", 600).await;
        let evaluator = account(client, "Eva", "evaluator", 600).await;
        let hasty = account(client, "Hao", "evaluator", 1).await;
        client.prepare(get("/accounts/me", &hasty)).await;
        let token = manager.as_str();
        let [empty, project, archived] = [
            project(client, token, "P-0"),
            project(client, token, "P-1"),
            project(client, token, "P-2"),
        ];
        let (empty, project, archived) = (empty.await, project.await, archived.await);
        let pending =
            created(client, &format!("/projects/{empty}/evaluations"), token, json!({})).await;
        let broken = format!("/projects/{empty}/documents");
        let broken =
            client.prepare(upload(&broken, token, "broken.json", "{\"sections\": [", None)).await;
        let change = json!({"version": 1, "status": "archived"});
        client.prepare(patch(&format!("/projects/{archived}"), token, &change)).await;
        let (running, supplier, reviewed) = running(client, token, project).await;
        let broken = broken["id"].as_i64().expect("an id");
        Self {
            manager,
            evaluator,
            hasty,
            empty,
            pending,
            project,
            running,
            reviewed,
            supplier,
            archived,
            broken,
        }
    }

    /// One request for each code from E1000 to E4006, with its status.
    pub fn provoking(&self) -> Vec<(&'static str, u16, Request<Body>)> {
        [self.common(), self.projects(), self.documents(), self.evaluations()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// One request for each code from E5001 to E5005, with its status, and what the upstream does meanwhile.
    pub fn provoking_upstream(&self) -> Vec<(&'static str, u16, Value, Request<Body>)> {
        let manager = self.manager.as_str();
        let path = |what: &str| format!("/projects/{}/{what}", self.project);
        let search = || {
            post(&path("search"), manager, &json!({"query": "price per day", "degraded": false}))
        };
        let ask = json!({"question": "What is the price per day?", "degraded": false});
        vec![
            ("E5001", 500, json!({"search": "broken"}), search()),
            ("E5002", 500, json!({"index": "broken"}), post(&path("index"), manager, &json!({}))),
            ("E5003", 504, json!({"search": "slow"}), search()),
            ("E5004", 503, json!({"search": "down"}), search()),
            ("E5005", 503, json!({"large": "down"}), post(&path("ask"), manager, &ask)),
        ]
    }

    fn common(&self) -> Vec<(&'static str, u16, Request<Body>)> {
        let manager = self.manager.as_str();
        let project = |name: Value| json!({"number": "P-9", "project_name": name, "budget": 1});
        let stale = json!({"version": 0, "budget": 1});
        vec![
            ("E1000", 500, post("/projects", manager, &project(json!("P-9")))),
            ("E1001", 400, post_text("/projects", manager, "application/json", "{\"number\": ")),
            ("E1002", 422, post("/projects", manager, &project(Value::Null))),
            ("E1003", 401, get("/accounts/me", "no-such-token")),
            ("E1004", 403, post("/projects", &self.evaluator, &project(json!("Bridge")))),
            ("E1005", 404, get("/no/such/route", manager)),
            ("E1006", 409, patch(&format!("/projects/{}", self.project), manager, &stale)),
            ("E1007", 429, get("/accounts/me", &self.hasty)),
        ]
    }

    fn projects(&self) -> Vec<(&'static str, u16, Request<Body>)> {
        let manager = self.manager.as_str();
        let taken = json!({"number": "P-1", "project_name": "Bridge", "budget": 1});
        let revived = json!({"version": 2, "status": "active"});
        vec![
            ("E2001", 404, get("/projects/0", manager)),
            ("E2002", 409, post("/projects", manager, &taken)),
            ("E2003", 400, patch(&format!("/projects/{}", self.archived), manager, &revived)),
            (
                "E2004",
                409,
                post(&format!("/projects/{}/evaluations", self.project), manager, &json!({})),
            ),
        ]
    }

    fn documents(&self) -> Vec<(&'static str, u16, Request<Body>)> {
        let manager = self.manager.as_str();
        let path = format!("/projects/{}/documents", self.project);
        let (long, large) = (format!("{}.txt", "0".repeat(300)), "0".repeat(1024 * 1024 + 1));
        vec![
            ("E3001", 404, get("/documents/0", manager)),
            ("E3002", 500, post(&format!("/documents/{}/parse", self.broken), manager, &json!({}))),
            ("E3003", 500, upload(&path, manager, &long, "Price", None)),
            ("E3004", 400, upload(&path, manager, "bid.exe", "Price", None)),
            ("E3005", 413, upload(&path, manager, "large.txt", &large, None)),
            ("E3006", 400, upload(&path, manager, "new.txt", "Price", Some(&"0".repeat(64)))),
        ]
    }

    fn evaluations(&self) -> Vec<(&'static str, u16, Request<Body>)> {
        let (manager, evaluator) = (self.manager.as_str(), self.evaluator.as_str());
        let (pending, running) = (self.pending, self.running);
        let foreign = json!({"supplier_id": self.supplier, "criterion": "price", "score": 80});
        let review = |item: i64| format!("/evaluations/{running}/items/{item}/review");
        vec![
            ("E4001", 404, post("/evaluations/0/start", manager, &json!({}))),
            ("E4002", 409, post(&format!("/evaluations/{running}/start"), manager, &json!({}))),
            ("E4003", 400, post(&format!("/evaluations/{pending}/start"), manager, &json!({}))),
            ("E4004", 400, post(&format!("/evaluations/{pending}/items"), evaluator, &foreign)),
            ("E4005", 404, post(&review(0), evaluator, &json!({"score": 80}))),
            ("E4006", 400, post(&review(self.reviewed), evaluator, &json!({"score": 80}))),
        ]
    }
}

/// Registers an account; its token.
pub async fn account(client: &Client, name: &str, role: &str, requests_per_minute: i64) -> String {
    let account = json!({"name": name, "role": role, "requests_per_minute": requests_per_minute});
    let registered = client.prepare(post("/accounts", "", &account)).await;
    registered["token"].as_str().expect("a token").to_owned()
}

/// Creates a project; its id.
pub async fn project(client: &Client, token: &str, number: &str) -> i64 {
    let project = json!({"number": number, "project_name": "Bridge", "budget": 1000});
    created(client, "/projects", token, project).await
}

/// Posts; the id of what was made.
pub async fn created(client: &Client, path: &str, token: &str, body: Value) -> i64 {
    client.prepare(post(path, token, &body)).await["id"].as_i64().expect("an id")
}

/// Starts a session with two items and reviews one: the session, the supplier, the reviewed item.
async fn running(client: &Client, token: &str, project: i64) -> (i64, i64, i64) {
    let (session, supplier, [item, _]) = started(client, token, project).await;
    let review = format!("/evaluations/{session}/items/{item}/review");
    client.prepare(post(&review, token, &json!({"score": 75}))).await;
    (session, supplier, item)
}

/// Starts a session with two items: the session, the supplier, the items.
pub async fn started(client: &Client, token: &str, project: i64) -> (i64, i64, [i64; 2]) {
    let path = |of: &str| format!("/projects/{project}/{of}");
    let document =
        client.prepare(upload(&path("documents"), token, "bid.txt", "Price\nten\n", None)).await;
    client.prepare(post(&format!("/documents/{}/parse", document["id"]), token, &json!({}))).await;
    let supplier = created(client, &path("suppliers"), token, json!({"name": "Acme"})).await;
    let session = created(client, &path("evaluations"), token, json!({})).await;
    let items = format!("/evaluations/{session}/items");
    let score =
        |criterion: &str| json!({"supplier_id": supplier, "criterion": criterion, "score": 80});
    let price = created(client, &items, token, score("price")).await;
    let quality = created(client, &items, token, score("quality")).await;
    client.prepare(post(&format!("/evaluations/{session}/start"), token, &json!({}))).await;
    (session, supplier, [price, quality])
}
