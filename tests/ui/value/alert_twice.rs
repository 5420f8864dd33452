use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", alert(page, over = "20/1m", over = "30/1m"))]
    NotFound,
}

fn main() {}
