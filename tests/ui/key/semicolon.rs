use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("after the message"; code = "E1")]
    Message,
    #[error("after a key", code = "E2"; status = 404)]
    Key,
    #[error("{} after an argument", 1 + 1; code = "E3")]
    Argument,
    #[error("separate")]
    #[app(code = "E4"; status = 404)]
    Separate,
    #[error("in a list", code = "E5", tags("a"; "b"))]
    List,
    #[error("on a field", code = "E6")]
    Field {
        #[detail(skip; rename = "x")]
        a: u8,
    },
}

fn main() {}
