use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("one", code = "E1")]
    One,
    #[error("two", code = "E2", alias = "E1")]
    NotFound,
}

fn main() {}
