use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("zeros", code = 007)]
    Zeros,
    #[error("hexadecimal", code = 0x10)]
    Hexadecimal,
    #[error("suffix", code = 1u8)]
    Suffix,
    #[error("separator", code = 1_000)]
    Separator,
}

fn main() {}
