use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(code = "E1")]
enum Error {
    #[error("one")]
    NotFound {
        #[detail]
        id: u64,
    },
}

fn main() {}
