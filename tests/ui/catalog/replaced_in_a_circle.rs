use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", deprecated = "old", replaced_by = "E2")]
struct One;

#[derive(Debug, AppError)]
#[error("two", code = "E2", deprecated = "old", replaced_by = "E3")]
struct Two;

#[derive(Debug, AppError)]
#[error("three", code = "E3", alias = "E30", deprecated = "old", replaced_by = "E1")]
struct Three;

#[derive(Debug, AppError)]
#[error("four", code = "E4", deprecated = "old", replaced_by = "E30")]
struct Four;

errcode_core::catalog! { static CATALOG = [One, Two, Three, Four]; }

fn main() {}
