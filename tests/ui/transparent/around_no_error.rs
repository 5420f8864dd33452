use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent, code = "E1")]
    NotFound(String),
}

fn main() {}
