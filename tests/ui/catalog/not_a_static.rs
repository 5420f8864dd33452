use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

errcode_core::catalog! {
    pub const CONST: errcode_core::Catalog = [One];
}

errcode_core::catalog! {
    static mut MUTABLE = [One];
}

errcode_core::catalog! {
    pub NAMELESS = [One];
}

errcode_core::catalog! {
    pub static CATALOG = One;
}

fn main() {
    let _ = (&CONST, &NAMELESS);
}
