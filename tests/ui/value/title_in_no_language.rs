use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("x", code = "E1", status = 404, title())]
struct NotFound;

fn main() {}
