use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("inner", code = "I1")]
struct Inner;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent, status = 404)]
    NotFound(Inner),
}

fn main() {}
