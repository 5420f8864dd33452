use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {id:x} not found", code = "E1")]
    NotFound { id: String },
}

fn main() {}
