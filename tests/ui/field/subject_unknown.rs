use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[subject(ponter)]
        pointer: String,
    },
}

fn main() {}
