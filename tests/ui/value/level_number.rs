use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", level = 3)]
    NotFound,
}

fn main() {}
