use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", headers("Retry After" = "1"))]
    NotFound,
}

fn main() {}
