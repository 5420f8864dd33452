use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {2} not found", code = "E1")]
    NotFound(u64, u64),
}

fn main() {}
