use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent)]
    NotFound,
}

fn main() {}
