use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {id:zz} not found", code = "E1")]
    NotFound { id: u64 },
}

fn main() {}
