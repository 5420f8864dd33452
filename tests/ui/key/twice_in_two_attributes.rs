use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found")]
    #[app(code = "E1", status = 404)]
    #[app(level = warn, status = 405)]
    NotFound,
}

fn main() {}
