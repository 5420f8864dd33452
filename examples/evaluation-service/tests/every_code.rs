//! Each code that plain HTTP can provoke, on SQLite: its status, header and body, and that nothing else is in
//! the answer.

mod support;

use axum::body::Body;
use axum::http::Request;
use axum::routing::get as route;
use axum::{Router, http};
use errcode_axum::ErrorLayer;
use evaluation_service::CATALOG;
use serde_json::{Value, json};
use support::{
    Client, Prepared, account, created, get, patch, post, post_text, project, started, upload,
};
use tower::ServiceExt;

/// The codes that the service promises: code, status, title.
const LIST: [(&str, u16, &str); 29] = [
    ("E1000", 500, "未知错误"),
    ("E1001", 400, "请求参数无效"),
    ("E1002", 422, "参数验证失败"),
    ("E1003", 401, "未授权访问"),
    ("E1004", 403, "权限不足"),
    ("E1005", 404, "资源不存在"),
    ("E1006", 409, "资源冲突"),
    ("E1007", 429, "请求过于频繁"),
    ("E2001", 404, "项目不存在"),
    ("E2002", 409, "项目编号已存在"),
    ("E2003", 400, "项目状态无效"),
    ("E2004", 409, "项目已有进行中的评估"),
    ("E3001", 404, "文档不存在"),
    ("E3002", 500, "文档解析失败"),
    ("E3003", 500, "文档上传失败"),
    ("E3004", 400, "不支持的文件类型"),
    ("E3005", 413, "文件大小超限"),
    ("E3006", 400, "文件哈希校验失败"),
    ("E4001", 404, "评估会话不存在"),
    ("E4002", 409, "评估已在进行中"),
    ("E4003", 400, "评估未准备好"),
    ("E4004", 400, "供应商不在项目中"),
    ("E4005", 404, "评估项不存在"),
    ("E4006", 400, "已审核不能修改"),
    ("E5001", 500, "检索失败"),
    ("E5002", 500, "索引失败"),
    ("E5003", 504, "查询超时"),
    ("E5004", 503, "向量服务不可用"),
    ("E5005", 503, "LLM 服务不可用"),
];

/// Parts of `Display` texts, of sources, and of the messages of other systems.
const INTERNALS: [&str; 18] = [
    "constraint",
    "sqlite",
    "sqlx",
    "postgres",
    "select",
    "insert",
    "update ",
    "projects_",
    "error returned",
    "os error",
    "name too long",
    "refused the file",
    "cannot be parsed",
    "eof while",
    "at line",
    "not found",
    "[redacted]",
    "no-such-token",
];

async fn memory(name: &str) -> (Client, Prepared) {
    let client = Client::open("sqlite::memory:", name).await;
    let prepared = Prepared::new(&client).await;
    (client, prepared)
}

#[tokio::test]
async fn plain_http_provokes_each_code_and_nothing_internal_is_answered() {
    let (client, prepared) = memory("each-code").await;
    let mut provoked = Vec::new();
    let mut answers = Vec::new();
    for (code, status, request) in prepared.provoking() {
        answers.push((code, status, client.send(request).await));
    }
    for (code, status, modes, request) in prepared.provoking_upstream() {
        let answer = client.send_while(&modes, request, &prepared.manager).await;
        answers.push((code, status, answer));
    }
    for (code, status, answer) in answers {
        answer.assert_code(code, status);
        let everything = format!("{:?} {}", answer.headers, answer.text).to_lowercase();
        let texts = answer.internal_texts().into_iter().map(|text| text.to_lowercase());
        for internal in INTERNALS.map(String::from).into_iter().chain(texts) {
            assert!(!everything.contains(&internal), "{code} tells {internal:?}: {everything}");
        }
        provoked.push((code, status));
    }
    assert!(provoked.into_iter().eq(LIST.iter().map(|(code, status, _)| (*code, *status))));
}

#[tokio::test]
async fn the_catalog_is_the_list() {
    let client = Client::open("sqlite::memory:", "catalog").await;
    let catalog = client.prepare(get("/errors", "")).await;
    let rows: Vec<_> = catalog["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|row| {
            (
                row["code"].as_str().unwrap(),
                row["status"].as_u64().unwrap(),
                row["title"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows, LIST.map(|(code, status, title)| (code, u64::from(status), title)));
}

#[tokio::test]
async fn a_field_that_is_null_is_answered_as_the_specification_shows() {
    let (client, prepared) = memory("field").await;
    let request = post(
        "/projects",
        &prepared.manager,
        &json!({"number": "P-9", "project_name": null, "budget": 1}),
    );
    let error = client.send(request).await.json()["error"].take();
    assert_eq!(error["message"], "参数验证失败");
    assert_eq!(error["field"], "project_name");
    assert_eq!(error["details"], json!({"expected": "string", "received": "null"}));
}

#[tokio::test]
async fn a_request_without_a_token_gets_the_scheme() {
    let client = Client::open("sqlite::memory:", "scheme").await;
    for request in [get("/accounts/me", ""), get("/accounts/me", "of nobody")] {
        let answer = client.send(request).await;
        answer.assert_code("E1003", 401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn the_rate_limit_says_when_to_come_back() {
    let (client, prepared) = memory("rate").await;
    let answer = client.send(get("/accounts/me", &prepared.hasty)).await;
    answer.assert_code("E1007", 429);
    let seconds: u64 = answer.header("retry-after").parse().expect("whole seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(answer.json()["error"]["retry_after"], json!(seconds));
}

#[tokio::test]
async fn what_the_framework_refuses_has_the_codes_of_the_list() {
    let (client, prepared) = memory("framework").await;
    let token = prepared.manager.as_str();
    let documents = format!("/projects/{}/documents", prepared.project);
    let large = "0".repeat(3 * 1024 * 1024);
    let delete = Request::delete("/projects").body(Body::empty()).unwrap();
    for (code, status, request) in [
        ("E1001", 400, get("/projects/seventeen", token)),
        ("E1001", 400, get("/projects?after=x", token)),
        ("E1001", 400, post_text(&documents, token, "multipart/form-data", "")),
        (
            "E1001",
            400,
            post_text(&documents, token, "multipart/form-data; boundary=cut", "--cut\r\n"),
        ),
        ("E1002", 422, post("/projects", token, &json!({"number": 1, "budget": 1}))),
        ("E1002", 422, post("/accounts", "", &json!({"name": "x", "role": "emperor"}))),
        ("E3005", 413, upload(&documents, token, "large.txt", &large, None)),
        ("E3005", 413, post("/projects", token, &json!({"number": large}))),
        ("HTTP_405", 405, delete),
        ("HTTP_415", 415, post_text("/projects", token, "text/plain", "{}")),
    ] {
        client.send(request).await.assert_code(code, status);
    }
}

#[tokio::test]
async fn a_panic_is_e1000_without_its_text() {
    let panics = Router::new()
        .route(
            "/",
            route(|| async {
                if true {
                    panic!("the secret of the panic")
                }
            }),
        )
        .layer(ErrorLayer::new(&CATALOG));
    let response = panics.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), http::StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body = String::from_utf8(body.into()).unwrap();
    assert!(body.contains("E1000") && !body.contains("secret"), "{body}");
}

#[tokio::test]
async fn fields_that_break_a_rule_are_named() {
    let (client, prepared) = memory("rules").await;
    let token = prepared.manager.as_str();
    let documents = format!("/projects/{}/documents", prepared.project);
    let named = |name: &str| json!({"number": "P-9", "project_name": name, "budget": 1});
    let score = |score: i64| json!({"supplier_id": prepared.supplier, "criterion": "price", "score": score});
    let items = format!("/evaluations/{}/items", prepared.pending);
    for (field, request) in [
        ("project_name", post("/projects", token, &named(""))),
        ("project_name", post("/projects", token, &named(&"桥".repeat(101)))),
        ("project_name", post("/projects", token, &named("nul \0"))),
        (
            "budget",
            post("/projects", token, &json!({"number": "P-9", "project_name": "b", "budget": -1})),
        ),
        (
            "budget",
            patch(
                &format!("/projects/{}", prepared.project),
                token,
                &json!({"version": 1, "budget": -1}),
            ),
        ),
        (
            "number",
            post("/projects", token, &json!({"number": 1, "project_name": "b", "budget": 1})),
        ),
        ("budget", post("/projects", token, &json!({"number": "P-9", "project_name": "b"}))),
        ("role", post("/accounts", "", &json!({"name": "x", "role": "emperor"}))),
        ("score", post(&items, token, &score(101))),
        ("score", post(&items, token, &score(-1))),
        (
            "requests_per_minute",
            post(
                "/accounts",
                "",
                &json!({"name": "x", "role": "manager", "requests_per_minute": 0}),
            ),
        ),
        ("file", upload(&documents, token, "../../etc/passwd.txt", "Price", None)),
        ("file", upload(&documents, token, "/etc/passwd.txt", "Price", None)),
        ("file", upload(&documents, token, "..", "Price", None)),
        ("file", post_text(&documents, token, "multipart/form-data; boundary=cut", "--cut--\r\n")),
        ("sha256", upload(&documents, token, "new.txt", "Price", Some(&"0".repeat(65)))),
    ] {
        let answer = client.send(request).await;
        answer.assert_code("E1002", 422);
        assert_eq!(answer.json()["error"]["field"], json!(field));
    }
}

#[tokio::test]
async fn names_are_unique_where_they_must_be() {
    let (client, prepared) = memory("names").await;
    let token = prepared.manager.as_str();
    let (project, empty) = (prepared.project, prepared.empty);
    let of = |project: i64, what: &str| format!("/projects/{project}/{what}");
    for request in [
        post("/accounts", "", &json!({"name": "Mei", "role": "manager"})),
        post(&of(project, "suppliers"), token, &json!({"name": "Acme"})),
        upload(&of(project, "documents"), token, "bid.txt", "other", None),
    ] {
        client.send(request).await.assert_code("E1006", 409);
    }
    client.prepare(upload(&of(empty, "documents"), token, "bid.txt", "Price", None)).await;
    let supplier = created(&client, &of(empty, "suppliers"), token, json!({"name": "Acme"})).await;
    let items = format!("/evaluations/{}/items", prepared.pending);
    let item = json!({"supplier_id": supplier, "criterion": "price", "score": 1});
    created(&client, &items, token, item.clone()).await;
    client.send(post(&items, token, &item)).await.assert_code("E1006", 409);
}

#[tokio::test]
async fn an_archived_project_takes_nothing() {
    let (client, prepared) = memory("archived").await;
    let token = prepared.manager.as_str();
    let of = |what: &str| format!("/projects/{}/{what}", prepared.archived);
    for request in [
        post(&of("suppliers"), token, &json!({"name": "Acme"})),
        post(&of("evaluations"), token, &json!({})),
        upload(&of("documents"), token, "bid.txt", "Price", None),
    ] {
        client.send(request).await.assert_code("E2003", 400);
    }
    let archive = patch(
        &format!("/projects/{}", prepared.project),
        token,
        &json!({"version": 1, "status": "archived"}),
    );
    client.send(archive).await.assert_code("E2004", 409);
}

#[tokio::test]
async fn a_session_ends_with_its_last_review_or_when_it_is_cancelled() {
    let (client, prepared) = memory("sessions").await;
    let token = prepared.manager.as_str();
    let project = project(&client, token, "P-3").await;
    let (session, supplier, items) = started(&client, token, project).await;
    for item in items {
        let review = format!("/evaluations/{session}/items/{item}/review");
        client.prepare(post(&review, token, &json!({"score": 70}))).await;
    }
    let report = client.prepare(get(&format!("/evaluations/{session}"), token)).await;
    assert_eq!(report["status"], "completed");
    assert_eq!(report["items"][0]["reviewed_score"], 70);

    let next =
        created(&client, &format!("/projects/{project}/evaluations"), token, json!({})).await;
    client.prepare(post(&format!("/evaluations/{next}/cancel"), token, &json!({}))).await;
    let item = json!({"supplier_id": supplier, "criterion": "price", "score": 1});
    for ended in [session, next] {
        for (step, body) in [("start", json!({})), ("cancel", json!({})), ("items", item.clone())] {
            let request = post(&format!("/evaluations/{ended}/{step}"), token, &body);
            client.send(request).await.assert_code("E1006", 409);
        }
    }
    created(&client, &format!("/projects/{project}/evaluations"), token, json!({})).await;
}

#[tokio::test]
async fn a_file_that_the_storage_refused_leaves_nothing_behind() {
    let (client, prepared) = memory("refused").await;
    let token = prepared.manager.as_str();
    let documents = format!("/projects/{}/documents", prepared.project);
    let before = client.prepare(get(&documents, token)).await;
    let refused = upload(&documents, token, &format!("{}.txt", "0".repeat(300)), "lost", None);
    client.send(refused).await.assert_code("E3003", 500);
    assert_eq!(client.prepare(get(&documents, token)).await, before);
    for file in walk(&support::storage("refused")) {
        assert!(!file.ends_with(".part"), "{file}");
    }
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the storage");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path.display().to_string()] })
        .collect()
}

#[tokio::test]
async fn only_a_hash_of_the_token_is_kept() {
    let client = Client::open("sqlite::memory:", "token").await;
    let token = account(&client, "Mei", "manager", 600).await;
    assert_eq!(token.len(), 64);
    let me: Value = client.prepare(get("/accounts/me", &token)).await;
    assert_eq!(me, json!({"id": 1, "name": "Mei", "role": "manager", "requests_per_minute": 600}));
}
