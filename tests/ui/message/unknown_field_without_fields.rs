use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {id} not found", code = "E1")]
    NotFound,
}

fn main() {}
