use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(code = "E1", user_msg = "no {id}")]
enum Error {
    #[error("one")]
    NotFound { id: u64 },
}

fn main() {}
