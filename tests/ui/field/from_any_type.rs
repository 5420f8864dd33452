use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("failed", code = "E1")]
struct Failed<T>(#[from] T);

fn main() {}
