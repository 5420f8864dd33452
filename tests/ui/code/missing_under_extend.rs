use errcode_core::AppError;

#[derive(Debug, thiserror::Error, AppError)]
#[app(extend)]
enum Error {
    #[error("not found")]
    NotFound,
}

fn main() {}
