//! Format specs, which rustc reads as `[[fill]align][sign]['#']['0'][width]['.' precision][type]`.

use std::ops::Range;

/// The traits of format specs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FormatTrait {
    #[default]
    Display,
    Debug,
    Octal,
    LowerHex,
    UpperHex,
    Pointer,
    Binary,
    LowerExp,
    UpperExp,
}

impl FormatTrait {
    /// Returns the trait of a type in a spec.
    fn from_type(ty: &str) -> Option<Self> {
        Some(match ty {
            "" => Self::Display,
            "?" | "x?" | "X?" => Self::Debug,
            "o" => Self::Octal,
            "x" => Self::LowerHex,
            "X" => Self::UpperHex,
            "p" => Self::Pointer,
            "b" => Self::Binary,
            "e" => Self::LowerExp,
            "E" => Self::UpperExp,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Display => "Display",
            Self::Debug => "Debug",
            Self::Octal => "Octal",
            Self::LowerHex => "LowerHex",
            Self::UpperHex => "UpperHex",
            Self::Pointer => "Pointer",
            Self::Binary => "Binary",
            Self::LowerExp => "LowerExp",
            Self::UpperExp => "UpperExp",
        }
    }
}

/// What is between the colon of a placeholder and its brace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spec<'t> {
    pub(crate) text: &'t str,
    pub(crate) shown: FormatTrait,
    /// Where the width and the precision name a value, before a `$`.
    pub(crate) counts: Vec<Range<usize>>,
    /// The precision is the next argument.
    pub(crate) has_star: bool,
    /// It ends with a type that no trait has.
    pub(crate) is_unknown: bool,
}

impl<'t> Spec<'t> {
    /// Reads a spec, and returns what follows it.
    pub(crate) fn read(text: &'t str) -> (Self, &'t str) {
        let mut scan = Scan { text, rest: text };
        scan.alignment();
        scan.skip('+');
        scan.skip('-');
        scan.skip('#');
        let mut counts = Vec::new();
        // `0$` is the first argument, not the flag.
        if !scan.rest.starts_with("0$") {
            scan.skip('0');
        }
        counts.extend(scan.count());
        let mut has_star = false;
        if scan.skip('.') {
            has_star = scan.skip('*');
            counts.extend((!has_star).then(|| scan.count()).flatten());
        }
        let ty = scan.ty();
        let text = &text[..text.len() - scan.rest.len()];
        let shown = FormatTrait::from_type(ty);
        let is_unknown = shown.is_none();
        (Self { text, shown: shown.unwrap_or_default(), counts, has_star, is_unknown }, scan.rest)
    }

    /// Returns the spec with the names in its width and precision replaced, where there is a replacement.
    pub(crate) fn with_counts(&self, replacement: impl Fn(&str) -> Option<String>) -> String {
        let (mut out, mut from) = (String::new(), 0);
        for count in &self.counts {
            let name = &self.text[count.clone()];
            out.push_str(&self.text[from..count.start]);
            out.push_str(&replacement(name).unwrap_or_else(|| name.to_owned()));
            from = count.end;
        }
        out + &self.text[from..]
    }

    /// Returns the names and numbers in its width and precision.
    pub(crate) fn count_names(&self) -> impl Iterator<Item = &'t str> {
        self.counts.iter().map(|count| &self.text[count.clone()])
    }
}

struct Scan<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Scan<'t> {
    fn skip(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Skips the alignment, and the fill before it, which may be any character, also a brace.
    fn alignment(&mut self) {
        let is_alignment = |c: char| matches!(c, '<' | '^' | '>');
        let mut after_fill = self.rest.chars();
        after_fill.next();
        if after_fill.as_str().starts_with(is_alignment) {
            self.rest = after_fill.as_str();
        }
        self.rest = self.rest.strip_prefix(is_alignment).unwrap_or(self.rest);
    }

    /// Skips a number, or `name$`. Returns where the name is.
    fn count(&mut self) -> Option<Range<usize>> {
        let start = self.text.len() - self.rest.len();
        let digits = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let end = if digits.len() < self.rest.len() { digits } else { after_word(self.rest) };
        let name = start..self.text.len() - end.len();
        if let Some(rest) = end.strip_prefix('$').filter(|_| !name.is_empty()) {
            self.rest = rest;
            return Some(name);
        }
        // A word without `$` is the type.
        self.rest = digits;
        None
    }

    fn ty(&mut self) -> &'t str {
        let rest = after_word(self.rest);
        let rest = rest.strip_prefix('?').unwrap_or(rest);
        let ty = &self.rest[..self.rest.len() - rest.len()];
        self.rest = rest;
        ty
    }
}

/// Returns what follows the word that the text begins with.
fn after_word(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_end_where_rustc_ends_them() {
        for (text, rest, shown, counts) in [
            ("}", "}", FormatTrait::Display, vec![]),
            (">8}", "}", FormatTrait::Display, vec![]),
            ("}>8}x", "}x", FormatTrait::Display, vec![]),
            ("{<w$.p$?}", "}", FormatTrait::Debug, vec!["w", "p"]),
            ("?^+#010.3x?}", "}", FormatTrait::Debug, vec![]),
            ("0$}", "}", FormatTrait::Display, vec!["0"]),
            ("00$x}", "}", FormatTrait::LowerHex, vec!["0"]),
            ("e$e}", "}", FormatTrait::LowerExp, vec!["e"]),
            ("5.1$}", "}", FormatTrait::Display, vec!["1"]),
            (".*E }", " }", FormatTrait::UpperExp, vec![]),
            ("名$}", "}", FormatTrait::Display, vec!["名"]),
            ("q}", "}", FormatTrait::Display, vec![]),
            ("-p}", "}", FormatTrait::Pointer, vec![]),
            ("x!}", "!}", FormatTrait::LowerHex, vec![]),
        ] {
            let (spec, after) = Spec::read(text);
            assert_eq!((after, spec.shown), (rest, shown), "{text}");
            assert_eq!(spec.count_names().collect::<Vec<_>>(), counts, "{text}");
            assert_eq!(spec.has_star, text.contains('*'), "{text}");
        }
    }

    #[test]
    fn names_in_counts_are_replaced() {
        let (spec, _) = Spec::read("_>w$.max$x}");
        let renamed = spec.with_counts(|name| (name == "w").then(|| "__field_w".to_owned()));
        assert_eq!(renamed, "_>__field_w$.max$x");
    }
}
