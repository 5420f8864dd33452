use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("not found", code = "E1", predicates)]
struct Error;

fn main() {}
