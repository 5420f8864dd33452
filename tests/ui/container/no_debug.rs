use errcode_core::AppError;

#[derive(AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

fn main() {}
