use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg(en = "not found", zh = ""))]
    NotFound,
}

fn main() {}
