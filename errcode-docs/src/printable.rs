//! Text without control characters.

/// Replaces control characters, which browsers, terminals and spreadsheets interpret, characters that turn the
/// direction of the text after them
/// (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>), and code points that HTML does not allow
/// (<https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream>).
pub(crate) fn printable(text: String) -> String {
    if text.contains(is_hidden) { text.replace(is_hidden, "\u{fffd}") } else { text }
}

fn is_hidden(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' => true,
        _ => letter.is_control() || u32::from(letter) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_are_replaced() {
        for (text, expected) in [
            ("项目 a\tb\r\n", "项目 a\tb\r\n"),
            ("a\0b\u{1b}[31m\u{7f}", "a\u{fffd}b\u{fffd}[31m\u{fffd}"),
            ("\u{80}\u{9b}\u{9f}\u{a0}", "\u{fffd}\u{fffd}\u{fffd}\u{a0}"),
            ("a\u{202e}b\u{2069}", "a\u{fffd}b\u{fffd}"),
            ("\u{fffe}\u{1ffff}\u{fdd0}\u{fffd}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(printable(text.to_owned()), expected);
        }
    }
}
