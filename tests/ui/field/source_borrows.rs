use errcode_core::AppError;

#[derive(Debug)]
struct Inner<'a>(&'a str);

#[derive(Debug, AppError)]
enum Error<'a> {
    #[error("not found", code = "E1")]
    NotFound(#[source] Inner<'a>),
}

fn main() {}
