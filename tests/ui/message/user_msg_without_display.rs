use errcode_core::AppError;

#[derive(Debug)]
struct Id;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg = "no project {id}")]
    NotFound { id: Id },
}

fn main() {}
