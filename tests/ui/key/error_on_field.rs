use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[error("missing")]
        id: u64,
    },
}

fn main() {}
