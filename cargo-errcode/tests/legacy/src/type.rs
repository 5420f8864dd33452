//! A module whose name is a keyword.
use crate::outer::deep::*;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ParseIntError {
    #[error("empty")]
    Empty,
    #[error("invalid digit")]
    Digit,
    #[error(transparent)]
    Deep(#[from] DeepError),
    #[error(transparent)]
    Std(std::num::ParseIntError),
}

type Alias = DeepError;

#[derive(Debug, Error)]
pub enum AliasError {
    #[error(transparent)]
    Alias(#[from] Alias),
    #[error(transparent)]
    Generic(crate::storage::Wrapped<std::io::Error, 3>),
}
