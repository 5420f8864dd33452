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
    let primary = language.and_then(|language| language.split('-').next());
    if primary.is_some_and(|primary| primary.eq_ignore_ascii_case("zh")) { "zh" } else { "en" }
}
