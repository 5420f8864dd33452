use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("not found", status = 404)]
struct Error;

fn main() {}
