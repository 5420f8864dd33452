use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    #[subject(pointer = "/name")]
    NotFound {
        #[subject(pointer)]
        pointer: String,
    },
}

fn main() {}
