use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("not found", codes = "snake_case")]
struct Error;

fn main() {}
