use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

errcode_core::catalog! {
    static CATALOG = [One]
    service = "shop"
    docs = "https://errors.example.com/{code}",
    languages = ["en"],
}

errcode_core::catalog! {
    static LAST = [One];
    service = "shop"
}

errcode_core::catalog! {
    static LIST = [One; Two Three];
}

#[derive(Debug, AppError)]
#[error("two", code = "E2", status = 400)]
struct Two;

#[derive(Debug, AppError)]
#[error("three", code = "E3", status = 400)]
struct Three;

fn main() {}
