//! `POST /notes` and `GET /notes/{id}`.

use crate::{NoteError, Store};
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use errcode_axum::{
    Result,
    extract::{Json, Path},
};
use serde::{Deserialize, Serialize};

const MOST_CHARACTERS: usize = 1000;

pub(crate) fn routes(store: Store) -> Router {
    Router::new()
        .route("/notes", post(add))
        .route("/notes/{id}", get(show))
        .with_state(store)
}

#[derive(Deserialize)]
struct NewNote {
    text: String,
}

#[derive(Serialize)]
struct Note {
    id: i64,
    text: String,
}

async fn add(State(store): State<Store>, Json(note): Json<NewNote>) -> Result<Json<Note>> {
    let length = note.text.chars().count();
    if length > MOST_CHARACTERS {
        return Err(NoteError::TooLong {
            length,
            most: MOST_CHARACTERS,
        })?;
    }
    let id = store.add(&note.text).await?;
    Ok(Json(Note {
        id,
        text: note.text,
    }))
}

async fn show(State(store): State<Store>, Path(id): Path<i64>) -> Result<Json<Note>> {
    let text = store.find(id).await?.ok_or(NoteError::NotFound { id })?;
    Ok(Json(Note { id, text }))
}
