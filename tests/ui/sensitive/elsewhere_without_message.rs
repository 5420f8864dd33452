use errcode_core::AppError;
use std::{fmt, io};

fn show(token: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(token)
}

#[derive(thiserror::Error, AppError)]
#[app(extend, debug)]
enum Error {
    #[error(fmt = show)]
    #[app(code = "E1")]
    Denied {
        #[sensitive]
        token: String,
    },
    #[error(transparent)]
    #[app(code = "E2")]
    Wrapped(#[sensitive] io::Error),
}

fn show_both(token: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(token)
}

#[derive(thiserror::Error, AppError)]
#[error(fmt = show_both)]
#[app(extend, debug)]
enum Inherited {
    #[app(code = "E3")]
    Denied {
        #[sensitive]
        token: String,
    },
}

fn main() {}
