//! Negotiation of the body's format by `Accept`.

use super::{body_format::BodyFormat, json_api::JsonApi, problem::Problem};
use crate::quality;

/// The standard formats that a client can ask for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// `application/problem+json`, RFC 9457.
    Problem,
    /// `application/vnd.api+json`, JSON:API.
    JsonApi,
}

impl Standard {
    /// Returns the format.
    #[must_use]
    pub fn format(self) -> &'static dyn BodyFormat {
        match self {
            Self::Problem => &Problem,
            Self::JsonApi => &const { JsonApi::new() },
        }
    }

    /// Returns whether clients can ask for it where the service's default has this content type: the type of the
    /// default means the default, which may differ from the standard format of that type.
    ///
    /// ```
    /// use errcode_core::wire::Standard;
    ///
    /// assert!(Standard::Problem.is_offered_beside("application/json"));
    /// assert!(!Standard::Problem.is_offered_beside("application/problem+json; charset=utf-8"));
    /// ```
    #[must_use]
    pub fn is_offered_beside(self, default: &str) -> bool {
        !self.format().content_type().eq_ignore_ascii_case(quality::split(default).0)
    }
}

/// Returns the standard format that an `Accept` header names with the highest weight; `None` for the service's default.
///
/// The default's own type with the highest weight, wildcards, and invalid headers all mean the default. Nothing is
/// refused.
///
/// ```
/// use errcode_core::wire::{Standard, negotiate};
///
/// assert_eq!(negotiate("application/json, application/problem+json", "application/json"), Some(Standard::Problem));
/// assert_eq!(negotiate("application/problem+json;q=0.1, application/json", "application/json"), None);
/// assert_eq!(negotiate("application/problem+json;q=0.1, */*", "application/json"), None);
/// assert_eq!(negotiate("*/*", "application/json"), None);
/// ```
#[must_use]
pub fn negotiate(accept: &str, default: &str) -> Option<Standard> {
    let default_type = quality::split(default).0;
    let mut best = None;
    let mut best_weight = 0;
    for item in quality::unquoted(accept, ',') {
        let (media_type, weight) = quality::split(item);
        if let Some(standard) = named(media_type, item).filter(|_| weight > best_weight) {
            (best, best_weight) = (Some(standard), weight);
        }
    }
    best.filter(|standard: &Standard| {
        best_weight >= weight(accept, default_type) && standard.is_offered_beside(default)
    })
}

/// Returns the weight of a media type in an `Accept` header, in thousandths: that of the range which names it most
/// closely (RFC 9110 section 12.5.1), or 0 if none does.
#[doc(hidden)]
#[must_use]
pub fn weight(accept: &str, media_type: &str) -> u16 {
    let ranges = quality::unquoted(accept, ',').map(quality::split);
    let named = ranges.filter_map(|(range, weight)| Some((closeness(range, media_type)?, weight)));
    named.max().map_or(0, |(_, weight)| weight)
}

/// How closely a media range names a type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Anything,
    Subtypes,
    Exact,
}

fn closeness(range: &str, media_type: &str) -> Option<Closeness> {
    if range.eq_ignore_ascii_case(media_type) {
        return Some(Closeness::Exact);
    }
    match (range.split_once('/')?, media_type.split_once('/')?) {
        (("*", "*"), _) => Some(Closeness::Anything),
        ((kind, "*"), (own, _)) if kind.eq_ignore_ascii_case(own) => Some(Closeness::Subtypes),
        _ => None,
    }
}

fn named(media_type: &str, item: &str) -> Option<Standard> {
    if media_type.eq_ignore_ascii_case("application/problem+json") {
        return Some(Standard::Problem);
    }
    // An item with an unknown extension, or with a parameter other than `profile`, must be ignored (JSON:API 1.1,
    // server responsibilities).
    let plain = quality::unquoted(item, ';').skip(1).all(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("profile") || name.eq_ignore_ascii_case("q")
    });
    (media_type.eq_ignore_ascii_case("application/vnd.api+json") && plain)
        .then_some(Standard::JsonApi)
}

#[cfg(test)]
mod tests {
    use super::{Standard::*, negotiate};

    #[test]
    fn only_a_named_form_changes_the_default() {
        for (accept, form) in [
            ("", None),
            ("*/*", None),
            ("application/*", None),
            ("application/json", None),
            ("text/html,application/xhtml+xml", None),
            ("application/problem+json", Some(Problem)),
            ("APPLICATION/Problem+JSON ; q=0.001", Some(Problem)),
            ("application/problem+json;q=0", None),
            ("application/problem+json;q=x", None),
            ("application/vnd.api+json", Some(JsonApi)),
            ("application/vnd.api+json;profile=\"https://a,b\"", Some(JsonApi)),
            ("application/vnd.api+json;ext=\"https://a\"", None),
            ("application/vnd.api+json;charset=utf-8", None),
            ("application/vnd.api+json;q=0.5, application/problem+json;q=0.6", Some(Problem)),
            ("application/vnd.api+json, application/problem+json", Some(JsonApi)),
            (",;=\",", None),
            ("*/*, application/problem+json", Some(Problem)),
            ("*/*, application/problem+json;q=0.1", None),
            ("application/problem+json;q=0.1, APPLICATION/*", None),
            ("application/problem+json;q=0.1, text/*", Some(Problem)),
            ("application/problem+json;q=0.1, */*;q=0.05", Some(Problem)),
            ("application/json;q=0.05, */*, application/problem+json;q=0.1", Some(Problem)),
            ("application/*;q=0.05, */*, application/problem+json;q=0.1", Some(Problem)),
            (r#"text/a;b="\"", application/problem+json"#, Some(Problem)),
            (r#"text/a;b="\\", application/problem+json"#, Some(Problem)),
            (r#"text/a;b="\\\", application/problem+json""#, None),
            (r#"text/a;b=\", application/problem+json""#, None),
            ("application/problem+json;a=\";q=0\"", Some(Problem)),
            ("application/problem+json;a=\";\";q=0", None),
            ("application/vnd.api+json;profile=\"https://a;ext=b;q=0\"", Some(JsonApi)),
        ] {
            assert_eq!(negotiate(accept, "application/json"), form, "{accept}");
        }
    }

    #[test]
    fn the_type_of_the_default_means_the_default() {
        for (accept, default, form) in [
            ("application/vnd.api+json", "application/vnd.api+json", None),
            ("Application/Problem+JSON", "application/problem+json; charset=utf-8", None),
            ("application/problem+json", "application/vnd.api+json", Some(Problem)),
            (
                "application/json, application/problem+json;q=0.5",
                "application/json; charset=utf-8",
                None,
            ),
        ] {
            assert_eq!(negotiate(accept, default), form, "{accept} {default}");
        }
    }
}
