use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = 1.5)]
    NotFound,
}

fn main() {}
