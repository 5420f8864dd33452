use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("failed", code = "E1")]
struct Marked(#[source] String);

#[derive(Debug, AppError)]
#[error("failed", code = "E2")]
struct Named {
    source: Option<&'static str>,
}

#[derive(Debug, AppError)]
enum Converted {
    #[error("failed", code = "E3")]
    Number(#[from] u32),
    #[error("failed", code = "E4")]
    Boxed(#[source] Box<Vec<String>>),
    #[error(transparent, code = "E5")]
    Transparent(String),
}

fn main() {}
