use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent)]
    NotFound(io::Error),
}

fn main() {}
