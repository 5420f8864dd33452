//! The items of an evaluation session: a supplier's score under one criterion, and its review.

use crate::accounts::{Account, SignedIn};
use crate::database::TRANSACTIONS;
use crate::errors::{CATALOG, CommonError, EvaluationError};
use crate::session::{self, Status};
use crate::{Service, validation};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use errcode_axum::Result;
use errcode_axum::extract::{Json, Path};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, FromRow, Row, Transaction};
use utoipa::ToSchema;

const CRITERION: [&str; 2] = [
    "evaluation_items_criterion_key",
    "evaluation_items.evaluation_id, evaluation_items.supplier_id, evaluation_items.criterion",
];

/// One score. Both `reviewed_…` members are null until the item is reviewed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Item {
    id: i64,
    evaluation_id: i64,
    supplier_id: i64,
    criterion: String,
    score: i64,
    scored_by: i64,
    reviewed_score: Option<i64>,
    reviewed_by: Option<i64>,
}

pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/evaluations/{id}/items", post(score))
        .route("/evaluations/{id}/items/{item}/review", post(review))
}

/// A supplier's score under one criterion.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Score {
    supplier_id: i64,
    #[schema(min_length = 1, max_length = 100, example = "price")]
    criterion: String,
    #[schema(minimum = 0, maximum = 100, example = 80)]
    score: i64,
}

errcode_axum::codes!(ScoreErrors = [
    ..SignedIn,
    CommonError::{Invalid, Conflict},
    EvaluationError::{NotFound, Running, SupplierNotInProject},
    faults::{path, json},
]);

/// Scores a supplier
///
/// Adds an item to a session that is not started, once per supplier and criterion.
#[utoipa::path(
    post, path = "/evaluations/{id}/items", operation_id = "scoreSupplier", tag = "evaluations",
    params(("id" = i64, Path, description = "The session's id.")),
    request_body = Score,
    responses((status = 200, description = "The item.", body = Item), ScoreErrors)
)]
pub(crate) async fn score(
    State(service): State<Service>,
    account: Account,
    Path(id): Path<i64>,
    Json(body): Json<Score>,
) -> Result<Json<Item>> {
    let criterion = validation::text("/criterion", body.criterion, 100)?;
    let score = validation::number("/score", body.score, 0..=100)?;
    let supplier = body.supplier_id;
    let item = TRANSACTIONS.run(&service.database, async |mut transaction| {
        let evaluation = session::lock(&mut transaction, id).await?;
        evaluation.require_pending()?;
        let project = evaluation.project_id;
        let item: Option<Item> = sqlx::query_as(
            "INSERT INTO evaluation_items (evaluation_id, supplier_id, criterion, score, scored_by)
             SELECT $1, id, $3, $4, $5 FROM suppliers WHERE id = $2 AND project_id = $6
             RETURNING *",
        )
        .bind(id)
        .bind(supplier)
        .bind(&criterion)
        .bind(score)
        .bind(account.id)
        .bind(project)
        .fetch_optional(&mut **transaction)
        .await
        .on_unique(CRITERION, |cause| CommonError::taken("item", criterion.clone(), cause))?;
        Ok(item.ok_or(EvaluationError::SupplierNotInProject { supplier, project })?)
    });
    Ok(Json(item.await.context("scoring a supplier")?))
}

/// The reviewer's score.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Review {
    #[schema(minimum = 0, maximum = 100, example = 75)]
    score: i64,
}

errcode_axum::codes!(ReviewErrors = [
    ..SignedIn,
    CommonError::{Invalid, Conflict},
    EvaluationError::{NotFound, NotReady, ItemNotFound, ItemReviewed},
    faults::{path, json},
]);

/// Reviews an item
///
/// Each item is reviewed once, while the session runs. The review of the last item completes the session.
#[utoipa::path(
    post, path = "/evaluations/{id}/items/{item}/review", operation_id = "reviewItem", tag = "evaluations",
    params(("id" = i64, Path, description = "The session's id."), ("item" = i64, Path, description = "The item's id.")),
    request_body = Review,
    responses((status = 200, description = "The item.", body = Item), ReviewErrors)
)]
pub(crate) async fn review(
    State(service): State<Service>,
    account: Account,
    Path((id, item)): Path<(i64, i64)>,
    Json(review): Json<Review>,
) -> Result<Json<Item>> {
    let score = validation::number("/score", review.score, 0..=100)?;
    let reviewed = TRANSACTIONS.run(&service.database, async |mut transaction| {
        let evaluation = session::lock(&mut transaction, id).await?;
        require_unreviewed(&mut transaction, id, item).await?;
        evaluation.require_running()?;
        let reviewed = sqlx::query_as(
            "UPDATE evaluation_items SET reviewed_score = $2, reviewed_by = $3 WHERE id = $1
             RETURNING *",
        )
        .bind(item)
        .bind(score)
        .bind(account.id)
        .fetch_one(&mut **transaction)
        .await
        .or_fault("updating an item")?;
        if !has_unreviewed(&mut transaction, id).await? {
            session::set_status(&mut transaction, id, Status::Completed).await?;
        }
        Ok(reviewed)
    });
    Ok(Json(reviewed.await.context("reviewing an item")?))
}

/// Fails with E4005 if the session has no such item, and with E4006 if it is already reviewed.
async fn require_unreviewed(
    transaction: &mut Transaction<'_, Any>,
    evaluation: i64,
    item: i64,
) -> Result<(), Failure> {
    let found: Option<Item> =
        sqlx::query_as("SELECT * FROM evaluation_items WHERE id = $1 AND evaluation_id = $2")
            .bind(item)
            .bind(evaluation)
            .fetch_optional(&mut **transaction)
            .await
            .or_fault("finding an item")?;
    let found = found.ok_or(EvaluationError::ItemNotFound { evaluation, item })?;
    match found.reviewed_score {
        Some(_) => Err(EvaluationError::ItemReviewed { item }.into()),
        None => Ok(()),
    }
}

async fn has_unreviewed(
    transaction: &mut Transaction<'_, Any>,
    evaluation: i64,
) -> Result<bool, Failure> {
    let (unreviewed,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM evaluation_items WHERE evaluation_id = $1 AND reviewed_score IS NULL",
    )
    .bind(evaluation)
    .fetch_one(&mut **transaction)
    .await
    .or_fault("counting items to review")?;
    Ok(unreviewed > 0)
}

/// The session's items, in the order in which they were scored.
pub(crate) async fn list(service: &Service, evaluation: i64) -> Result<Vec<Item>> {
    let items =
        sqlx::query_as("SELECT * FROM evaluation_items WHERE evaluation_id = $1 ORDER BY id")
            .bind(evaluation)
            .fetch_all(&service.database)
            .await
            .or_fault("listing items")?;
    Ok(items)
}

impl FromRow<'_, AnyRow> for Item {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            evaluation_id: row.try_get("evaluation_id")?,
            supplier_id: row.try_get("supplier_id")?,
            criterion: row.try_get("criterion")?,
            score: row.try_get("score")?,
            scored_by: row.try_get("scored_by")?,
            reviewed_score: row.try_get("reviewed_score")?,
            reviewed_by: row.try_get("reviewed_by")?,
        })
    }
}
