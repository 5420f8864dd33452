use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{}", .projct.len(), code = "E1")]
    NotFound { project: String },
}

fn main() {}
