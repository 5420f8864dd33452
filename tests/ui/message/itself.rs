use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{self}", code = "E1")]
    NotFound,
}

fn main() {}
