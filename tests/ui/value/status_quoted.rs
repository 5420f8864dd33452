use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", status = "404")]
    NotFound,
}

fn main() {}
