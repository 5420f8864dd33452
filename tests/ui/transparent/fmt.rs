use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent, fmt = show, code = "E1")]
    NotFound(io::Error),
}

fn main() {}
