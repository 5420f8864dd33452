use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("project {id:?}", code = "E1", public)]
    NotFound { id: u64 },
}

fn main() {}
