use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{}", 1, 2, code = "E1")]
    Surplus,
    #[error("{} {}", 1, code = "E2")]
    Missing,
    #[error("not found", "E3", 404)]
    Positional,
    #[error("{a}", code = "E4", a = 1, b = 2)]
    Named,
}

fn main() {}
