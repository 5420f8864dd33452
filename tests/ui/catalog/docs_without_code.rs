use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

const DOCS: &str = "https://errors.example.com/{cod}";

errcode_core::catalog! {
    static CATALOG = [One];
    docs = "https://errors.example.com/";
    languages = [];
}

errcode_core::catalog! {
    static MADE = [One];
    docs = DOCS;
    languages = ["en", concat!("E", "n")];
    service = 7;
}

fn main() {}
