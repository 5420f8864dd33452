//! What clients read where a code has no message of its own.

use super::error_spec::ErrorSpec;
use errcode_format::Category;

/// Each category's neutral text in Chinese and English.
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

/// The neutral text of the code's category. Every language but Chinese gets English.
pub(crate) fn neutral(spec: ErrorSpec, language: Option<&str>) -> &'static str {
    let (_, zh, en) = NEUTRAL[spec.category() as usize];
    if neutral_language(language) == "zh" { zh } else { en }
}

/// The language of the neutral text that a reader of `language` gets.
pub(crate) fn neutral_language(language: Option<&str>) -> &'static str {
    let primary = language.and_then(|language| language.split('-').next());
    if primary.is_some_and(|primary| primary.eq_ignore_ascii_case("zh")) { "zh" } else { "en" }
}
