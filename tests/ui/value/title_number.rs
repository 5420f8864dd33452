use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", title = 4)]
    NotFound,
}

fn main() {}
