use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{id:>width} not found", code = "E1", statuss = 404)]
    NotFound { id: u64 },
    #[error("{id not found", id = .id, code = "E2", statuss = 404)]
    Gone { id: u64 },
    #[error("taken}", code = "E3")]
    Taken,
}

fn main() {}
