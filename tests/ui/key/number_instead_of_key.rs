use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error(404, code = "E1")]
    NotFound,
}

fn main() {}
