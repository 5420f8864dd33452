use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(retired("E9" = "merged into E3"))]
enum Error {
    #[error("not found", code = "E9")]
    NotFound,
}

fn main() {}
