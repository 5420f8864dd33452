use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound(#[from] io::Error, #[from] std::fmt::Error),
}

fn main() {}
