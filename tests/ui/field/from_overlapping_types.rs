use errcode_core::AppError;
use std::{error::Error, io};

#[derive(Debug, AppError)]
enum Failed<E: Error + Send + 'static> {
    #[error("reading", code = "E1")]
    Read(#[from] E),
    #[error("writing", code = "E2")]
    Write(#[from] io::Error),
}

fn main() {}
