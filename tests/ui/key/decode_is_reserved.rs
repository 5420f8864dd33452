use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(decode)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

fn main() {}
