use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(code = "E1", codes = "snake_case")]
enum Error {
    #[error("one")]
    NotFound,
}

fn main() {}
