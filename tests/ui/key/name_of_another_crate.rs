use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", http_status = 404)]
    NotFound,
}

fn main() {}
