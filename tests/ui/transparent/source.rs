use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent, code = "E1")]
    NotFound(#[source] io::Error),
}

fn main() {}
