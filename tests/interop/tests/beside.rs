//! `#[app(extend)]` with the derives of other crates: `Display`, `Error` and `From` come from them, the rest
//! from errcode.

use errcode_core::{AppError, Coded};
use miette::Diagnostic;
use snafu::{ResultExt as _, Snafu};

#[derive(Debug, Snafu, AppError)]
#[app(extend)]
enum ReadError {
    #[snafu(display("cannot read {name}"))]
    #[app(code = "R1", status = 404, user_msg = "no file {name}")]
    Missing { name: String, source: std::io::Error },
}

#[derive(Debug, thiserror::Error, Diagnostic, AppError)]
#[app(extend)]
enum ParseError {
    #[error("line {line} is wrong")]
    #[diagnostic(code(parse::line), help("mend line {line}"))]
    #[app(code = "P1", status = 422, user_msg = "line {line}")]
    Line { line: u32 },
}

#[test]
fn snafu() {
    let error = Err::<(), _>(std::io::Error::other("gone"))
        .context(MissingSnafu { name: "a.txt" })
        .unwrap_err();
    assert_eq!(
        (error.to_string(), error.user_message()),
        ("cannot read a.txt".into(), "no file a.txt".into())
    );
    assert_eq!((error.spec().code().as_str(), error.spec().status()), ("R1", 404));
    assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("gone"));
}

#[test]
fn miette() {
    let error = ParseError::Line { line: 7 };
    assert_eq!(
        (error.to_string(), error.user_message()),
        ("line 7 is wrong".into(), "line 7".into())
    );
    // Both traits are in scope, and neither's methods hide the other's.
    assert_eq!(error.code().map(|code| code.to_string()).as_deref(), Some("parse::line"));
    assert_eq!(error.help().map(|help| help.to_string()).as_deref(), Some("mend line 7"));
    assert_eq!(error.spec().code(), "P1");
}
