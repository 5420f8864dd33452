//! Projects: created active, changed under an optimistic lock, archived permanently.

use crate::accounts::{Account, AsManager, Manager, SignedIn};
use crate::database::{TRANSACTIONS, named};
use crate::errors::{CATALOG, CommonError, ProjectError};
use crate::{ProjectStatus, Service, validation};
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use errcode_axum::Result;
use errcode_axum::extract::{Json, Path, Query};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, FromRow, Row, Transaction};
use std::ops::RangeInclusive;
use utoipa::ToSchema;

const NUMBER: [&str; 2] = ["projects_number_key", "projects.number"];

/// Every budget that is not negative.
const BUDGETS: RangeInclusive<i64> = 0..=i64::MAX;

/// A tender that suppliers bid for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Project {
    pub(crate) id: i64,
    number: String,
    project_name: String,
    #[schema(minimum = 0)]
    budget: i64,
    #[schema(inline)]
    status: ProjectStatus,
    /// Incremented by every change.
    version: i64,
}

pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/projects", post(create).get(list))
        .route("/projects/{id}", get(show).patch(change))
}

/// A new tender.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewProject {
    #[schema(min_length = 1, max_length = 32, example = "P-1")]
    number: String,
    // Optional for serde only, so that a missing name is E1002 with the field's own pointer.
    #[schema(value_type = String, required, min_length = 1, max_length = 100, example = "Bridge")]
    project_name: Option<String>,
    #[schema(minimum = 0, example = 1000)]
    budget: i64,
}

errcode_axum::codes!(
    CreateErrors = [..AsManager, CommonError::Invalid, ProjectError::NumberTaken, faults::json]
);

// Only the database checks that a name is not just the number, by an unmapped constraint, so a violation is E1000.
/// Creates a project
///
/// Its number is unique and never changes.
#[utoipa::path(
    post, path = "/projects", operation_id = "createProject", tag = "projects",
    request_body = NewProject,
    responses((status = 200, description = "The project.", body = Project), CreateErrors)
)]
pub(crate) async fn create(
    State(service): State<Service>,
    _: Manager,
    Json(project): Json<NewProject>,
) -> Result<Json<Project>> {
    let number = validation::text("/number", project.number, 32)?;
    let name = project
        .project_name
        .ok_or_else(|| CommonError::invalid("/project_name", "string", "null"))?;
    let name = validation::text("/project_name", name, 100)?;
    let budget = validation::number("/budget", project.budget, BUDGETS)?;
    let created = sqlx::query_as(
        "INSERT INTO projects (number, name, budget, status, version) VALUES ($1, $2, $3, 'active', 1)
         RETURNING *",
    )
    .bind(&number)
    .bind(name)
    .bind(budget)
    .fetch_one(&service.database)
    .await
    .on_unique(NUMBER, |cause| ProjectError::NumberTaken { number, cause })
    .context("creating a project")?;
    Ok(Json(created))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The last id of the previous page.
    #[serde(default)]
    after: i64,
}

errcode_axum::codes!(ListErrors = [..SignedIn, faults::query]);

/// Lists projects
///
/// At most 100 per page, ordered by id.
#[utoipa::path(
    get, path = "/projects", operation_id = "listProjects", tag = "projects", params(Page),
    responses(
        (status = 200, description = "A page of projects; after the last page, an empty one.", body = [Project]),
        ListErrors
    )
)]
pub(crate) async fn list(
    State(service): State<Service>,
    _: Account,
    Query(page): Query<Page>,
) -> Result<Json<Vec<Project>>> {
    let projects = sqlx::query_as("SELECT * FROM projects WHERE id > $1 ORDER BY id LIMIT 100")
        .bind(page.after)
        .fetch_all(&service.database)
        .await
        .or_fault("listing projects")?;
    Ok(Json(projects))
}

errcode_axum::codes!(ShowErrors = [..SignedIn, ProjectError::NotFound, faults::path]);

/// Shows a project
///
/// A change must name its current version.
#[utoipa::path(
    get, path = "/projects/{id}", operation_id = "showProject", tag = "projects",
    params(("id" = i64, Path, description = "The project's id.")),
    responses((status = 200, description = "The project.", body = Project), ShowErrors)
)]
pub(crate) async fn show(
    State(service): State<Service>,
    _: Account,
    Path(id): Path<i64>,
) -> Result<Json<Project>> {
    Ok(Json(find(&service, id).await?))
}

/// Absent members stay unchanged.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Change {
    /// The version that the client has read.
    version: i64,
    #[schema(min_length = 1, max_length = 100)]
    project_name: Option<String>,
    #[schema(minimum = 0)]
    budget: Option<i64>,
    #[schema(inline)]
    status: Option<ProjectStatus>,
}

errcode_axum::codes!(ChangeErrors = [
    ..AsManager,
    CommonError::{Invalid, Conflict},
    ProjectError::{NotFound, StatusInvalid, EvaluationOpen},
    faults::{path, json},
]);

/// Changes a project
///
/// Only if it still has the version that the client has read. An archived project cannot be changed.
#[utoipa::path(
    patch, path = "/projects/{id}", operation_id = "changeProject", tag = "projects",
    params(("id" = i64, Path, description = "The project's id.")),
    request_body = Change,
    responses((status = 200, description = "The project as it is now.", body = Project), ChangeErrors)
)]
pub(crate) async fn change(
    State(service): State<Service>,
    _: Manager,
    Path(id): Path<i64>,
    Json(change): Json<Change>,
) -> Result<Json<Project>> {
    let name =
        change.project_name.map(|name| validation::text("/project_name", name, 100)).transpose()?;
    let budget = change.budget.map(|budget| validation::number("/budget", budget, BUDGETS));
    let budget = budget.transpose()?;
    let changed = TRANSACTIONS.run(&service.database, async |mut transaction| {
        let project = lock_active(&mut transaction, id).await?;
        let status = change.status.unwrap_or(project.status);
        if status == ProjectStatus::Archived && project.version == change.version {
            refuse_open(&mut transaction, id).await?;
        }
        sqlx::query_as(
            "UPDATE projects SET name = $3, budget = $4, status = $5, version = version + 1
             WHERE id = $1 AND version = $2 RETURNING *",
        )
        .bind(id)
        .bind(change.version)
        .bind(name.as_deref().unwrap_or(&project.project_name))
        .bind(budget.unwrap_or(project.budget))
        .bind(<&str>::from(status))
        .fetch_optional(&mut **transaction)
        .await
        .or_lock_lost()
        .on_lock_lost(|_| CommonError::conflict("project", id))
    });
    Ok(Json(changed.await.context("changing a project")?))
}

/// Returns the project (E2001 if it does not exist).
pub(crate) async fn find(service: &Service, id: i64) -> Result<Project> {
    let project = sqlx::query_as("SELECT * FROM projects WHERE id = $1")
        .bind(id)
        .fetch_optional(&service.database)
        .await
        .or_fault("finding a project")?;
    Ok(project.ok_or(ProjectError::NotFound { id })?)
}

/// Locks the project until the transaction ends (E2001 if it does not exist, E2003 if it is archived). An
/// update that changes nothing locks a row in both databases; only PostgreSQL has `SELECT … FOR UPDATE`.
pub(crate) async fn lock_active(
    transaction: &mut Transaction<'_, Any>,
    id: i64,
) -> Result<Project, Failure> {
    let project: Option<Project> =
        sqlx::query_as("UPDATE projects SET version = version WHERE id = $1 RETURNING *")
            .bind(id)
            .fetch_optional(&mut **transaction)
            .await
            .or_fault("locking a project")?;
    let project = project.ok_or(ProjectError::NotFound { id })?;
    if project.status != ProjectStatus::Active {
        return Err(ProjectError::StatusInvalid { id, status: project.status }.into());
    }
    Ok(project)
}

/// Fails with E2004 if the project has a pending or running session.
async fn refuse_open(transaction: &mut Transaction<'_, Any>, project: i64) -> Result<(), Failure> {
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

impl FromRow<'_, AnyRow> for Project {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            number: row.try_get("number")?,
            project_name: row.try_get("name")?,
            budget: row.try_get("budget")?,
            status: named(row, "status")?,
            version: row.try_get("version")?,
        })
    }
}
