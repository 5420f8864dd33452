use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("reading", code = "E1")]
    Read(#[from] io::Error),
    #[error("writing", code = "E2")]
    Write(#[from] std::io::Error),
}

fn main() {}
