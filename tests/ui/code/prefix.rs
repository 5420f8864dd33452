use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(prefix = "E")]
enum Error {
    #[error("not found", code = "F1")]
    NotFound,
}

fn main() {}
