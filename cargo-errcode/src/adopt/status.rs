//! The HTTP status that a variant's name suggests.

/// Words, and the status of a name that has one of them; the first that fits counts.
const WORDS: &[(u16, &[&str])] = &[
    (404, &["not found", "no such", "does not exist", "absent"]),
    (409, &["already", "exists", "duplicate", "conflict", "taken", "stale", "version mismatch"]),
    (
        401,
        &[
            "unauthorized",
            "unauthenticated",
            "not authenticated",
            "credential",
            "credentials",
            "password",
            "login",
        ],
    ),
    (403, &["forbidden", "denied", "permission", "permissions", "not allowed", "not permitted"]),
    (429, &["too many requests", "rate limit", "rate limited", "throttled", "quota"]),
    (413, &["too large", "too big"]),
    (415, &["unsupported media", "content type"]),
    (504, &["timeout", "timed out", "deadline"]),
    (503, &["unavailable", "overloaded", "busy", "not ready", "shutting down"]),
    (502, &["upstream", "gateway", "remote"]),
    (
        400,
        &[
            "invalid",
            "bad",
            "malformed",
            "parse",
            "too long",
            "too short",
            "required",
            "empty",
            "unsupported",
            "out of range",
            "illegal",
            "mismatch",
            "expired",
            "decode",
            "deserialize",
            "missing",
            "too many",
        ],
    ),
];

/// 500 where nothing is suggested.
pub(super) fn guess(name: &str) -> u16 {
    let words = format!(" {} ", words(name));
    let has = |wanted: &[&str]| wanted.iter().any(|wanted| words.contains(&format!(" {wanted} ")));
    // What is missing or unknown is the client's fault where it is named: `MissingHeader`, `UnknownField`.
    if words.starts_with(" unknown ") && words.trim() != "unknown" {
        return 400;
    }
    WORDS.iter().find(|(_, wanted)| has(wanted)).map_or(500, |(status, _)| *status)
}

/// `NotFound` as `not found`.
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
            assert_eq!(guess(name), status, "{name}");
        }
    }
}
