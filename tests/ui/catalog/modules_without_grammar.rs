use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

errcode_core::catalog! {
    static CATALOG = [One];
    modules = { 1 = "common" };
}

errcode_core::catalog! {
    static OTHER = [One];
    grammar = "E{serial:1}";
    kinds = { 1 = "common" };
}

errcode_core::catalog! {
    static WIDE = [One];
    grammar = "E{module:1}";
    modules = { 1 = "common", 12 = "wide" };
}

fn main() {}
