use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code == "E1")]
    Code,
    #[error("b", code = "E2", status == 404)]
    Status,
    #[error("c")]
    #[app(code == "E3")]
    Separate,
}

fn main() {}
