//! Codes are here already, in part.

use errcode_core::AppError;
use thiserror as te;

#[derive(Debug, te::Error)]
pub enum BillError {
    #[error("the card was declined: permission denied by the bank")]
    Declined,
    #[error("{0} is no currency")]
    InvalidCurrency(String),
    #[error(transparent)]
    Native(#[from] Native),
    #[error(transparent)]
    Shared(#[from] SharedError),
}

#[derive(Debug, AppError)]
#[error("native", code = "N0001", status = 404)]
pub struct Native;

/// One code for all.
#[derive(Debug, te::Error, AppError)]
#[app(extend, code = "B0003", status = 400)]
pub enum SharedError {
    #[error("one")]
    One,
    #[error("two")]
    Two,
}

#[derive(Debug, te::Error, AppError)]
#[app(extend, codes = "snake_case", prefix = "bill_", status = 409)]
pub enum NamedError {
    #[error("late")]
    Late,
    #[error("lost")]
    Lost,
}

#[derive(Debug, te::Error, AppError)]
#[app(extend)]
#[app(status = 400)]
pub enum HalfError {
    #[error("done")]
    #[app(code = "B0007")]
    Done,
    #[error("not yet: timed out")]
    NotYet,
    #[error(transparent)]
    Shared(SharedError),
}
