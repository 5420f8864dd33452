use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg = "no project {id")]
    NotFound { id: u64 },
}

fn main() {}
