use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error(code = "E1", fmt = 1 + 1)]
    NotFound,
}

fn main() {}
