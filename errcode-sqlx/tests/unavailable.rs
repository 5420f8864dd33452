//! A database that is busy, slow, full or gone, and what of it is shown.

mod support;

use errcode_core::{Failure, Hinted as _};
use errcode_runtime::{Context, boundary::wire_error};
use errcode_sqlx::{DatabaseError, DatabaseFault, DatabaseResult};
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::SqlitePoolOptions,
};
use std::{str::FromStr as _, time::Duration};
use support::{Postgres, Sqlite};

/// The kind, the default code, and whether clients may retry.
fn shown(failure: &Failure) -> (DatabaseFault, &str, bool) {
    let kind = DatabaseError::of(failure).expect("a database error").kind();
    (kind, failure.spec().code().as_str(), failure.hints().retry.retryable)
}

#[tokio::test]
async fn a_pool_without_a_free_connection_or_a_closed_one() {
    // Long enough for the first connection, which is established within this time.
    let timeout = Duration::from_secs(2);
    let Some(sqlite) = Sqlite::open("pool").await else { return };
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(timeout);
    let pool = pool.connect_with(sqlite.options.clone()).await.expect("a pool");
    let _taken = pool.acquire().await.expect("the connection");
    let failure = pool.acquire().await.map(drop).or_fault("reading").unwrap_err();
    assert_eq!(shown(&failure), (DatabaseFault::PoolTimeout, "HTTP_503", true));

    let Some(postgres) = Postgres::open("pool").await else { return };
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(timeout);
    let pool = pool.connect_with(postgres.options.clone()).await.expect("a pool");
    let taken = pool.acquire().await.expect("the connection");
    let failure = pool.acquire().await.map(drop).or_fault("reading").unwrap_err();
    assert_eq!(shown(&failure), (DatabaseFault::PoolTimeout, "HTTP_503", true));
    drop(taken);
    pool.close().await;
    let failure = pool.acquire().await.map(drop).or_fault("reading").unwrap_err();
    assert_eq!(shown(&failure), (DatabaseFault::ConnectionLost, "HTTP_503", true));
    postgres.close().await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long() {
    let Some(postgres) = Postgres::open("timeouts").await else { return };
    let mut holder = postgres.pool.acquire().await.expect("a connection");
    let lock = "SELECT pg_advisory_lock(pg_backend_pid()), pg_backend_pid()";
    let (_, key): ((), i32) = sqlx::query_as(lock).fetch_one(&mut *holder).await.expect("a lock");
    for (setting, kind, code) in [
        ("statement_timeout", DatabaseFault::Cancelled, "HTTP_504"),
        ("lock_timeout", DatabaseFault::Busy, "HTTP_503"),
    ] {
        let options = postgres.options.clone().options([(setting, "1ms")]);
        let mut waiting = PgConnection::connect_with(&options).await.expect("a connection");
        let wait = sqlx::query("SELECT pg_advisory_lock($1)").bind(i64::from(key));
        let failure = wait.execute(&mut waiting).await.or_fault("waiting").unwrap_err();
        assert_eq!(shown(&failure), (kind, code, true), "{setting}");
    }
    drop(holder);
    postgres.close().await;
}

#[tokio::test]
async fn a_statement_of_sqlite_that_is_interrupted() {
    let Some(sqlite) = Sqlite::open("interrupted").await else { return };
    let mut connection = sqlite.pool.acquire().await.expect("a connection");
    connection.lock_handle().await.expect("the handle").set_progress_handler(1, || false);
    let count =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
    let failure = sqlx::query(count).fetch_one(&mut *connection).await.or_fault("counting");
    assert_eq!(shown(&failure.unwrap_err()), (DatabaseFault::Cancelled, "HTTP_504", true));
}

#[tokio::test]
async fn a_database_that_another_connection_has_locked() {
    let Some(sqlite) = Sqlite::open("busy").await else { return };
    let _writing = sqlite.pool.begin_with("BEGIN IMMEDIATE").await.expect("the lock");
    let busy = sqlite.pool.begin_with("BEGIN IMMEDIATE").await.map(drop);
    let failure = busy.or_fault("beginning").unwrap_err();
    assert_eq!(shown(&failure), (DatabaseFault::Busy, "HTTP_503", true));
    assert_eq!(DatabaseError::of(&failure).and_then(DatabaseError::code), Some("5"));

    let Some(postgres) = Postgres::open("busy").await else { return };
    sqlx::query("INSERT INTO projects (number) VALUES ('P-1')")
        .execute(&postgres.pool)
        .await
        .expect("a project");
    let mut holder = postgres.pool.begin().await.expect("a transaction");
    let lock = "SELECT id FROM projects FOR UPDATE NOWAIT";
    sqlx::query(lock).fetch_one(&mut *holder).await.expect("the lock");
    let failure = sqlx::query(lock).fetch_one(&postgres.pool).await.or_fault("locking");
    assert_eq!(shown(&failure.unwrap_err()), (DatabaseFault::Busy, "HTTP_503", true));
    drop(holder);
    postgres.close().await;
}

#[tokio::test]
async fn a_server_that_accepts_no_more_connections() {
    let Some(postgres) = Postgres::open("full").await else { return };
    let role = format!("errcode_sqlx_full_{}", std::process::id());
    let create = format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&postgres.pool).await.expect("a role");
    // The other options of these tests are for superusers.
    let address = std::env::var("DATABASE_URL").expect("an address");
    let options = PgConnectOptions::from_str(&address).expect("an address").username(&role);
    let refused = PgConnection::connect_with(&options).await.map(drop);
    let failure = refused.or_fault("connecting").unwrap_err();
    assert_eq!(shown(&failure), (DatabaseFault::TooManyConnections, "HTTP_503", true));
    let drop_role = format!("DROP ROLE {role}");
    sqlx::raw_sql(AssertSqlSafe(drop_role)).execute(&postgres.pool).await.expect("no role");
    postgres.close().await;
}

#[tokio::test]
async fn a_connection_that_is_lost() {
    let Some(postgres) = Postgres::open("lost").await else { return };
    let mut connection = PgConnection::connect_with(&postgres.options).await.expect("a connection");
    let pid =
        sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
    postgres.kill(pid).await;
    for _ in 0..2 {
        // First the server's last word, then the closed socket.
        let failure =
            sqlx::query("SELECT 1").execute(&mut connection).await.or_fault("reading").unwrap_err();
        assert_eq!(shown(&failure), (DatabaseFault::ConnectionLost, "HTTP_503", true));
        assert!(failure.hints().breaker);
    }
    postgres.close().await;
}

/// A word that is a value or a secret in each of these errors.
const SECRET: &str = "hunter2";

fn assert_hidden(failure: &Failure, what: &str) {
    let error = DatabaseError::of(failure).expect("a database error");
    let body = serde_json_of(failure);
    for text in [
        format!("{failure}"),
        format!("{failure:?}"),
        failure.causes().unwrap_or_default(),
        format!("{error}"),
        format!("{error:?}"),
        body.clone(),
    ] {
        assert!(!text.contains(SECRET), "{what}: {text}");
    }
    // A client does not see names either.
    for name in ["projects", "number", "SQL", "constraint"] {
        assert!(!body.contains(name), "{what}: {body}");
    }
}

fn serde_json_of(failure: &Failure) -> String {
    format!("{:?}", wire_error(failure, Some(&Context::new())))
}

#[tokio::test]
async fn no_value_no_statement_and_no_address_is_shown() {
    let insert = "INSERT INTO projects (number, budget) VALUES ($1, $2)";
    let Some(sqlite) = Sqlite::open("hidden").await else { return };
    let table = "CREATE TABLE expressions (a TEXT CHECK (a <> 'hunter2'))";
    sqlx::raw_sql(table).execute(&sqlite.pool).await.expect("a table");
    let check = "INSERT INTO expressions VALUES ('hunter2')";
    let failure = sqlx::raw_sql(check).execute(&sqlite.pool).await.or_fault("x").unwrap_err();
    assert_hidden(&failure, "an expression");
    assert_eq!(failure.causes().as_deref(), Some("check constraint violated: result code 275"));
    let invalid = sqlx::raw_sql("SELECT 'hunter2' FROM nowhere").execute(&sqlite.pool).await;
    let failure = invalid.or_fault("x").unwrap_err();
    assert_hidden(&failure, "a statement that is not valid");
    assert_eq!(
        failure.causes().as_deref(),
        Some("the statement is not valid, or failed: result code 1")
    );
    for _ in 0..2 {
        let again = sqlx::query(insert).bind(SECRET).bind(1).execute(&sqlite.pool).await;
        if let Err(failure) = again.or_fault("x") {
            assert_hidden(&failure, "SQLite");
            assert_eq!(
                failure.causes().as_deref(),
                Some(
                    "unique constraint violated: `projects.number`, table `projects`, result code 2067"
                )
            );
        }
    }

    let address = format!("postgres://app:{SECRET}@127.0.0.1:1/projects");
    let refused =
        PgConnection::connect(&address).await.map(drop).or_fault("connecting").unwrap_err();
    assert_hidden(&refused, "an address");
    assert_eq!(refused.causes().as_deref(), Some("the connection was lost: connection refused"));
    let invalid = PgConnection::connect(&format!("postgres://app:{SECRET}@h:port/x")).await;
    assert_hidden(&invalid.map(drop).or_fault("connecting").unwrap_err(), "an invalid address");

    let Some(postgres) = Postgres::open("hidden").await else { return };
    let create = sqlx::query(insert).bind(SECRET).bind(1_i64).execute(&postgres.pool);
    create.await.expect("a project");
    let again = sqlx::query(insert).bind(SECRET).bind(1_i64).execute(&postgres.pool).await;
    let failure = again.or_fault("x").unwrap_err();
    let original = DatabaseError::of(&failure).and_then(DatabaseError::sqlx_error);
    assert!(format!("{original:?}").contains("Key (number)=(hunter2) already exists"));
    assert_hidden(&failure, "PostgreSQL");
    assert_eq!(
        failure.causes().as_deref(),
        Some("unique constraint violated: `projects_number_key`, table `projects`, SQLSTATE 23505")
    );
    let number = sqlx::query("SELECT CAST($1 AS TEXT)::BIGINT").bind(SECRET);
    let failure = number.execute(&postgres.pool).await.or_fault("x").unwrap_err();
    assert_hidden(&failure, "a value of another type");
    assert_eq!(failure.causes().as_deref(), Some("a value is not valid: SQLSTATE 22P02"));
    let syntax = sqlx::query("SELECT 'hunter2' FROM FROM").execute(&postgres.pool).await;
    assert_hidden(&syntax.or_fault("x").unwrap_err(), "a syntax error");
    let decoded = sqlx::query_scalar::<_, i64>("SELECT 'hunter2'").fetch_one(&postgres.pool).await;
    assert_hidden(&decoded.or_fault("x").unwrap_err(), "a column of another type");
    postgres.close().await;
}
