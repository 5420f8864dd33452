//! What the service answers when it cannot do what it was asked for.

use crate::{auth::AuthError, store::StoreError};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use thiserror::Error;
use validator::ValidationErrors;

pub type Result<T, E = ApiError> = std::result::Result<T, E>;

#[derive(Debug, Error)]
pub enum ApiError {
    #[error("there is no book {0}")]
    NoBook(i64),
    #[error("book {book} is on loan to {reader}")]
    OnLoan { book: i64, reader: String },
    #[error("fines of {0} cents are open")]
    Fines(i64),
    #[error("this shelf is closed for stocktaking")]
    Stocktaking,
    #[error("the input is invalid: {0}")]
    Invalid(#[from] ValidationErrors),
    #[error("not authorized: {0}")]
    Auth(#[from] AuthError),
    #[error("the database failed")]
    Store(#[from] StoreError),
    #[error("something went wrong")]
    Other(#[from] anyhow::Error),
}

impl ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoBook(_) => StatusCode::NOT_FOUND,
            Self::OnLoan { .. } => StatusCode::CONFLICT,
            Self::Fines(_) => StatusCode::PAYMENT_REQUIRED,
            Self::Stocktaking => StatusCode::LOCKED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Auth(AuthError::NotAllowed { .. }) => StatusCode::FORBIDDEN,
            Self::Auth(_) => StatusCode::UNAUTHORIZED,
            Self::Store(error) => error.status_code(),
            Self::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status_code();
        if status.is_server_error() {
            eprintln!("{:?}", anyhow::Error::from(self));
            return (status, Json(json!({ "error": "internal error" }))).into_response();
        }
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}
