use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("a", code = "E1")]
struct Error;

errcode_core::catalog! { static CATALOG = ["Error", &Error, Error; 3]; }

fn main() {}
