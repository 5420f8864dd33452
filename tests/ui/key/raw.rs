use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", r#code = "E1")]
    Message,
    #[error(r#code = "E2", "b")]
    Before,
}

fn main() {}
