use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent, code = "E1")]
    NotFound(io::Error, u64),
}

fn main() {}
