use errcode_core::{AppError, Failure};

#[derive(Debug, AppError)]
#[error("failed", code = "E1")]
struct Failed<T>(#[source] T);

fn fail() -> Result<(), Failure> {
    Err(Failed(1))?
}

fn main() {}
