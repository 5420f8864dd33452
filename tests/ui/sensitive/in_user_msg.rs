use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error("denied", code = "E1", user_msg = "token {token}")]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
