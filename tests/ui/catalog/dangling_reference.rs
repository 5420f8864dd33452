use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("hidden", code = "E2001", status = 500, public_as = "E2101")]
    Hidden,
    #[error("old", code = "E2002", status = 400, deprecated = "renamed", replaced_by = "E2003")]
    Old,
    #[error("unknown", code = "E2004", status = 400, replaced_by = "NOTHING")]
    Unknown,
    #[error("fault", code = "E2006", status = 500, public_as = "SERVER_ERROR")]
    Fault,
}

#[derive(Debug, AppError)]
#[error("twice hidden", code = "E2005", status = 500, public_as = "e2001")]
struct TwiceHidden;

errcode_core::catalog! { static CATALOG = [Error, TwiceHidden]; }

fn main() {}
