use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code = "E1", retryable(when = self.upstream >= 500))]
    Condition { upstream: u16 },
    #[error("{} {}", self.name, self.0.len(), code = "E2")]
    Argument { name: String },
    #[error("{}", (self.0).len(), code = "E3")]
    Tuple(String),
}

fn main() {}
