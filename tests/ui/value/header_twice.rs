use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(
    "slow",
    code = "E1",
    status = 503,
    headers("X-Left" = "0", "x-left" = "1", "Set-Cookie" = "a=", "Set-Cookie" = "b=")
)]
struct Slow {
    #[header("X-LEFT")]
    left: u64,
}

fn main() {}
