use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(code = "E1")]
enum Error {
    #[error("one", status = 404)]
    One,
    #[error("two")]
    NotFound,
}

fn main() {}
