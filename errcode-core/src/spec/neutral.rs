//! What clients read if a code has no message.

use super::error_spec::ErrorSpec;
use errcode_format::Category;

/// The neutral text of each category in Chinese and English.
const NEUTRAL: [(Category, &str, &str); 5] = [
    (
        Category::Business,
        "请求未能完成，请检查后重试。",
        "The request could not be completed. Please check it and try again.",
    ),
    (
        Category::External,
        "外部系统不可用，请稍后重试。",
        "An external system is unavailable. Please try again later.",
    ),
    (
        Category::Internal,
        "内部服务暂不可用，请稍后重试。",
        "An internal service is unavailable. Please try again later.",
    ),
    (
        Category::Specialized,
        "内部专用服务异常，请联系管理员。",
        "An internal service failed. Please contact the administrator.",
    ),
    (Category::Unknown, "系统繁忙，请稍后重试。", "Something went wrong. Please try again later."),
];

/// Returns the neutral text of the code's category: Chinese for `zh`, English for any other language.
pub(crate) fn neutral(spec: ErrorSpec, language: Option<&str>) -> &'static str {
    let (_, zh, en) = NEUTRAL[spec.category() as usize];
    if neutral_language(language) == "zh" { zh } else { en }
}

/// Returns the language of the neutral text for a reader of `language`.
pub(crate) fn neutral_language(language: Option<&str>) -> &'static str {
    if language.is_some_and(|language| has_primary(language, "zh")) { "zh" } else { "en" }
}

/// Returns whether there are neutral texts in the language.
pub(crate) fn is_neutral_language(language: &str) -> bool {
    has_primary(language, neutral_language(Some(language)))
}

fn has_primary(language: &str, primary: &str) -> bool {
    language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case(primary))
}
