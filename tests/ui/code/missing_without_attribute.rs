use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {

    NotFound,
}

fn main() {}
