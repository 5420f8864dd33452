use errcode_core::AppError;
use std::{io, panic::Location};

#[derive(Debug, AppError)]
enum Tuple {
    #[error("reading", code = "E1")]
    Read(#[from] io::Error),
    #[error("writing", code = "E2")]
    Write(#[from] io::Error),
}

#[derive(Debug, AppError)]
enum Named {
    #[error("reading", code = "E1")]
    Read {
        #[from]
        cause: io::Error,
    },
    #[error("writing", code = "E2")]
    Write {
        #[from]
        cause: Option<io::Error>,
        location: &'static Location<'static>,
    },
}

fn main() {}
