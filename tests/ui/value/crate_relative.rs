use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(code = "E1", crate = my::core)]
enum Error {
    #[error("not found")]
    NotFound,
}

fn main() {}
