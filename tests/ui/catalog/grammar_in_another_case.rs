use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "e2001", status = 404)]
struct One;

errcode_core::catalog! {
    static CATALOG = [One];
    grammar = "E{module:1}{serial:3}";
}

fn main() {}
