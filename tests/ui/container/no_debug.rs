use errcode_core::AppError;

#[derive(AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound,
}

#[derive(AppError)]
#[error("no token", code = "E3", status = 401)]
struct NoToken;

fn main() {}
