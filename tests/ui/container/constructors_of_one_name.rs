use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(constructors)]
enum Error {
    #[error("a", code = "E1")]
    NotFound,
    #[error("b", code = "E2")]
    Not_Found(u8),
}

#[derive(Debug, AppError)]
#[error(predicates)]
enum Asked {
    #[error("a", code = "E3")]
    IO,
    #[error("b", code = "E4")]
    Io,
}

fn main() {}
