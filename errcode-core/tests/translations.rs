//! Languages that come in files.

use errcode_core::{
    AppError, Listing,
    wire::{Envelope, ErrorView, Ids, render},
};

#[derive(Debug, AppError)]
enum ProjectError {
    #[error(
        "x",
        code = "E2001",
        status = 404,
        user_msg(zh = "项目 {id} 不存在", en = "no project {id}")
    )]
    NotFound { id: u64, secret: String },
    #[error("x", code = "E2002", status = 409, user_msg = "编号 {number} 已存在")]
    Taken {
        #[detail(skip)]
        number: String,
    },
    #[error("x", code = "E2003", status = 500)]
    Silent,
}

errcode_core::catalog! {
    static GOOD = [ProjectError];
    languages = ["zh", "en"];
    translations = { "fr" = "# projets\nE2001 = projet {id} introuvable {{sic}} \"ici\"\n\n e2002=numéro {number} pris\n", "en" = "E2002 = number {number} is taken\n" };
}

errcode_core::catalog! {
    static BAD = [ProjectError];
    languages = ["zh"];
    translations = { "fr" = "E2001 = {secret}\nE2001 = {id\nE9999 = x\nno line\nE2001 = ok\nE2001 = twice" };
}

fn message(error: ProjectError, language: &str) -> (String, Option<String>) {
    let public = GOOD.public(&error.into());
    let view = ErrorView::new(&public, Some(&GOOD), Ids::default()).in_language(language);
    (view.message(), view.language().map(str::to_owned))
}

#[test]
fn a_file_adds_a_language() {
    let not_found = || ProjectError::NotFound { id: 17, secret: "s".into() };
    assert_eq!(
        message(not_found(), "fr"),
        ("projet 17 introuvable {sic} \"ici\"".into(), Some("fr".into()))
    );
    assert_eq!(message(not_found(), "en").0, "no project 17");
    assert_eq!(message(ProjectError::Taken { number: "7".into() }, "en").0, "number 7 is taken");
    assert_eq!(
        message(ProjectError::Taken { number: "7".into() }, "de"),
        ("编号 7 已存在".into(), Some("zh".into()))
    );
    let public = GOOD.public(&not_found().into());
    let view = ErrorView::new(&public, Some(&GOOD), Ids::default()).in_language("fr");
    let body = String::from_utf8(render(&Envelope, &view)).expect("UTF-8");
    assert!(body.contains(r#""message":"projet 17 introuvable {sic} \"ici\"""#), "{body}");
    assert_eq!(message(ProjectError::Silent, "fr").1.as_deref(), Some("en"), "a category's text");
}

#[test]
fn the_catalog_offers_and_lists_it() {
    assert_eq!(GOOD.negotiate_language("fr-CA, en;q=0.5"), Some("fr"));
    let mut json = Vec::new();
    GOOD.write_json(Listing::in_language(Some("fr")), &mut json);
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json["errors"][0]["message"], "projet {id} introuvable {{sic}} \"ici\"");
}

#[test]
fn a_complete_file_passes() {
    assert_eq!(GOOD.check_translations(), Ok(()));
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let found = BAD.check_translations().unwrap_err();
    assert_eq!(
        found.mistakes(),
        [
            "fr:1: `{secret}` is not a field of `E2001` that clients may see",
            "fr:2: unmatched brace; write a brace as `{{` or `}}`",
            "fr:3: the catalog has no code `E9999`",
            "fr:4: expected `CODE = text`",
            "fr:6: duplicate text of the code",
            "fr: no text for `E2002`",
        ]
    );
}
