use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a" + "b", code = "E1")]
    Sum,
    #[error("a".to_owned(), code = "E2")]
    Call,
    #[error(concat!("a", "b"), code = "E3")]
    Macro,
}

fn main() {}
