use errcode_core::AppError;

#[derive(Debug, AppError)]
enum First {
    #[error("one", code = "E1")]
    One,
}

#[derive(Debug, AppError)]
enum Second {
    #[error("two", code = "E2")]
    Two,
    #[error("three", code = "E1")]
    Three,
}

errcode_core::catalog! {
    static CATALOG = [First, Second];
}

fn main() {}
