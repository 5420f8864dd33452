use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg(english = "not found", zh_CN = "不存在"))]
    NotFound,
}

fn main() {}
