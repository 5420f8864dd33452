use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(debug = "none")]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

fn main() {}
