use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(retired("E2" = "merged into E1", "e2" = "no longer used"))]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

fn main() {}
