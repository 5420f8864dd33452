use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error("denied", code = "E1")]
    NotFound {
        #[sensitive(yes)]
        token: String,
    },
}

fn main() {}
