use errcode_core::{AppError, Failure};
use std::fmt::Debug;

#[derive(Debug, AppError)]
#[error("failed", code = "E1")]
struct Failed<T> {
    #[detail]
    value: T,
}

fn fail<T: Debug + Send + Sync + 'static>(value: T) -> Result<(), Failure> {
    Err(Failed { value })?
}

fn main() {}
