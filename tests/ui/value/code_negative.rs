use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("code", code = -1)]
    Code,
    #[error("other codes", code = "E2", replaced_by = -2, public_as = -3)]
    Others,
}

fn main() {}
