use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(codes = "snake")]
enum Error {
    #[error("not found")]
    NotFound,
}

fn main() {}
