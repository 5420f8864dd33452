//! An evaluation session. It is pending until it is started, then running until its last item is reviewed (completed)
//! or it is cancelled. It never times out.

use crate::database::named;
use crate::errors::{CommonError, EvaluationError};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{Any, FromRow, Row, Transaction};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

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
