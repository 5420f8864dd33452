use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found")]
    #[app(code = "E1", extend)]
    NotFound,
}

fn main() {}
