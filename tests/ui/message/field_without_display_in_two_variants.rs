use errcode_core::AppError;

#[derive(Debug)]
struct Id;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {id} not found", code = "E1")]
    One { id: Id },
    #[error("project {number} not found", code = "E2")]
    NotFound { number: Id },
}

fn main() {}
