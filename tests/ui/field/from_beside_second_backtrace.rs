use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("not found", code = "E1")]
struct Error(
    #[from]
    #[backtrace]
    std::io::Error,
    std::backtrace::Backtrace,
);

fn main() {}
