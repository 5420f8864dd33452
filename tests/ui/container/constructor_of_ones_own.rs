use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(constructors)]
enum Error {
    #[error("a", code = "E1")]
    NotFound,
}

impl Error {
    fn not_found() -> Self {
        Self::NotFound
    }
}

fn main() {}
