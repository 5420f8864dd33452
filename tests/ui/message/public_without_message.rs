use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error(code = "E1", public)]
    NotFound,
}

fn main() {}
