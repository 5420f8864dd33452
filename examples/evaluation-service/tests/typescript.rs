//! The generated TypeScript in a client of the running service: compiled strictly, then run in node against
//! every code that plain HTTP can provoke, in each form.

#[path = "../../../errcode-docs/tests/support/node.rs"]
mod node;
mod support;

use axum::body::to_bytes;
use errcode_docs::{Audience, CatalogData, Docs, Format, Mode, put};
use evaluation_service::CATALOG;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Client, Prepared};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

/// The client, compiled with the generated types.
fn compiled(modules: &Path) -> PathBuf {
    let directory = support::storage("typescript-client");
    fs::create_dir_all(&directory).expect("a directory");
    let types = Docs::new(&CatalogData::of(&CATALOG, Audience::Public)).files(Format::TypeScript);
    put(&directory, &types.expect("right templates"), Mode::Write).expect("it writes");
    fs::write(directory.join("client.ts"), include_str!("typescript/client.ts"))
        .expect("it writes");
    fs::write(directory.join("live.mjs"), include_str!("typescript/live.mjs")).expect("it writes");
    node::compile(modules, &directory, &["client.ts", "errors.ts"]);
    directory
}

/// The provoking requests, for node to send.
async fn calls(prepared: &Prepared) -> Vec<Value> {
    let mut calls = Vec::new();
    for (code, _, request) in prepared.provoking() {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let headers: Vec<(&str, &str)> = parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
            .collect();
        calls.push(json!({
            "code": code,
            "method": parts.method.as_str(),
            "path": parts.uri.path(),
            "headers": headers.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "body": String::from_utf8(body.into()).expect("UTF-8"),
        }));
    }
    calls
}

#[tokio::test]
async fn a_strict_client_decodes_what_the_service_answers() {
    let Some(modules) =
        node::modules("a_strict_client_decodes_what_the_service_answers", &["typescript"])
    else {
        return;
    };
    let client = Client::open("sqlite::memory:", "typescript").await;
    let calls = calls(&Prepared::new(&client).await).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let service = tokio::spawn(async move { axum::serve(listener, client.app).await });
    let said = spawn_blocking(move || {
        let directory = compiled(&modules);
        fs::write(directory.join("calls.json"), Value::Array(calls).to_string())
            .expect("it writes");
        node::run(Command::new("node").current_dir(&directory).args([
            "live.mjs",
            &base,
            "calls.json",
        ]))
    });
    let said = said.await.expect("node");
    service.abort();
    let told: Vec<&str> = said.lines().collect();
    assert_eq!(told.len(), 25, "{said}");
    for words in [
        "E1000: 未知错误，请稍后重试",
        "project_name: string, not null",
        "no project 0",
        "E2002: 项目编号 P-1 已存在",
        "at most 1048576 bytes",
        "what is E2001?",
    ] {
        assert!(told.contains(&words), "{words}: {said}");
    }
}
