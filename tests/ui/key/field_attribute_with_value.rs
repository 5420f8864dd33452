use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("failed", code = "E1", debug = "std")]
struct Failed {
    #[sensitive(true)]
    a: u8,
    #[violations(b)]
    b: u8,
    #[detail = "c"]
    c: u8,
    #[detail("d")]
    d: u8,
}

fn main() {}
