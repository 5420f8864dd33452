use errcode_core::AppError;

#[derive(Debug)]
struct Id;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[detail]
        id: Id,
    },
}

fn main() {}
