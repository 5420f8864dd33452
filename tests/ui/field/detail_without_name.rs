use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("user {0} of {1}", code = "E1", status = 404, public)]
    Public(u64, #[detail(rename = "tenant")] u64),
    #[error("gone", code = "E2", status = 410, user_msg = "{_0} is gone")]
    UserMessage(String),
    #[error("taken", code = "E3", status = 409)]
    Detail(#[detail] u64),
    #[error("{0} is left out", code = "E4", status = 404, public)]
    Skipped(#[detail(skip)] u64),
}

fn main() {}
