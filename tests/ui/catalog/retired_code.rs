use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", retired("E2" = "merged into E1"))]
struct One;

#[derive(Debug, AppError)]
#[error("two", code = "E2")]
struct Two;

errcode_core::catalog! {
    static CATALOG = [One, Two];
}

fn main() {}
