//! What clients get of errors of the database that no statement expects.

use axum::{Router, body::Body, extract::Path, routing::get};
use errcode_axum::ErrorLayer;
use errcode_sqlx::DatabaseResult as _;
use evaluation_service::CATALOG;
use http_body_util::BodyExt as _;
use serde_json::Value;
use sqlx::{AnyPool, any::AnyPoolOptions};
use tower::ServiceExt as _;

/// A database with one connection, and two tables.
async fn database() -> AnyPool {
    sqlx::any::install_default_drivers();
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("a database");
    let tables =
        "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''));
        CREATE TABLE children (parent INTEGER NOT NULL REFERENCES parents (id));
        INSERT INTO parents VALUES (1, 'one')";
    sqlx::raw_sql(tables).execute(&pool).await.expect("tables");
    pool
}

async fn run(what: &str) -> errcode_axum::Result<String> {
    let pool = database().await;
    let statement = match what {
        "unique" => "INSERT INTO parents VALUES (1, 'secret')",
        "foreign-key" => "INSERT INTO children VALUES (2)",
        "not-null" => "INSERT INTO parents VALUES (2, NULL)",
        "check" => "INSERT INTO parents VALUES (2, '')",
        "syntax" => "SELEKT 'secret'",
        "row" => "SELECT name FROM parents WHERE id = 2",
        _ => "SELECT name FROM parents WHERE id = 1",
    };
    let taken = if what == "busy" { pool.acquire().await.ok() } else { None };
    if what == "busy" {
        // The wait for a connection takes no time.
        tokio::time::pause();
    }
    if what == "closed" {
        pool.close().await;
    }
    let name = sqlx::query_scalar(statement).fetch_one(&pool).await;
    if taken.is_some() {
        tokio::time::resume();
    }
    drop(taken);
    Ok(name.or_fault("reading a name")?)
}

#[tokio::test]
async fn each_fault_of_the_database_has_the_code_of_its_kind() {
    let app = Router::new()
        .route("/{what}", get(async |Path(what): Path<String>| run(&what).await))
        .layer(ErrorLayer::new(&CATALOG));
    for (what, status, code, retryable) in [
        ("unique", 409, "E1006", false),
        ("foreign-key", 409, "E1006", false),
        ("row", 404, "E1005", false),
        ("not-null", 500, "E1000", false),
        ("check", 500, "E1000", false),
        ("syntax", 500, "E1000", false),
        ("busy", 503, "HTTP_503", true),
        ("closed", 503, "HTTP_503", true),
    ] {
        let request =
            axum::http::Request::get(format!("/{what}")).body(Body::empty()).expect("a request");
        let response = app.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status().as_u16(), status, "{what}");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(
            (&body["error"]["code"], &body["error"]["retryable"]),
            (&code.into(), &retryable.into()),
            "{body}"
        );
        assert!(!body.to_string().contains("secret"), "{body}");
    }
}
