use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("denied", code = "E1")]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
