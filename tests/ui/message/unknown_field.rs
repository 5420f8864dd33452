use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {projct_id} not found", code = "E1")]
    NotFound { project_id: u64 },
}

fn main() {}
