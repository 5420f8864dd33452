use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[detail]
        id: u64,
        #[detail(rename = "id")]
        number: u64,
    },
}

fn main() {}
