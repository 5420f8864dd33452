use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(runbook = "https://run/{code")]
enum Error {
    #[error("one", code = "E1", runbook = "https://run/{cod}")]
    One,
    #[error("two", code = "E2", runbook = "https://run/{code}#{variant}")]
    Two,
    #[error("three", code = "E3", runbook = "https://run/{code}")]
    Three,
}

fn main() {}
