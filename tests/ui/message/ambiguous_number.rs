use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {0} not found, {}", 1 + 1, code = "E1")]
    NotFound(u64),
}

fn main() {}
