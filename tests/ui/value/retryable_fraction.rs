use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(after = "1.5s"))]
    NotFound,
}

fn main() {}
