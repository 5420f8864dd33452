use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(codes = "snake_case")]
#[allow(non_camel_case_types)]
enum Error {
    #[error("one")]
    Not_Found,
    #[error("two")]
    NotFound,
}

fn main() {}
