use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", category = 4)]
    NotFound,
}

fn main() {}
