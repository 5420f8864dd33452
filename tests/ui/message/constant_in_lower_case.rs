use errcode_core::AppError;

#[allow(non_upper_case_globals)]
const limit: u32 = 3;

#[derive(Debug, AppError)]
enum Error {
    #[error("{count} is over {limit}", code = "E1")]
    Over { count: u32 },
    #[error("{count} is over {limit}", limit = limit, code = "E2")]
    Passed { count: u32 },
}

fn main() {}
