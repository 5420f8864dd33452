use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{}", code = "E1", status)]
    NotFound{ status: u16 },
}

fn main() {}
