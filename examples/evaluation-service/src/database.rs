//! The database: one pool type over SQLite and PostgreSQL, and numbered migrations.

use errcode_resilience::Dependency;
use errcode_sqlx::Transactions;
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, AssertSqlSafe, Row};
use std::str::FromStr;

/// All migrations, oldest first, numbered from 1. `{identity}` is an integer primary key that the database
/// fills, which SQLite and PostgreSQL spell differently.
const MIGRATIONS: [&str; 3] = [
    include_str!("../migrations/0001_accounts.sql"),
    include_str!("../migrations/0002_projects.sql"),
    include_str!("../migrations/0003_evaluations.sql"),
];

static DATABASE: Dependency = Dependency::new("database");

/// Transactions that change something. Those that the database aborts are repeated.
pub(crate) static TRANSACTIONS: Transactions = Transactions::new(&DATABASE);

/// The differences between SQLite and PostgreSQL.
struct Dialect {
    /// Begins a transaction that excludes the migrations of other processes.
    begin_migration: &'static str,
    identity: &'static str,
}

const SQLITE: Dialect =
    Dialect { begin_migration: "BEGIN IMMEDIATE", identity: "INTEGER PRIMARY KEY" };

const POSTGRES: Dialect = Dialect {
    begin_migration: "BEGIN; SELECT pg_advisory_xact_lock(20260221)",
    identity: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
};

/// Connects to `sqlite::memory:`, `sqlite:PATH` (created if missing) or `postgres://…`, and migrates.
pub(crate) async fn connect(url: &str) -> sqlx::Result<AnyPool> {
    sqlx::any::install_default_drivers();
    let Some(path) = url.strip_prefix("sqlite:") else {
        let pool = AnyPoolOptions::new().connect(url).await?;
        migrate(&pool, &POSTGRES).await?;
        return Ok(pool);
    };
    let pool = if path.starts_with(":memory:") {
        sqlite_memory(url).await
    } else {
        sqlite_file(url).await
    }?;
    migrate(&pool, &SQLITE).await?;
    Ok(pool)
}

/// A database in memory lives as long as its connection, so there is one connection and it is never replaced.
async fn sqlite_memory(url: &str) -> sqlx::Result<AnyPool> {
    AnyPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect(url)
        .await
}

/// Foreign keys and a busy timeout are sqlx's defaults for SQLite; write-ahead logging is a property of the
/// file.
async fn sqlite_file(url: &str) -> sqlx::Result<AnyPool> {
    let url = if url.contains('?') { url.to_owned() } else { format!("{url}?mode=rwc") };
    let pool = AnyPoolOptions::new().connect(&url).await?;
    sqlx::query("PRAGMA journal_mode = WAL").execute(&pool).await?;
    Ok(pool)
}

/// Applies the migrations that the database does not have yet, all or none of them.
async fn migrate(pool: &AnyPool, dialect: &Dialect) -> sqlx::Result<()> {
    let mut transaction = pool.begin_with(dialect.begin_migration).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY)")
        .execute(&mut *transaction)
        .await?;
    let (applied,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM migrations").fetch_one(&mut *transaction).await?;
    for (number, migration) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > applied) {
        let statements = migration.replace("{identity}", dialect.identity);
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO migrations (number) VALUES ($1)")
            .bind(number)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}

/// Reads a text column with the name of an enum's variant.
pub(crate) fn named<T>(row: &AnyRow, column: &str) -> sqlx::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    row.try_get::<String, _>(column)?
        .parse()
        .map_err(|unknown| sqlx::Error::Decode(Box::new(unknown)))
}
