use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("[{shown:>width$}]", code = "E1", status = 400)]
struct Error {
    shown: String,
    width: u8,
}

fn main() {}
