use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[source]
        first: io::Error,
        #[source]
        second: io::Error,
    },
}

fn main() {}
