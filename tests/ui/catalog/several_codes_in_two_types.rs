use errcode_core::AppError;

mod a {
    #[derive(Debug, errcode_core::AppError)]
    pub enum A {
        #[error("one", code = "E1", status = 400)]
        A,
        #[error("two", code = "E2", status = 400)]
        Two,
        #[error("three", code = "E3", alias = "OLD", status = 400)]
        Three,
    }
}

#[derive(Debug, AppError)]
enum Second {
    #[error("one", code = "E1", status = 400)]
    One,
    #[error("two", code = "e2", status = 400)]
    Two,
    #[error("old", code = "OLD", status = 400)]
    Old,
}

#[derive(Debug, AppError)]
#[error("struct", code = "E3", status = 400)]
struct A;

errcode_core::catalog! {
    static CATALOG = [a::A, Second, A];
    service = "shop";
    grammar = "E{serial:1}";
}

fn main() {}
