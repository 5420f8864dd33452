use errcode_core::AppError;
use std::{error::Error, io};

#[derive(Debug, AppError)]
enum ParameterFirst<E: Error + 'static> {
    #[error("reading", code = "E1")]
    Read(#[from] E),
    #[error("writing", code = "E2")]
    Write(#[from] io::Error),
}

#[derive(Debug, AppError)]
enum ParameterSecond<E>
where
    E: Error + 'static,
{
    #[error("reading", code = "E1")]
    Read(#[from] io::Error),
    #[error("writing", code = "E2")]
    Write { #[from] cause: Option<E> },
}

#[derive(Debug, AppError)]
enum Two<A, B> {
    #[error("reading", code = "E1")]
    Read(#[from] A),
    #[error("writing", code = "E2")]
    Write(#[from] B),
}

fn main() {}
