use errcode_core::AppError;
use std::io;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error(transparent, code = "E1")]
    NotFound(#[sensitive] io::Error),
}

fn main() {}
