use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code = "E1", status = )]
    Last,
    #[error("b", code = , status = 404)]
    Between,
    #[error("c")]
    #[app(code = "E3", level = )]
    Separate,
}

fn main() {}
