use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[location]
        place: String,
    },
}

fn main() {}
