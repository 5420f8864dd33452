use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error("denied {}", .token.len(), code = "E1")]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
