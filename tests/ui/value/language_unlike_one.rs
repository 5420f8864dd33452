use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg("zh_CN" = "a"))]
    NotFound,
}

fn main() {}
