use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(retryable(when = *.upstream >= 500))]
enum Error {
    #[error("a", code = "E1", retryable(when = *.upstrem >= 500))]
    Misspelled { upstream: u16 },
    #[error("b", code = "E2")]
    Inherited,
    #[error("{}", .nane, code = "E3", retryable = false)]
    Argument { name: String },
}

fn main() {}
