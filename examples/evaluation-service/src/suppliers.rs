//! The suppliers that bid for a project.

use crate::accounts::{Account, AsManager, Manager, SignedIn};
use crate::database::TRANSACTIONS;
use crate::errors::{CATALOG, CommonError, ProjectError};
use crate::{Service, projects, validation};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use errcode_axum::Result;
use errcode_axum::extract::{Json, Path};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;

const NAME: [&str; 2] = ["suppliers_project_id_name_key", "suppliers.project_id, suppliers.name"];

/// A bidder of a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Supplier {
    id: i64,
    project_id: i64,
    name: String,
}

pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/projects/{id}/suppliers", post(add).get(list))
}

/// A new bidder.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewSupplier {
    #[schema(min_length = 1, max_length = 100, example = "Acme")]
    name: String,
}

errcode_axum::codes!(AddErrors = [
    ..AsManager,
    CommonError::{Invalid, Conflict},
    ProjectError::{NotFound, StatusInvalid},
    faults::{path, json},
]);

/// Adds a supplier to a project
///
/// Its name is unique in the project.
#[utoipa::path(
    post, path = "/projects/{id}/suppliers", operation_id = "addSupplier", tag = "suppliers",
    params(("id" = i64, Path, description = "The project's id.")),
    request_body = NewSupplier,
    responses((status = 200, description = "The supplier.", body = Supplier), AddErrors)
)]
pub(crate) async fn add(
    State(service): State<Service>,
    _: Manager,
    Path(project): Path<i64>,
    Json(supplier): Json<NewSupplier>,
) -> Result<Json<Supplier>> {
    let name = validation::text("/name", supplier.name, 100)?;
    let added = TRANSACTIONS.run(&service.database, async |mut transaction| {
        projects::lock_active(&mut transaction, project).await?;
        sqlx::query_as("INSERT INTO suppliers (project_id, name) VALUES ($1, $2) RETURNING *")
            .bind(project)
            .bind(&name)
            .fetch_one(&mut **transaction)
            .await
            .on_unique(NAME, |cause| CommonError::taken("supplier", name.clone(), cause))
    });
    Ok(Json(added.await.context("adding a supplier")?))
}

errcode_axum::codes!(ListErrors = [..SignedIn, ProjectError::NotFound, faults::path]);

/// Lists a project's suppliers
///
/// All of them, ordered by id.
#[utoipa::path(
    get, path = "/projects/{id}/suppliers", operation_id = "listSuppliers", tag = "suppliers",
    params(("id" = i64, Path, description = "The project's id.")),
    responses((status = 200, description = "The suppliers.", body = [Supplier]), ListErrors)
)]
pub(crate) async fn list(
    State(service): State<Service>,
    _: Account,
    Path(project): Path<i64>,
) -> Result<Json<Vec<Supplier>>> {
    projects::find(&service, project).await?;
    let suppliers = sqlx::query_as("SELECT * FROM suppliers WHERE project_id = $1 ORDER BY id")
        .bind(project)
        .fetch_all(&service.database)
        .await
        .or_fault("listing suppliers")?;
    Ok(Json(suppliers))
}

impl FromRow<'_, AnyRow> for Supplier {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            project_id: row.try_get("project_id")?,
            name: row.try_get("name")?,
        })
    }
}
