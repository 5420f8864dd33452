use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{id}", code = "E1")]
    Twice {
        #[detail(rename = "number", rename = "id")]
        id: u64,
    },
    #[error("{id}", code = "E2")]
    Empty {
        #[detail(rename = "")]
        id: u64,
    },
}

fn main() {}
