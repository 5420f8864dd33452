use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(afer = "2s"))]
    NotFound,
}

fn main() {}
