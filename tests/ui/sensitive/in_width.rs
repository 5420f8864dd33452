use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error("[{shown:>pin$}]", code = "E1", status = 400)]
    Width {
        shown: String,
        #[sensitive]
        pin: usize,
    },
    #[error("[{1:.0$}]", code = "E2", status = 400)]
    Precision(#[sensitive] usize, String),
}

fn main() {}
