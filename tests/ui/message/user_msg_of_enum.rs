use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(user_msg = "no project {id}")]
enum Error {
    #[error("not found", code = "E1")]
    NotFound { id: u64 },
    #[error("gone", code = "E2")]
    Gone { number: u64 },
    #[error("locked", code = "E3")]
    Locked,
}

fn main() {}
