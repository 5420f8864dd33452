use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code = "E1", public("not found"))]
    Public,
    #[error("b", code = "E2", internal(true))]
    Internal,
}

fn main() {}
