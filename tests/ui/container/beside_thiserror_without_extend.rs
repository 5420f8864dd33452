use errcode_core::AppError;

#[derive(Debug, thiserror::Error, AppError)]
enum Error {
    #[error("not found")]
    #[app(code = "E1")]
    NotFound,
    #[error("reading")]
    #[app(code = "E2")]
    Read(#[from] std::io::Error),
}

#[derive(AppError, Debug, thiserror::Error)]
#[error("failed")]
#[app(code = "E3")]
struct Failed;

fn main() {}
