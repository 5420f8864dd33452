use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", alias("OLD 1"))]
    NotFound,
}

fn main() {}
