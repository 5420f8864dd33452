use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg("zh_CN" = "a"))]
    NotFound,
    #[error("gone", code = "E2", user_msg(English = "a"))]
    Gone,
}

fn main() {}
