{% set pool = "SqlitePool" if database == "sqlite" else "PgPool" %}
//! The notes, in {{ "SQLite" if database == "sqlite" else "PostgreSQL" }}.

use crate::NoteError;
{% if database == "sqlite" %}
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::str::FromStr;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
{% else %}
use sqlx::PgPool;

/// With a lock, since processes that create a table at the same time fail.
const CREATE: &str = "SELECT pg_advisory_xact_lock(hashtext('notes'));
CREATE TABLE IF NOT EXISTS notes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT NOT NULL
)";
{% endif %}

/// The notes. Clones share them.
#[derive(Clone, Debug)]
pub struct Store({{ pool }});

impl Store {
{% if database == "sqlite" %}
    /// Opens `sqlite:PATH`, which is created if it is missing, or `sqlite::memory:`.
    pub async fn open(url: &str) -> Result<Self, NoteError> {
        let options = SqliteConnectOptions::from_str(url)?.create_if_missing(true);
        // A database in memory lives as long as its one connection.
        let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.connect_with(options).await?;
{% else %}
    /// Connects to `postgres://…`, and creates the table if it is missing.
    pub async fn open(url: &str) -> Result<Self, NoteError> {
        let pool = PgPool::connect(url).await?;
{% endif %}
        sqlx::raw_sql(CREATE).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// Adds a note and returns its id.
    pub async fn add(&self, text: &str) -> Result<i64, NoteError> {
        let query = "INSERT INTO notes (text) VALUES ($1) RETURNING id";
        Ok(sqlx::query_scalar(query).bind(text).fetch_one(&self.0).await?)
    }

    /// Returns the text of a note.
    pub async fn find(&self, id: i64) -> Result<Option<String>, NoteError> {
        let query = "SELECT text FROM notes WHERE id = $1";
        Ok(sqlx::query_scalar(query).bind(id).fetch_optional(&self.0).await?)
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.0.close().await;
    }
}
