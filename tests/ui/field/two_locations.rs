use errcode_core::AppError;
use std::panic::Location;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1")]
    NotFound {
        #[location]
        made: &'static Location<'static>,
        #[location]
        seen: Option<&'static Location<'static>>,
    },
}

fn main() {}
