use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error("token {token}", code = "E1", public)]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
