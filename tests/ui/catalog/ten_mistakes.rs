use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

errcode_core::catalog! {
    pub static CATALOG = [One];
    docs = "https://errors.example.com/{cod}";
    service = "shop";
    servce = "shop";
    languages = ["en", "zh_CN", "English", "EN"];
    modules = { 1 = "common", 2 = "project", 1 = "other", 10 = "wide" };
    kinds = { 0 = "general" };
    grammar = "E{modul:1}{serial:1}";
    translations = { "fr" = "", "fr" = "" };
    service = "store";
    docs: "https://errors.example.com/{code}";
    runbook = "x";
}

fn main() {
    assert_eq!(CATALOG.service(), "shop");
}
