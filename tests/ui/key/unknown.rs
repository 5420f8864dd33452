use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", statsu = 404)]
    NotFound,
}

fn main() {}
