use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", status = 404)]
    NotFound,
}

fn main() {}
