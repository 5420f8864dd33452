use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code = "E1", user-msg = "dash")]
    Dash,
    #[error("b", code = "E2", publicAs = "E1")]
    Camel,
    #[error("c", code = "E3", http::status = 404)]
    Path,
    #[error("d", code = "E4", log.level = warn)]
    Dot,
    #[error("e")]
    #[app(code = "E5", user-msg = "dash")]
    Separate,
}

fn main() {}
