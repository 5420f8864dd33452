use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(status = 404, code = "E1")]
#[app(level = warn)]
struct Struct;

#[derive(Debug, AppError)]
enum Error {
    #[error(transparent, code = "E2")]
    #[app(level = warn)]
    Forgotten(std::io::Error),
    #[error(transparent, 1 + 1)]
    #[app(code = "E3")]
    Argument(std::io::Error),
    #[error("no code")]
    #[app(status = 404)]
    NoCode,
}

fn main() {}
