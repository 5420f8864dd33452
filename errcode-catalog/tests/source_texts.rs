//! What the catalog takes from the source beside the attributes: doc comments of fields, and the message of the log.

#![allow(missing_docs)]

use errcode_catalog::{Audience, CatalogData, explain::explain};
use errcode_core::AppError;

#[derive(AppError)]
#[error(debug)]
#[expect(dead_code, reason = "the catalog describes them")]
enum AccountError {
    #[error("no account has the token {token}", code = "A1", status = 401, user_msg = "Sign in.")]
    Unknown {
        #[sensitive]
        token: String,
    },
    #[error("{0} of {limit:>5?} {{used}}", .used + 1, code = "A2", status = 429)]
    Limit {
        /// How many requests an account may send.
        ///
        /// Per minute.
        ///
        /// # Internal
        ///
        /// See the table `limits`.
        #[detail]
        limit: u32,
        /// Nobody sees this.
        used: u32,
    },
    #[error(
        "locked since {}",
        7,
        code = "A3",
        status = 423,
        log = "account {id} is locked by {who}"
    )]
    Locked {
        /// The account's id.
        #[detail(rename = "account")]
        id: u64,
        who: String,
    },
    #[error("{0} is not {1}", code = "A4", status = 422)]
    Pair(u8, u8),
    #[error(code = "A5", status = 404)]
    Plain,
}

errcode_core::catalog! { static CATALOG = [AccountError]; }

fn log(data: &CatalogData, code: &str) -> Option<String> {
    data.find(code).and_then(|entry| entry.source.as_ref()?.log.clone())
}

#[test]
fn the_message_of_the_log_is_as_it_is_written() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    for (code, written) in [
        ("A1", Some("no account has the token {token}")),
        ("A2", Some("{0} of {limit} {{used}}")),
        ("A3", Some("account {id} is locked by {who}")),
        ("A4", Some("{0} is not {1}")),
        ("A5", None),
        ("HTTP_404", None),
    ] {
        assert_eq!(log(&data, code).as_deref(), written, "{code}");
    }
}

#[test]
fn a_line_of_the_log_finds_its_code() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    for (line, code) in [
        (r#"{"level":"warn","msg":"no account has the token [redacted]","code":"?"}"#, "A1"),
        ("WARN charging: account 17 is locked by mei", "A3"),
        ("3 of     2 {used}", "A2"),
    ] {
        let found = explain(&data, line).found;
        assert_eq!(found.first().map(|found| found.entry.code.as_str()), Some(code), "{line}");
    }
    let text = explain(&data, "A1").to_text();
    assert!(text.contains("\n  log: no account has the token {token}\n"), "{text}");
    // Readers outside of the team do not get it.
    let public = CatalogData::of(&CATALOG, Audience::Public);
    assert!(explain(&public, "no account has the token x").found.is_empty());
}

#[test]
fn a_detail_has_the_doc_comment_of_its_field() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let docs = |code: &str| {
        let details = &data.find(code).expect("a code").details;
        details.iter().map(|it| (it.name.clone(), it.docs.clone())).collect::<Vec<_>>()
    };
    let limit = "How many requests an account may send.\n\nPer minute.";
    assert_eq!(docs("A2"), [("limit".to_owned(), Some(limit.to_owned()))]);
    assert_eq!(docs("A3"), [("account".to_owned(), Some("The account's id.".to_owned()))]);
    assert!(docs("A1").is_empty());
}
