//! The books in the database.

use axum::http::StatusCode;
use serde::Serialize;
use sqlx::{SqlitePool, sqlite::SqlitePoolOptions};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("a book with the number {0} is there already")]
    Duplicate(String),
    #[error("the query failed")]
    Query(#[from] QueryError),
    #[error("no connection")]
    Connection(#[source] sqlx::Error),
}

#[derive(Debug, Error)]
#[error("{query}: {cause}")]
pub struct QueryError {
    query: &'static str,
    #[source]
    cause: sqlx::Error,
}

impl StoreError {
    pub fn status_code(&self) -> StatusCode {
        match self {
            StoreError::Duplicate(_) => StatusCode::CONFLICT,
            StoreError::Connection(_) => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::Query(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Store(SqlitePool);

#[derive(Debug, Serialize)]
pub struct Book {
    pub id: i64,
    pub isbn: String,
    pub title: String,
    pub reader: Option<String>,
}

impl Store {
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let one = SqlitePoolOptions::new().max_connections(1).idle_timeout(None);
        let pool = one.connect(url).await.map_err(StoreError::Connection)?;
        let table = "CREATE TABLE books
            (id INTEGER PRIMARY KEY, isbn TEXT NOT NULL UNIQUE, title TEXT NOT NULL, reader TEXT)";
        sqlx::query(table).execute(&pool).await.map_err(failed(table))?;
        Ok(Self(pool))
    }

    pub async fn add(&self, isbn: &str, title: &str) -> Result<i64, StoreError> {
        let query = "INSERT INTO books (isbn, title) VALUES (?, ?)";
        let added = sqlx::query(query).bind(isbn).bind(title).execute(&self.0).await;
        match added {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(StoreError::Duplicate(isbn.to_owned()))
            }
            added => Ok(added.map_err(failed(query))?.last_insert_rowid()),
        }
    }

    pub async fn book(&self, id: i64) -> Result<Option<Book>, StoreError> {
        let query = "SELECT id, isbn, title, reader FROM books WHERE id = ?";
        let row: Option<(i64, String, String, Option<String>)> =
            sqlx::query_as(query).bind(id).fetch_optional(&self.0).await.map_err(failed(query))?;
        Ok(row.map(|(id, isbn, title, reader)| Book { id, isbn, title, reader }))
    }

    pub async fn lend(&self, id: i64, reader: &str) -> Result<(), StoreError> {
        let query = "UPDATE books SET reader = ? WHERE id = ?";
        sqlx::query(query).bind(reader).bind(id).execute(&self.0).await.map_err(failed(query))?;
        Ok(())
    }

    /// Counts the loans, in a table that nobody made.
    pub async fn loans(&self) -> Result<i64, StoreError> {
        let query = "SELECT count(*) FROM loans";
        let (count,) = sqlx::query_as(query).fetch_one(&self.0).await.map_err(failed(query))?;
        Ok(count)
    }
}

fn failed(query: &'static str) -> impl Fn(sqlx::Error) -> QueryError {
    move |cause| QueryError { query, cause }
}
