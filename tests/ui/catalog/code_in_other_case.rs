use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "e1")]
struct One;

#[derive(Debug, AppError)]
#[error("two", code = "E1")]
struct Two;

errcode_core::catalog! {
    static CATALOG = [One, Two];
}

fn main() {}
