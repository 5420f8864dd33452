use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("[{shown:>wdth$}]", code = "E1", status = 400)]
    Width { shown: String, width: usize },
    #[error("[{0:>5$}]", code = "E2", status = 400)]
    Number(String, usize),
    #[error("[{0:.*}]", code = "E3", status = 400)]
    Star(f64, usize),
}

fn main() {}
