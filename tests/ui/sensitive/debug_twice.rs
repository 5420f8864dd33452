use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(debug)]
enum Error {
    #[error("denied", code = "E1")]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
