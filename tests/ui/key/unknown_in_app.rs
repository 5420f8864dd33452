use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found")]
    #[app(code = "E1", lvl = warn)]
    NotFound,
}

fn main() {}
