//! Weights in `Accept` and `Accept-Language` (RFC 9110 section 12.4.2).

/// Splits an item of the list into its value and its weight in thousandths. An invalid weight counts as 0, which
/// excludes the item.
pub(crate) fn split(item: &str) -> (&str, u16) {
    let mut parts = unquoted(item, ';');
    let value = parts.next().unwrap_or_default().trim();
    let weight =
        parts.find_map(|part| part.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('='));
    (value, weight.map_or(1000, |weight| parse(weight.trim()).unwrap_or(0)))
}

/// Splits a text at a character outside quoted strings (RFC 9110 section 5.6.4).
pub(crate) fn unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |character| {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        character == separator && !is_quoted
    })
}

/// Parses `0`, `1`, or either with up to three decimals.
pub(crate) fn parse(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if !matches!(whole, "0" | "1")
        || decimals.len() > 3
        || !decimals.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let thousandths = if decimals.is_empty() {
        0
    } else {
        decimals.parse::<u16>().ok()? * [100, 10, 1][decimals.len() - 1]
    };
    let weight = if whole == "1" { 1000 } else { 0 } + thousandths;
    (weight <= 1000).then_some(weight)
}
