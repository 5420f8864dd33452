use errcode_core::AppError;

#[derive(Debug)]
struct Id;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {id} not found", code = "E1")]
    NotFound { id: Id },
}

fn main() {}
