use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(after = wait))]
    NotFound { wait: String },
}

fn main() {}
