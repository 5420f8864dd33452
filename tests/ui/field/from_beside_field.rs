use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[from]
        cause: io::Error,
        id: u64,
    },
}

fn main() {}
