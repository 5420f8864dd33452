use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(after = waits))]
    NotFound { wait: u64 },
}

fn main() {}
