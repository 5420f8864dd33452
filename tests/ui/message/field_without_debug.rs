use errcode_core::AppError;

struct Id;

impl std::fmt::Debug for Error {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

#[derive(AppError)]
enum Error {
    #[error("project {id:?} not found", code = "E1")]
    NotFound { id: Id },
}

fn main() {}
