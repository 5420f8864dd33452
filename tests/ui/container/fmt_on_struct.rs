use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(fmt = show, code = "E1")]
struct Error;

fn main() {}
