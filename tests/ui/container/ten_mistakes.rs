use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(catagory = business, prefix = "E")]
enum Error {
    #[error("project {di} not found", code = "E1", status = 200)]
    NotFound { id: u64 },
    #[error("gone", code = "E1", retryable(after = "2"))]
    Gone,
    #[error("locked", level = loud)]
    Locked,
    #[error("denied", code = "F4", user_msg = "token {token}")]
    Denied {
        #[sensitive]
        token: String,
    },
    #[error(transparent, status = 500)]
    Inner(std::io::Error),
}

fn used(error: Error) -> Box<dyn errcode_core::Coded> {
    println!("{error} {error:?}");
    Box::new(error)
}

fn main() {}
