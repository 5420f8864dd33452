use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("one", code = "e1")]
    One,
    #[error("two", code = "E1")]
    NotFound,
}

fn main() {}
