use errcode_core::AppError;

#[derive(AppError)]
#[error("not found", code = "E1")]
union Error {
    id: u64,
    number: u32,
}

fn main() {}
