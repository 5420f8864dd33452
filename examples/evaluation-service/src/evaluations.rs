//! Evaluation sessions: created, started, cancelled.

use crate::accounts::{Account, AsManager, Manager, SignedIn};
use crate::database::TRANSACTIONS;
use crate::errors::{CATALOG, CommonError, EvaluationError, ProjectError};
use crate::evaluation_items::{self, Item};
use crate::session::{self, Evaluation, Status};
use crate::{Service, projects};
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use errcode_axum::Result;
use errcode_axum::extract::{Json, Path};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::Serialize;
use sqlx::{Any, Transaction};
use utoipa::ToSchema;

/// A partial index: a project has at most one pending or running session.
const OPEN: [&str; 2] = ["evaluations_open_key", "evaluations.project_id"];

pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/projects/{id}/evaluations", post(create))
        .route("/evaluations/{id}", get(show))
        .route("/evaluations/{id}/start", post(start))
        .route("/evaluations/{id}/cancel", post(cancel))
}

errcode_axum::codes!(CreateErrors = [
    ..AsManager,
    ProjectError::{NotFound, StatusInvalid, EvaluationOpen},
    faults::path,
]);

/// Creates an evaluation session
///
/// A project has one open session at a time.
#[utoipa::path(
    post, path = "/projects/{id}/evaluations", operation_id = "createEvaluation", tag = "evaluations",
    params(("id" = i64, Path, description = "The project's id.")),
    responses((status = 200, description = "The session, pending.", body = Evaluation), CreateErrors)
)]
pub(crate) async fn create(
    State(service): State<Service>,
    _: Manager,
    Path(project): Path<i64>,
) -> Result<Json<Evaluation>> {
    let evaluation = TRANSACTIONS.run(&service.database, async |mut transaction| {
        projects::lock_active(&mut transaction, project).await?;
        let open = |cause| ProjectError::EvaluationOpen { id: project, cause: Some(cause) };
        sqlx::query_as(
            "INSERT INTO evaluations (project_id, status) VALUES ($1, 'pending') RETURNING *",
        )
        .bind(project)
        .fetch_one(&mut **transaction)
        .await
        .on_unique(OPEN, open)
    });
    Ok(Json(evaluation.await.context("creating an evaluation")?))
}

/// A session with its items.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    #[serde(flatten)]
    evaluation: Evaluation,
    items: Vec<Item>,
}

errcode_axum::codes!(ShowErrors = [..SignedIn, EvaluationError::NotFound, faults::path]);

/// Shows an evaluation session
///
/// With its items, in the order in which they were scored.
#[utoipa::path(
    get, path = "/evaluations/{id}", operation_id = "showEvaluation", tag = "evaluations",
    params(("id" = i64, Path, description = "The session's id.")),
    responses((status = 200, description = "The session and its items.", body = Report), ShowErrors)
)]
pub(crate) async fn show(
    State(service): State<Service>,
    _: Account,
    Path(id): Path<i64>,
) -> Result<Json<Report>> {
    let evaluation: Option<Evaluation> = sqlx::query_as("SELECT * FROM evaluations WHERE id = $1")
        .bind(id)
        .fetch_optional(&service.database)
        .await
        .or_fault("finding an evaluation")?;
    let evaluation = evaluation.ok_or(EvaluationError::NotFound { id })?;
    let items = evaluation_items::list(&service, id).await?;
    Ok(Json(Report { evaluation, items }))
}

errcode_axum::codes!(StartErrors = [
    ..AsManager,
    CommonError::Conflict,
    EvaluationError::{NotFound, Running, NotReady},
    faults::path,
]);

/// Starts an evaluation session
///
/// The start needs a parsed document and an item. Then items can be reviewed.
#[utoipa::path(
    post, path = "/evaluations/{id}/start", operation_id = "startEvaluation", tag = "evaluations",
    params(("id" = i64, Path, description = "The session's id.")),
    responses((status = 200, description = "The session, running.", body = Evaluation), StartErrors)
)]
pub(crate) async fn start(
    State(service): State<Service>,
    _: Manager,
    Path(id): Path<i64>,
) -> Result<Json<Evaluation>> {
    let started = TRANSACTIONS.run(&service.database, async |mut transaction| {
        let evaluation = session::lock(&mut transaction, id).await?;
        evaluation.require_pending()?;
        if let Some(missing) = missing(&mut transaction, &evaluation).await? {
            bail!(EvaluationError::NotReady { id, missing });
        }
        session::set_status(&mut transaction, id, Status::Running).await
    });
    Ok(Json(started.await.context("starting an evaluation")?))
}

errcode_axum::codes!(
    CancelErrors = [..AsManager, CommonError::Conflict, EvaluationError::NotFound, faults::path]
);

/// Cancels an evaluation session
///
/// Only a session that has not ended can be cancelled. Then the project can get another one.
#[utoipa::path(
    post, path = "/evaluations/{id}/cancel", operation_id = "cancelEvaluation", tag = "evaluations",
    params(("id" = i64, Path, description = "The session's id.")),
    responses((status = 200, description = "The session, cancelled.", body = Evaluation), CancelErrors)
)]
pub(crate) async fn cancel(
    State(service): State<Service>,
    _: Manager,
    Path(id): Path<i64>,
) -> Result<Json<Evaluation>> {
    let cancelled = TRANSACTIONS.run(&service.database, async |mut transaction| {
        session::lock(&mut transaction, id).await?.require_open()?;
        session::set_status(&mut transaction, id, Status::Cancelled).await
    });
    Ok(Json(cancelled.await.context("cancelling an evaluation")?))
}

/// Returns what a session still needs before its start.
async fn missing(
    transaction: &mut Transaction<'_, Any>,
    evaluation: &Evaluation,
) -> Result<Option<&'static str>, Failure> {
    let (documents, items): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM documents WHERE project_id = $1 AND sections IS NOT NULL),
                (SELECT COUNT(*) FROM evaluation_items WHERE evaluation_id = $2)",
    )
    .bind(evaluation.project_id)
    .bind(evaluation.id)
    .fetch_one(&mut **transaction)
    .await
    .or_fault("counting what an evaluation needs")?;
    Ok([(documents, "document"), (items, "item")]
        .into_iter()
        .find(|(count, _)| *count == 0)
        .map(|(_, name)| name))
}
