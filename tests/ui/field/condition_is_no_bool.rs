use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retryable(when = *.upstream))]
    NotFound { upstream: u16 },
}

fn main() {}
