//! Evaluation sessions. A session is pending until it is started, then running until its last item is reviewed
//! (completed) or it is cancelled. It never times out.

use crate::accounts::{Account, AsManager, Manager, SignedIn};
use crate::database::{TRANSACTIONS, named};
use crate::errors::{CATALOG, CommonError, EvaluationError, ProjectError};
use crate::evaluation_items::{self, Item};
use crate::{Service, projects};
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use errcode_axum::Result;
use errcode_axum::extract::{Json, Path};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{Any, FromRow, Row, Transaction};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// A partial index: a project has at most one pending or running session.
const OPEN: [&str; 2] = ["evaluations_open_key", "evaluations.project_id"];

/// The status of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Status {
    /// Not started; items can be added.
    Pending,
    /// Started; items can be reviewed.
    Running,
    /// All items are reviewed.
    Completed,
    /// Cancelled before its end.
    Cancelled,
}

/// An evaluation session of a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evaluation {
    pub(crate) id: i64,
    pub(crate) project_id: i64,
    #[schema(inline)]
    pub(crate) status: Status,
}

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
        let evaluation = lock(&mut transaction, id).await?;
        evaluation.require_pending()?;
        if let Some(missing) = missing(&mut transaction, &evaluation).await? {
            bail!(EvaluationError::NotReady { id, missing });
        }
        set_status(&mut transaction, id, Status::Running).await
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
        lock(&mut transaction, id).await?.require_open()?;
        set_status(&mut transaction, id, Status::Cancelled).await
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

/// Locks the session until the transaction ends (E4001 if it does not exist).
pub(crate) async fn lock(
    transaction: &mut Transaction<'_, Any>,
    id: i64,
) -> Result<Evaluation, Failure> {
    let evaluation =
        sqlx::query_as("UPDATE evaluations SET status = status WHERE id = $1 RETURNING *")
            .bind(id)
            .fetch_optional(&mut **transaction)
            .await
            .or_fault("locking an evaluation")?;
    Ok(evaluation.ok_or(EvaluationError::NotFound { id })?)
}

/// Moves a locked session to another status.
pub(crate) async fn set_status(
    transaction: &mut Transaction<'_, Any>,
    id: i64,
    status: Status,
) -> Result<Evaluation, Failure> {
    let evaluation = sqlx::query_as("UPDATE evaluations SET status = $2 WHERE id = $1 RETURNING *")
        .bind(id)
        .bind(<&str>::from(status))
        .fetch_one(&mut **transaction)
        .await
        .or_fault("moving an evaluation on")?;
    Ok(evaluation)
}

/// Fails with E2004 if the project has a pending or running session.
pub(crate) async fn refuse_open(
    transaction: &mut Transaction<'_, Any>,
    project: i64,
) -> Result<(), Failure> {
    let open = sqlx::query(
        "SELECT id FROM evaluations WHERE project_id = $1 AND status IN ('pending', 'running')",
    )
    .bind(project)
    .fetch_optional(&mut **transaction)
    .await
    .or_fault("looking for an open evaluation")?;
    match open {
        Some(_) => Err(ProjectError::EvaluationOpen { id: project, cause: None }.into()),
        None => Ok(()),
    }
}

impl Evaluation {
    /// Fails with E1006 if the session has ended.
    pub(crate) fn require_open(&self) -> Result<(), Failure> {
        match self.status {
            Status::Pending | Status::Running => Ok(()),
            Status::Completed | Status::Cancelled => {
                Err(CommonError::conflict("evaluation", self.id).into())
            }
        }
    }

    /// Fails with E4002 if the session is running, and with E1006 if it has ended.
    pub(crate) fn require_pending(&self) -> Result<(), Failure> {
        match self.status {
            Status::Running => Err(EvaluationError::Running { id: self.id }.into()),
            _ => self.require_open(),
        }
    }

    /// Fails with E4003 if the session is not started, and with E1006 if it has ended.
    pub(crate) fn require_running(&self) -> Result<(), Failure> {
        match self.status {
            Status::Pending => {
                Err(EvaluationError::NotReady { id: self.id, missing: "start" }.into())
            }
            _ => self.require_open(),
        }
    }
}

impl FromRow<'_, AnyRow> for Evaluation {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            project_id: row.try_get("project_id")?,
            status: named(row, "status")?,
        })
    }
}
