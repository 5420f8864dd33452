use errcode_core::AppError;

#[derive(Debug, thiserror::Error, AppError)]
#[app(extend, debug = "std")]
enum Error {
    #[error("token {token}")]
    #[app(code = "E1")]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
