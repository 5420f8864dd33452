use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[app(code = "E1", fmt = show)]
    NotFound,
}

fn main() {}
