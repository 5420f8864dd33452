use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error("denied", code = "E1")]
    NotFound {
        #[sensitive]
        #[detail]
        token: String,
    },
}

fn main() {}
