//! `POST /tasks`, by which other services add tasks. Their trace goes on in the task.

use crate::{CATALOG, Queue, TicketError, Work};
use axum::{Router, extract::State, http::StatusCode, routing::post};
use errcode_axum::{ErrorLayer, Result, extract::Json};
use serde::Deserialize;

/// Returns the routes of the intake.
pub fn intake(queue: Queue) -> Router {
    Router::new().route("/tasks", post(add)).with_state(queue).layer(ErrorLayer::new(&CATALOG))
}

#[derive(Deserialize)]
struct NewTask {
    ticket: String,
}

async fn add(State(queue): State<Queue>, Json(task): Json<NewTask>) -> Result<StatusCode> {
    queue.add(&task.ticket, Work::Comment).await.map_err(TicketError::Table)?;
    Ok(StatusCode::ACCEPTED)
}
