use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", retry(after = "2s"))]
    NotFound,
}

fn main() {}
