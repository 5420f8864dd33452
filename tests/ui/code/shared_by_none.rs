use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(code = "E1")]
enum Error {
    #[error("one", code = "E2")]
    NotFound,
}

fn main() {}
