use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[detail(renmae = "number")]
        id: u64,
    },
}

fn main() {}
