use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("x", code = "E1", status = 404, help)]
struct NotFound;

fn main() {}
