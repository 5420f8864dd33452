use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(inherit))]
    NotFound(#[source] io::Error),
}

fn main() {}
