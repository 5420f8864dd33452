use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error = "not found"]
    NotFound,
}

fn main() {}
