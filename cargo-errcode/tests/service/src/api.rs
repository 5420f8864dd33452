//! The routes.

use crate::{
    auth::{self, Reader},
    error::{ApiError, Result},
    store::{Book, Store},
};
use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::catch_panic::CatchPanicLayer;
use validator::Validate as _;

pub fn router(store: Store) -> Router {
    Router::new()
        .route("/tokens", post(issue))
        .nest("/books", books())
        .route("/statistics", get(statistics))
        .layer(CatchPanicLayer::new())
        .with_state(store)
}

fn books() -> Router<Store> {
    Router::new()
        .route("/", post(add))
        .route("/{id}", get(show))
        .route("/{id}/loan", post(lend))
        .route("/{id}/label", get(label))
}

#[derive(Debug, Deserialize)]
struct Login {
    name: String,
    password: String,
    seconds: u64,
}

async fn issue(Json(login): Json<Login>) -> Result<Json<Value>, (StatusCode, String)> {
    if login.password != "open sesame" {
        return Err((StatusCode::UNAUTHORIZED, format!("wrong password for {}", login.name)));
    }
    let is_librarian = login.name == "ada";
    let token = auth::token(login.name, is_librarian, login.seconds);
    let token = token.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Json(json!({ "token": token })))
}

#[derive(Debug, Deserialize, validator::Validate)]
struct NewBook {
    #[validate(length(min = 10, max = 13))]
    isbn: String,
    #[validate(length(min = 1))]
    title: String,
}

async fn add(
    State(store): State<Store>,
    reader: Reader,
    Json(book): Json<NewBook>,
) -> Result<impl IntoResponse> {
    reader.require_librarian()?;
    book.validate()?;
    let id = store.add(&book.isbn, &book.title).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn find(store: &Store, id: i64) -> Result<Book> {
    store.book(id).await?.ok_or(ApiError::NoBook(id))
}

async fn show(State(store): State<Store>, Path(id): Path<i64>) -> Result<Json<Book>> {
    Ok(Json(find(&store, id).await?))
}

async fn lend(
    State(store): State<Store>,
    Path(id): Path<i64>,
    reader: Reader,
) -> Result<StatusCode> {
    if reader.name == "bob" {
        return Err(ApiError::Fines(250));
    }
    let book = find(&store, id).await?;
    if let Some(reader) = book.reader {
        return Err(ApiError::OnLoan { book: id, reader });
    }
    store.lend(id, &reader.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn label(State(store): State<Store>, Path(id): Path<i64>) -> Result<String> {
    let book = find(&store, id).await?;
    let number: u64 = book.isbn.parse().with_context(|| format!("printing {}", book.isbn))?;
    Ok(format!("{number:013} {}", book.title))
}

#[derive(Debug, Deserialize)]
struct Of {
    what: String,
}

async fn statistics(State(store): State<Store>, Query(of): Query<Of>) -> Result<Json<Value>> {
    match of.what.as_str() {
        "loans" => Ok(Json(json!({ "loans": store.loans().await? }))),
        "shelves" => Err(ApiError::Stocktaking),
        other => panic!("no statistics of {other}"),
    }
}
