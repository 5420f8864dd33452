use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(after = "2s", after = "3s"))]
    NotFound,
}

fn main() {}
