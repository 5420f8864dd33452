use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("failed", code = "E1", owner = "team".into())]
struct Failed;

fn main() {}
