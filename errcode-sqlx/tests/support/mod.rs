//! Databases of their own for tests.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use std::{env, str::FromStr, time::Duration};
use tempfile::TempDir;

const TABLES: &str = "
    CREATE TABLE projects (
        id {identity},
        number TEXT NOT NULL CONSTRAINT projects_number_key UNIQUE,
        budget BIGINT NOT NULL DEFAULT 0 CONSTRAINT projects_budget_check CHECK (budget >= 0),
        version BIGINT NOT NULL DEFAULT 1
    );
    CREATE TABLE suppliers (
        id {identity},
        project_id BIGINT NOT NULL CONSTRAINT suppliers_project_id_fkey
            REFERENCES projects (id) ON DELETE RESTRICT,
        name TEXT NOT NULL,
        CONSTRAINT suppliers_project_id_name_key UNIQUE (project_id, name)
    );";

/// PostgreSQL with a schema of this test alone.
pub(crate) struct Postgres {
    pub(crate) options: PgConnectOptions,
    pub(crate) pool: PgPool,
    admin: PgPool,
    schema: String,
}

impl Postgres {
    /// Returns `None`, and says so, if there is no PostgreSQL.
    pub(crate) async fn open(test: &str) -> Option<Self> {
        let url = env::var("DATABASE_URL").ok().filter(|url| url.starts_with("postgres"));
        let Some(url) = url else {
            println!("skipped: DATABASE_URL names no PostgreSQL");
            return None;
        };
        let admin = PgConnectOptions::from_str(&url).expect("an address");
        let admin = PgPoolOptions::new().max_connections(2).connect_with(admin).await;
        let admin = admin.expect("a PostgreSQL");
        let schema = format!("errcode_sqlx_{test}_{}", std::process::id());
        let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        sqlx::raw_sql(AssertSqlSafe(fresh)).execute(&admin).await.expect("a schema");
        let options = PgConnectOptions::from_str(&url).expect("an address");
        let options =
            options.options([("search_path", schema.as_str()), ("deadlock_timeout", "10ms")]);
        let pool = PgPoolOptions::new().max_connections(4).connect_with(options.clone()).await;
        let pool = pool.expect("a pool");
        let tables =
            TABLES.replace("{identity}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
        sqlx::raw_sql(AssertSqlSafe(tables)).execute(&pool).await.expect("the tables");
        Some(Self { options, pool, admin, schema })
    }

    /// Ends the session of another connection, and returns when it is gone.
    pub(crate) async fn kill(&self, backend: i32) {
        let kill = sqlx::query("SELECT pg_terminate_backend($1)").bind(backend);
        kill.execute(&self.admin).await.expect("a session");
        self.until("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", backend)
            .await;
    }

    /// Asks until the answer is true.
    pub(crate) async fn until(&self, question: &'static str, value: i32) {
        let asking = async {
            while !sqlx::query_scalar::<_, bool>(question)
                .bind(value)
                .fetch_one(&self.pool)
                .await
                .expect("an answer")
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), asking).await.expect(question);
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
        let gone = format!("DROP SCHEMA {} CASCADE", self.schema);
        sqlx::raw_sql(AssertSqlSafe(gone)).execute(&self.admin).await.expect("the schema goes");
    }
}

/// A SQLite database in a file.
pub(crate) struct Sqlite {
    pub(crate) options: SqliteConnectOptions,
    pub(crate) pool: SqlitePool,
    _folder: TempDir,
}

impl Sqlite {
    pub(crate) async fn open(_test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("test.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::ZERO);
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options.clone()).await;
        let pool = pool.expect("a pool");
        let tables = TABLES.replace("{identity}", "INTEGER PRIMARY KEY");
        sqlx::raw_sql(AssertSqlSafe(tables)).execute(&pool).await.expect("the tables");
        Some(Self { options, pool, _folder: folder })
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}
