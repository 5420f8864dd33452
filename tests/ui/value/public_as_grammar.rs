use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", public_as = "E/1")]
    NotFound,
}

fn main() {}
