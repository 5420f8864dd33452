use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", transparent, code = "E1")]
    NotFound(io::Error),
}

fn main() {}
