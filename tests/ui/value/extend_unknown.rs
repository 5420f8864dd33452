use errcode_core::AppError;

#[derive(Debug, AppError)]
#[app(extend(dispaly))]
enum Error {
    #[error("not found")]
    #[app(code = "E1")]
    NotFound,
}

fn main() {}
