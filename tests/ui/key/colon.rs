use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("inline", code: "E1", status: 404)]
    Inline,
    #[error(code: "E2")]
    WithoutMessage,
    #[error("separate")]
    #[app(code: "E3", internal: true)]
    Separate,
    #[error("an arrow", code => "E4")]
    Arrow,
    #[error("in a list", code = "E5", headers("A": "b"), alert(over: "20/1m"))]
    List,
    #[error("on a field", code = "E6")]
    Field {
        #[detail(rename: "x")]
        a: u8,
        #[subject(pointer: "/a")]
        b: u8,
    },
}

fn main() {}
