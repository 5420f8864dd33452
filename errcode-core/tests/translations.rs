//! Languages that come in files.

use errcode_core::{
    AppError, Failure, FrameworkFault, Listing, TextKind,
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
    translations = {
        "fr" = "# projets\nE2001 = projet {id} introuvable {{sic}} \"ici\"\n\n e2002=numéro {number} pris\n\
                E2001.title = Projet introuvable\nE2001.help = Vérifiez le numéro.\n\
                E2001.explanation = Le projet {id} n'existe pas.\n",
        "en" = "E2002 = number {number} is taken\n"
    };
}

errcode_core::catalog! {
    static BAD = [ProjectError];
    languages = ["zh"];
    translations = {
        "fr" = "E2001 = {secret}\nE2001 = {id\nE9999 = x\nno line\nE2001 = ok\nE2001 = twice\n\
                E2001.name = x\nE9999.title = x\nE2001.title = a\nE2001.title = b"
    };
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
    assert_eq!(json["errors"][0]["title"], "Projet introuvable");
    assert_eq!(json["errors"][0]["help"], "Vérifiez le numéro.");
    assert_eq!(json["errors"][0]["explanation"], "Le projet {id} n'existe pas.");
    assert_eq!(json["errors"][1]["title"], "taken", "a title without a translation");
}

#[derive(Debug, AppError)]
#[error("x", code = "E3001", status = 409, user_msg(en = "taken"))]
struct OnlyEnglish;

errcode_core::catalog! {
    static DEFAULT_IN_A_FILE = [OnlyEnglish];
    languages = ["zh", "en"];
    translations = { "zh" = "E3001 = 已存在" };
}

/// A reader of a third language gets the same text from the answer and from the catalog.
#[test]
fn the_default_language_may_come_from_a_file() {
    let public = DEFAULT_IN_A_FILE.public(&OnlyEnglish.into());
    let view = ErrorView::new(&public, Some(&DEFAULT_IN_A_FILE), Ids::default()).in_language("fr");
    assert_eq!((view.message().as_str(), view.language()), ("已存在", Some("zh")));
    let spec = DEFAULT_IN_A_FILE.lookup("E3001").expect("the code");
    assert_eq!(DEFAULT_IN_A_FILE.message_template(spec, Some("fr")), "已存在");
}

#[test]
fn a_complete_file_passes() {
    assert_eq!(GOOD.check_translations(), Ok(()));
}

#[test]
fn every_mistake_is_reported_with_its_line() {
    let found = BAD.check_translations().unwrap_err();
    assert_eq!(
        found.mistakes(),
        [
            "fr:1: `{secret}` is not a field of `E2001` that clients may see",
            "fr:2: unmatched brace; write a brace as `{{` or `}}`",
            "fr:3: the catalog has no code `E9999`",
            "fr:4: expected `CODE = text`",
            "fr:6: duplicate text of the code",
            "fr:7: `E2001.name` is not a text; write `title`, `explanation`, `help` or `deprecated`",
            "fr:8: the catalog has no code `E9999.title`",
            "fr:10: duplicate text of the code",
            "fr: no text for `E2002`",
        ]
    );
}

/// The title, the message and the language of a framework's fault.
fn fault(fault: FrameworkFault, language: &str) -> (&'static str, String, Option<String>) {
    let public = GOOD.public(&Failure::fault(fault, ""));
    let view = ErrorView::new(&public, Some(&GOOD), Ids::default()).in_language(language);
    (view.title(), view.message(), view.language().map(str::to_owned))
}

#[test]
fn an_answer_is_in_one_language() {
    for (language, title, message, said) in [
        ("zh", "资源不存在", "资源不存在。", "zh"),
        ("en", "Not found", "There is nothing here.", "en"),
        // The framework's codes have no French text, and the catalog's default language is Chinese.
        ("fr", "资源不存在", "资源不存在。", "zh"),
    ] {
        assert_eq!(
            fault(FrameworkFault::UnknownRoute, language),
            (title, message.to_owned(), Some(said.to_owned())),
            "{language}"
        );
    }
    let public = GOOD.public(&ProjectError::NotFound { id: 17, secret: "s".into() }.into());
    let view = ErrorView::new(&public, Some(&GOOD), Ids::default()).in_language("fr");
    assert_eq!(view.title(), "Projet introuvable");
    let mut json = Vec::new();
    GOOD.write_json(Listing::in_language(Some("zh")), &mut json);
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let titles = json["framework"].as_array().expect("a list").iter().map(|one| &one["title"]);
    for title in titles {
        assert!(!title.as_str().expect("a title").is_ascii(), "{title}");
    }
}

#[derive(Debug, AppError)]
#[expect(dead_code, reason = "only its codes are read")]
enum TextError {
    /// The doc comment.
    ///
    /// It explains.
    #[error(
        "x",
        code = "E4001",
        status = 404,
        title(zh = "标题", en = "Title"),
        explanation(zh = "原因", en = "Reason"),
        help(zh = "办法", en = "Remedy"),
        deprecated(zh = "弃用", en = "Old")
    )]
    Tagged,
    /// The doc comment.
    ///
    /// It explains.
    #[error("x", code = "E4002", status = 404, help = "Remedy")]
    Untagged,
    /// The doc comment.
    #[error("x", code = "E4003", status = 404, explanation = "The key.")]
    Explained,
}

errcode_core::catalog! {
    static TEXTS = [TextError];
    languages = ["en", "zh-CN"];
    translations = {
        "fr" = "E4001.title = Titre\nE4001.deprecated = ancien\nE4002.explanation = Il explique.",
        "zh-CN" = "E4002.title = 标题二",
    };
}

/// Title, explanation, remedy and deprecation in a language, `-` for those that are missing.
fn texts(code: &str, language: &str) -> [&'static str; 4] {
    let spec = TEXTS.lookup(code).expect("the code");
    TextKind::ALL.map(|kind| TEXTS.text_in(spec, kind, language).unwrap_or("-"))
}

#[test]
fn each_text_has_its_languages() {
    assert_eq!(texts("E4001", "en"), ["Title", "Reason", "Remedy", "Old"]);
    assert_eq!(texts("E4001", "zh-CN"), ["标题", "原因", "办法", "弃用"], "`zh` includes it");
    assert_eq!(texts("E4001", "fr"), ["Titre", "-", "-", "ancien"]);
    assert_eq!(texts("E4002", "en"), ["The doc comment.", "It explains.", "Remedy", "-"]);
    assert_eq!(texts("E4002", "zh-CN"), ["标题二", "-", "-", "-"]);
    assert_eq!(texts("E4002", "fr"), ["-", "Il explique.", "-", "-"]);
    assert_eq!(texts("E4003", "en"), ["The doc comment.", "The key.", "-", "-"]);
}

#[test]
fn a_text_without_a_translation_is_in_the_default_language() {
    let spec = TEXTS.lookup("E4001").expect("the code");
    for (language, title, help) in [
        (None, "Title", "Remedy"),
        (Some("fr"), "Titre", "Remedy"),
        (Some("de"), "Title", "Remedy"),
        (Some("zh-CN"), "标题", "办法"),
    ] {
        let text = |kind| TEXTS.text(spec, kind, language);
        assert_eq!((text(TextKind::Title), text(TextKind::Help)), (Some(title), Some(help)));
    }
    assert_eq!(spec.title(), "标题", "the first, without a catalog");
    let mut json = Vec::new();
    TEXTS.write_error_json(spec, Listing::in_language(Some("zh-CN")), &mut json);
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let members = ["title", "explanation", "help", "deprecated"].map(|name| &json[name]);
    assert_eq!(members, ["标题", "原因", "办法", "弃用"]);
}

/// No code of a framework has a text of another language.
#[test]
fn the_framework_s_codes_are_whole_in_chinese_and_english() {
    for spec in TEXTS.framework() {
        for kind in [TextKind::Title, TextKind::Explanation, TextKind::Help] {
            let text = |language| TEXTS.text_in(spec, kind, language).expect("a text");
            assert!(text("en").is_ascii(), "{}", text("en"));
            assert!(!text("zh-CN").is_ascii(), "{}", text("zh-CN"));
        }
    }
    let public = TEXTS.public(&Failure::fault(FrameworkFault::UnknownRoute, ""));
    let view = ErrorView::new(&public, Some(&TEXTS), Ids::default()).in_language("zh-CN");
    assert_eq!(
        (view.title(), view.message().as_str(), view.language()),
        ("资源不存在", "资源不存在。", Some("zh"))
    );
}

mod library {
    use errcode_core::AppError;

    #[derive(Debug, AppError)]
    #[error("x", code = "L1", status = 404, title = "Nothing there", user_msg = "no shelf {id}")]
    pub(super) struct NoShelf {
        pub(super) id: u64,
    }

    errcode_core::catalog! {
        pub(super) static CATALOG = [NoShelf];
        translations = {
            "fr" = "L1 = pas d'étagère {id}\nL1.title = Rien\nnonsense",
            "de" = "L1 = kein Regal {id}"
        };
    }
}

mod middle {
    errcode_core::catalog! { pub(super) static CATALOG = [..super::library::CATALOG]; }
}

errcode_core::catalog! {
    static SERVICE = [ProjectError, ..middle::CATALOG];
    languages = ["zh", "en"];
    translations = { "fr" = "E2001 = projet {id}\nE2002 = numéro {number}", "en" = "L1 = our shelf {id}" };
}

/// The files of a library count where its catalog is merged, and those of the service take precedence.
#[test]
fn a_merged_catalog_brings_its_translations() {
    let text = |catalog: &'static errcode_core::Catalog, language: &str| {
        let public = catalog.public(&library::NoShelf { id: 3 }.into());
        ErrorView::new(&public, Some(catalog), Ids::default()).in_language(language).message()
    };
    assert_eq!(text(&SERVICE, "fr"), "pas d'étagère 3");
    assert_eq!(text(&SERVICE, "en"), "our shelf 3");
    assert_eq!(text(&middle::CATALOG, "de"), "kein Regal 3");
    let spec = SERVICE.lookup("L1").unwrap();
    assert_eq!(SERVICE.text_in(spec, TextKind::Title, "fr"), Some("Rien"));
    // Its languages are offered only where there are none.
    assert_eq!(SERVICE.offered_languages(), ["zh", "en", "fr"]);
    assert_eq!(SERVICE.negotiate_language("de, en;q=0.5"), Some("en"));
    assert_eq!(middle::CATALOG.offered_languages(), ["fr", "de"]);
    // A text of either is one, and the library's mistakes are its own.
    let missing = SERVICE.check_translations().unwrap_err();
    assert_eq!(missing.mistakes(), ["en: no text for `E2002`"]);
    assert_eq!(library::CATALOG.translation_mistakes().len(), 1);
}

errcode_core::catalog! {
    static TWICE = [OnlyEnglish];
    translations = { "fr" = "\u{feff}# by an editor\r\nE3001 = déjà pris\r\nE3001 = pris\r\nE3001.title =\r\n" };
}

/// What a mistake says has no effect.
#[test]
fn the_first_of_two_texts_counts() {
    let found = TWICE.check_translations().unwrap_err();
    assert_eq!(
        found.mistakes(),
        ["fr:3: duplicate text of the code", "fr:4: `E3001.title` has no text"]
    );
    let spec = TWICE.lookup("E3001").expect("the code");
    assert_eq!(TWICE.message_template(spec, Some("fr")), "déjà pris");
}
