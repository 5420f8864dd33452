use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[source]
        cause: io::Error,
        #[from]
        other: std::fmt::Error,
    },
}

fn main() {}
