use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("one", code = "E1")]
    One(#[from] io::Error),
    #[error("two", code = "E2")]
    NotFound(#[from] io::Error),
}

fn main() {}
