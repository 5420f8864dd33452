use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", sttus = 404)]
struct One;

#[derive(Debug, AppError)]
enum Several {
    #[error("two", code = "E2", deprecated = "old", replaced_by = "E1")]
    Two,
    #[error("three", code = "E3", public_as = "E1")]
    Three,
}

#[derive(Debug, AppError)]
enum Mistaken {
    #[error("four {nane}", code = "E4")]
    Four { name: String },
}

errcode_core::catalog! { static CATALOG = [One, Several, Mistaken]; }

fn main() {}
