use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[app("not found", code = "E1")]
    NotFound,
}

fn main() {}
