use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(inherit))]
    NotFound { id: u64 },
}

fn main() {}
