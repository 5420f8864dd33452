use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error(code = "E1", stauts = 404)]
    NotFound,
}

fn main() {}
