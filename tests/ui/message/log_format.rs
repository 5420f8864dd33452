use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", log = "shard {shard:?}")]
    NotFound { shard: u64 },
}

fn main() {}
