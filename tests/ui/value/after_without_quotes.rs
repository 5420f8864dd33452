use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("number", code = "E1", retryable(after = 2))]
    Number { wait: u64 },
    #[error("number of a tuple", code = "E2", retryable(after = 2))]
    Tuple(u64),
    #[error("unit", code = "E3", retryable(after = 2s))]
    Unit,
    #[error("fraction", code = "E4", retryable(after = 2.5))]
    Fraction,
    #[error("negative", code = "E5", retryable(after = -2))]
    Negative,
    #[error("expression", code = "E6", retryable(after = Duration::from_secs(2)))]
    Expression,
    #[error("through self", code = "E7", retryable(after = self.wait))]
    This { wait: u64 },
    #[error("nothing", code = "E8", retryable(after))]
    Nothing,
    #[error("in parentheses", code = "E9", retryable(after("2s")))]
    Parentheses,
    #[error("alone", code = "E10", retryable("2s"))]
    Alone,
}

fn main() {}
