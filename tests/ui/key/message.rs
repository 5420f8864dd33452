use errcode_core::AppError;

const MESSAGE: &str = "not found";

#[derive(Debug, AppError)]
enum Error {
    #[error(message = "not found", code = "E1")]
    Key,
    #[error(MESSAGE, code = "E2")]
    Constant,
    #[error(format!("not found"), code = "E3")]
    Call,
    #[error(b"not found", code = "E4")]
    Bytes,
}

fn main() {}
