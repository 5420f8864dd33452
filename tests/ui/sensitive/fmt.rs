use errcode_core::AppError;

fn show(_: &str, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    Ok(())
}

#[derive(AppError)]
#[error(debug)]
enum Error {
    #[error(fmt = show, code = "E1")]
    NotFound {
        #[sensitive]
        token: String,
    },
}

fn main() {}
