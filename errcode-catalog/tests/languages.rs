//! Texts in all languages, from attributes and translation files.

#![allow(missing_docs)]

use errcode_catalog::{
    Audience, CatalogData,
    explain::{By, explain},
    lock::Lock,
};
use errcode_core::{AppError, Listing};

#[derive(Debug, AppError)]
#[expect(dead_code, reason = "only its codes are read")]
enum UserError {
    /// No such user.
    #[error("no user {id}", code = "U1001", status = 404, user_msg = "用户 {id} 不存在")]
    NotFound { id: u64 },
    /// Only in English.
    #[error("x", code = "U1002", status = 409, user_msg(en = "The name is taken."))]
    Taken,
    /// Only in a file.
    #[error("x", code = "U1003", status = 409)]
    Locked,
    /// Without a message.
    #[error("x", code = "U1004", status = 409)]
    Silent,
}

errcode_core::catalog! {
    static CATALOG = [UserError];
    languages = ["zh", "en"];
    translations = {
        "fr" = "U1001 = utilisateur {id} introuvable\nU1003 = compte bloqué\n",
        "EN" = "U1001 = user {id} not found\n",
    };
}

fn data() -> CatalogData {
    CatalogData::of(&CATALOG, Audience::Internal)
}

/// Returns `language: text` of each message of a code.
fn messages(data: &CatalogData, code: &str) -> Vec<String> {
    let entry = data.find(code).expect("the code");
    entry.texts().map(|(language, text)| format!("{language}: {text}")).collect()
}

#[test]
fn a_file_adds_its_language_to_the_catalog() {
    let data = data();
    assert_eq!(data.languages, ["zh", "en", "fr"]);
    assert_eq!(
        messages(&data, "U1001"),
        ["en: user {id} not found", "fr: utilisateur {id} introuvable", "zh: 用户 {id} 不存在"]
    );
}

#[test]
fn the_text_of_another_language_is_not_a_translation() {
    let data = data();
    let facts = |code: &str| {
        let entry = data.find(code).expect("the code");
        let source = entry.source.as_ref().expect("an internal part");
        (
            messages(&data, code),
            entry.message.as_str(),
            source.untranslated.join(" "),
            source.neutral,
        )
    };
    let zh = "zh: 请求未能完成，请检查后重试。";
    let en = "en: The request could not be completed. Please check it and try again.";
    assert_eq!(
        facts("U1002"),
        (
            vec!["en: The name is taken.".to_owned()],
            "The name is taken.",
            "zh fr".to_owned(),
            false
        )
    );
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        facts("U1003"),
        (owned(&[en, "fr: compte bloqué", zh]), &zh[4..], "zh en".to_owned(), false)
    );
    assert_eq!(facts("U1004"), (owned(&[en, zh]), &zh[4..], "zh en fr".to_owned(), true));
}

#[test]
fn a_message_is_found_in_every_language() {
    let lock = Lock::of(&data()).to_text();
    let lock = Lock::parse("errcode.lock.json", &lock).expect("a lock");
    let json = serde_json::to_string(&data()).expect("JSON");
    let read = CatalogData::read("catalog.json", &json).expect("a catalog");
    let from_lock = CatalogData::of_lock(&lock);
    for data in [&data(), &read, &from_lock] {
        for (text, code, language) in [
            ("utilisateur 17 introuvable", "U1001", "fr"),
            ("user 17 not found", "U1001", "en"),
            ("用户 17 不存在", "U1001", "zh"),
            ("compte bloqué", "U1003", "fr"),
        ] {
            let answer = explain(data, text);
            let found = answer.found.first().unwrap_or_else(|| panic!("{text}"));
            let By::Message { language: found_in, .. } = &found.by else { panic!("{text}") };
            assert_eq!((found.entry.code.as_str(), found_in.as_str()), (code, language));
        }
    }
    assert_eq!(messages(&from_lock, "U1003"), ["fr: compte bloqué"], "a lock has no neutral text");
}

/// Returns the catalog as a service lists it for a reader of a language.
fn listed(language: Option<&str>) -> CatalogData {
    let mut json = Vec::new();
    CATALOG.write_json(Listing::in_language(language), &mut json);
    CatalogData::read("/errors", &String::from_utf8(json).expect("UTF-8")).expect("a catalog")
}

#[test]
fn a_running_service_lists_one_language_at_a_time() {
    let data = listed(None);
    assert_eq!(data.languages, ["zh", "en", "fr"]);
    assert!(data.entries().all(|entry| entry.messages.is_empty()));
    let others = ["en", "fr"].map(|language| (language.to_owned(), listed(Some(language))));
    let data = data.with_languages(&others);
    assert_eq!(
        messages(&data, "U1001"),
        ["en: user {id} not found", "fr: utilisateur {id} introuvable", "zh: 用户 {id} 不存在"]
    );
    // The text is in English, but a reader of any language gets it.
    assert_eq!(messages(&data, "U1002"), [": The name is taken."]);
    let title = |language: &str| {
        let entry = data.find("HTTP_404").expect("a code of the framework");
        entry.translations.get(language).and_then(|texts| texts.title.as_deref())
    };
    assert_eq!((title("en"), title("fr")), (Some("Not found"), None));
}

#[test]
fn a_catalog_is_shown_in_one_of_its_languages() {
    let data = data();
    assert_eq!(data.language("FR"), Some("fr"));
    assert_eq!(data.language("zh-Hant-TW"), Some("zh"));
    assert_eq!(data.language("de"), None);
    let french = data.in_language("fr");
    let texts = |code: &str| {
        let entry = french.find(code).expect("the code");
        (entry.message.as_str(), entry.examples[0].body.contains("introuvable"))
    };
    assert_eq!(french.languages, ["fr"]);
    assert_eq!(texts("U1001"), ("utilisateur {id} introuvable", true));
    assert_eq!(texts("U1002"), ("The name is taken.", false));
}
