use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("one", code = 1)]
    One,
    #[error("two", code = "1")]
    NotFound,
}

fn main() {}
