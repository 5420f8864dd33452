use errcode_core::AppError;

const CODE: &str = "E1";

#[derive(Debug, AppError)]
enum Error {
    #[error("constant", code = CODE)]
    Constant,
    #[error("macro", code = concat!("E", "2"))]
    Macro,
    #[error("character", code = 'E')]
    Character,
    #[error("in parentheses", code("E4"))]
    Parentheses,
}

fn main() {}
