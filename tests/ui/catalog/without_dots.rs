mod billing {
    #[derive(Debug, errcode_core::AppError)]
    #[error("unpaid", code = "B1", status = 402)]
    pub struct Unpaid;

    errcode_core::catalog! { pub static CATALOG = [Unpaid]; }
}

errcode_core::catalog! {
    static CATALOG = [billing::CATALOG, billing::Unpaid];
}

fn main() {}
