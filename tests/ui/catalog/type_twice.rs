use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1")]
struct One;

errcode_core::catalog! {
    static CATALOG = [One, One];
}

fn main() {}
