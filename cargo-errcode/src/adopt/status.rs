//! Guesses the HTTP status from the name or message of a variant.

/// Words and the status that they suggest; the first match counts.
const WORDS: [(u16, &str); 12] = [
    (404, "not found|no such|does not exist|doesnt exist|absent"),
    (409, "already|exists|duplicate|conflict|taken|stale|version mismatch"),
    (401, "unauthorized|unauthenticated|not authenticated|credential|credentials|password|login"),
    (403, "forbidden|denied|permission|permissions|not allowed|not permitted"),
    (429, "too many requests|rate limit|rate limited|throttled|quota"),
    (413, "too large|too big"),
    (415, "unsupported media|content type"),
    (504, "timeout|timed out|deadline"),
    (503, "unavailable|overloaded|busy|not ready|shutting down"),
    (502, "upstream|gateway|remote"),
    (422, "unprocessable|validation"),
    (
        400,
        "invalid|bad|malformed|parse|too long|too short|required|empty|unsupported|out of range|\
         illegal|mismatch|expired|decode|deserialize|missing|too many|rejection",
    ),
];

/// Returns 500 without a match. The name takes precedence, since messages mention causes too. Of the types of the
/// fields, axum's rejections and the validators' errors are known.
pub(super) fn guess(name: &str, message: Option<&str>, fields: &[Vec<String>]) -> u16 {
    let by_message = || suggested(&plain(message?));
    let by_field = || fields.iter().filter_map(|path| path.last()).find_map(|ty| refused(ty));
    suggested(&words(name)).or_else(by_message).or_else(by_field).unwrap_or(500)
}

fn refused(ty: &str) -> Option<u16> {
    match ty {
        "ValidationError" | "ValidationErrors" => Some(422),
        ty if ty.ends_with("Rejection") => Some(400),
        _ => None,
    }
}

fn suggested(words: &str) -> Option<u16> {
    let words = format!(" {words} ");
    let has = |wanted: &str| wanted.split('|').any(|wanted| words.contains(&format!(" {wanted} ")));
    // Something specific that is unknown comes from the client: `UnknownField`, unlike `Unknown`.
    if words.starts_with(" unknown ") && !["unknown", "unknown error"].contains(&words.trim()) {
        return Some(400);
    }
    WORDS.iter().find(|(_, wanted)| has(wanted)).map(|(status, _)| *status)
}

/// Returns the words of a message without placeholders: `no user its gone` for `no user {id}: it's
/// gone`.
fn plain(message: &str) -> String {
    let mut text = String::new();
    let mut within = 0_usize;
    for letter in message.chars() {
        match letter {
            '{' => within += 1,
            '}' => within = within.saturating_sub(1),
            '\'' | '’' => {}
            _ if within == 0 && letter.is_alphanumeric() => text.extend(letter.to_lowercase()),
            _ => text.push(' '),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the words of a name: `not found` for `NotFound`.
fn words(name: &str) -> String {
    let mut words = String::new();
    let mut lower_before = false;
    for letter in name.trim_start_matches("r#").chars() {
        if (letter.is_uppercase() && lower_before) || letter == '_' {
            words.push(' ');
        }
        lower_before = letter.is_lowercase() || letter.is_ascii_digit();
        words.extend(letter.to_lowercase().filter(|letter| *letter != '_'));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn names_suggest_a_status() {
        for (name, status) in [
            ("NotFound", 404),
            ("UserAlreadyExists", 409),
            ("InvalidToken", 400),
            ("InvalidCredentials", 401),
            ("Io", 500),
            ("RateLimited", 429),
            ("ConnectTimeout", 504),
            ("MissingHeader", 400),
            ("UnknownField", 400),
            ("Unknown", 500),
            ("TooManyHeaders", 400),
            ("TooManyRequests", 429),
            ("NoSuchUser", 404),
            ("Parse", 400),
            ("Forbidden", 403),
        ] {
            assert_eq!(guess(name, None, &[]), status, "{name}");
        }
    }

    #[test]
    fn types_of_fields_suggest_a_status() {
        for (name, ty, status) in [
            ("Body", "JsonRejection", 400),
            ("Rules", "ValidationErrors", 422),
            ("Forbidden", "JsonRejection", 403),
            ("Database", "DbErr", 500),
        ] {
            let fields = [vec!["module".to_owned(), ty.to_owned()]];
            assert_eq!(guess(name, None, &fields), status, "{name}");
        }
    }

    #[test]
    fn where_the_name_says_nothing_the_message_does() {
        for (name, message, status) in [
            ("User", "user {id} not found", 404),
            ("User", "there's no {kind}: it doesn't exist", 404),
            ("Name", "the name `{0}` is already taken", 409),
            ("Slow", "timed out after {not_found:?}", 504),
            ("Token", "{{invalid}} {0", 500),
            ("Other", "unknown error", 500),
            ("Field", "Unknown field {0}", 400),
            ("Io", "i/o", 500),
            ("Odd", "}{ 不存在 ’", 500),
            ("NotFound", "the request is invalid", 404),
        ] {
            assert_eq!(guess(name, Some(message), &[]), status, "{name}: {message}");
        }
    }
}
