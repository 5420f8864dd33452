use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("x", code = "E1", status = 404, title(zh = "a", ZH = "b"))]
struct NotFound;

fn main() {}
