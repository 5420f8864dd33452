use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(module = 2)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

fn main() {}
