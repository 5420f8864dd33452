use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", retired("E2" = "merged into E1"))]
struct One;

#[derive(Debug, AppError)]
#[error("three", code = "E3", deprecated = "old", replaced_by = "e2")]
struct Three;

errcode_core::catalog! { static CATALOG = [One, Three]; }

fn main() {}
