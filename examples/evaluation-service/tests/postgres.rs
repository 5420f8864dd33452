//! The same codes on PostgreSQL, when `DATABASE_URL` names one.

mod support;

use serde_json::json;
use sqlx::{AnyPool, AssertSqlSafe};
use std::env;
use support::{Client, Prepared, get, post, project, started};

/// A schema of this test alone, empty; `None`, and a line that says so, without a PostgreSQL.
async fn schema(test: &str) -> Option<(AnyPool, String, String)> {
    let Some(url) = env::var("DATABASE_URL").ok().filter(|url| url.starts_with("postgres")) else {
        println!("skipped: DATABASE_URL names no PostgreSQL");
        return None;
    };
    sqlx::any::install_default_drivers();
    let admin = AnyPool::connect(&url).await.expect("a PostgreSQL");
    let schema = format!("evaluation_service_{test}_{}", std::process::id());
    let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    sqlx::raw_sql(AssertSqlSafe(fresh)).execute(&admin).await.expect("a schema");
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options[search_path]={schema}");
    Some((admin, schema, url))
}

async fn drop_schema(admin: &AnyPool, schema: &str) {
    let gone = format!("DROP SCHEMA {schema} CASCADE");
    sqlx::raw_sql(AssertSqlSafe(gone)).execute(admin).await.expect("the schema goes");
}

#[tokio::test]
async fn plain_http_provokes_each_code() {
    let Some((admin, schema, url)) = schema("codes").await else { return };
    let client = Client::open(&url, "postgres-codes").await;
    let prepared = Prepared::new(&client).await;
    let requests = prepared.provoking();
    assert_eq!(requests.len(), 24);
    for (code, status, request) in requests {
        client.send(request).await.assert_code(code, status);
    }
    for (code, status, modes, request) in prepared.provoking_upstream() {
        let answer = client.send_while(&modes, request, &prepared.manager).await;
        answer.assert_code(code, status);
    }
    drop_schema(&admin, &schema).await;
}

#[tokio::test]
async fn reviews_at_the_same_time_complete_the_session() {
    let Some((admin, schema, url)) = schema("reviews").await else { return };
    let client = Client::open(&url, "postgres-reviews").await;
    let prepared = Prepared::new(&client).await;
    let token = prepared.manager.as_str();
    for number in 0..10 {
        let project = project(&client, token, &format!("R-{number}")).await;
        let (session, _, [one, other]) = started(&client, token, project).await;
        let review = |item| {
            post(
                &format!("/evaluations/{session}/items/{item}/review"),
                token,
                &json!({"score": 1}),
            )
        };
        tokio::join!(client.prepare(review(one)), client.prepare(review(other)));
        let report = client.prepare(get(&format!("/evaluations/{session}"), token)).await;
        assert_eq!(report["status"], "completed");
    }
    drop_schema(&admin, &schema).await;
}

#[tokio::test]
async fn services_that_start_at_the_same_time_migrate_once() {
    let Some((admin, schema, url)) = schema("migrations").await else { return };
    let open = || Client::open(&url, "postgres-migrations");
    tokio::join!(open(), open(), open());
    open().await;
    drop_schema(&admin, &schema).await;
}
