use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(retired("E 2" = "gone"))]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

fn main() {}
