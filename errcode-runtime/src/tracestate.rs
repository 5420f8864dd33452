//! The `tracestate` header of W3C Trace Context level 2, section 3.3.

use std::fmt;

/// The data of tracing systems that accompanies a `traceparent`: a list of keys and values, passed on unchanged.
///
/// ```
/// use errcode_runtime::TraceState;
///
/// let state = TraceState::parse(["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"]).unwrap();
/// assert_eq!(state.members().next(), Some(("rojo", "00f067aa0ba902b7")));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TraceState(Box<str>);

impl TraceState {
    /// The longest list (section 3.3.1.3).
    pub const MAX_MEMBERS: usize = 32;
    /// The longest key, and the longest value, in characters (section 3.3.1.3).
    pub const MAX_LEN: usize = 256;

    /// Parses the lines of the header as one list; `None` if it is empty, or if anything in it is invalid. Such a
    /// header counts as absent. Of a key that occurs twice, the first member is kept: it is the most recent one.
    ///
    /// ```
    /// use errcode_runtime::TraceState;
    ///
    /// let state = TraceState::parse(["rojo=00f067aa0ba902b7 , ", "congo=t61rcWkgMzE"]).unwrap();
    /// assert_eq!(state.as_str(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    /// assert_eq!(state.get("congo"), Some("t61rcWkgMzE"));
    /// assert_eq!(TraceState::parse(["Rojo=1"]), None);
    /// ```
    #[must_use]
    pub fn parse<'h>(lines: impl IntoIterator<Item = &'h str>) -> Option<Self> {
        let mut members: Vec<(&str, &str)> = Vec::new();
        let mut count = 0;
        for member in lines.into_iter().flat_map(|line| line.split(',')) {
            let member = member.trim_matches([' ', '\t']);
            // Empty members are allowed, since there may be empty lines.
            if member.is_empty() {
                continue;
            }
            let (key, value) = member.split_once('=')?;
            count += 1;
            if !is_key(key) || !is_value(value) || count > Self::MAX_MEMBERS {
                return None;
            }
            if !members.iter().any(|(known, _)| *known == key) {
                members.push((key, value));
            }
        }
        let list: Vec<_> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
        (!list.is_empty()).then(|| Self(list.join(",").into()))
    }

    /// Returns the list, without optional whitespace.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the members, the most recent first.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split(',').filter_map(|member| member.split_once('='))
    }

    /// Returns the value of a key; `None` if the list does not have it.
    ///
    /// ```
    /// use errcode_runtime::TraceState;
    ///
    /// let state = TraceState::parse(["rojo=1,congo=2"]).unwrap();
    /// assert_eq!(state.get("congo"), Some("2"));
    /// assert_eq!(state.get("blue"), None);
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.members().find_map(|(known, value)| (known == key).then_some(value))
    }
}

/// `( lcalpha / DIGIT ) 0*255 ( lcalpha / DIGIT / "_" / "-" / "*" / "/" / "@" )`
fn is_key(key: &str) -> bool {
    let first = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let further = |byte: u8| first(&byte) || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@');
    key.len() <= TraceState::MAX_LEN
        && key.as_bytes().first().is_some_and(first)
        && key.bytes().all(further)
}

/// `0*255( chr ) nblk-chr`: printable ASCII except `,` and `=`, not ending in a space.
fn is_value(value: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, 0x20..=0x7e) && byte != b',' && byte != b'=';
    (1..=TraceState::MAX_LEN).contains(&value.len())
        && !value.ends_with(' ')
        && value.bytes().all(allowed)
}

impl fmt::Display for TraceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TraceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::TraceState;

    fn one(line: &str) -> Option<String> {
        TraceState::parse([line]).map(|state| state.to_string())
    }

    fn members(count: usize) -> String {
        (0..count).map(|at| format!("k{at}={at}")).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn reads_what_is_valid() {
        for (line, read) in [
            ("a=1", "a=1"),
            ("a=1,b=2", "a=1,b=2"),
            (" a=1 \t , \t b=2,\tc=3 ", "a=1,b=2,c=3"),
            ("a=1,,  ,b=2,", "a=1,b=2"),
            ("foo=1,foo=2", "foo=1"),
            ("foo=1,foo=1", "foo=1"),
            ("foo=1,bar=2,foo=3,bar=4", "foo=1,bar=2"),
            ("0a_-*/@z=1", "0a_-*/@z=1"),
            ("tenant@system=1", "tenant@system=1"),
            ("foo@@bar=1", "foo@@bar=1"),
            ("a= !\"#$%&'()*+-./:;<>?@[]^_`{|}~", "a= !\"#$%&'()*+-./:;<>?@[]^_`{|}~"),
        ] {
            assert_eq!(one(line).as_deref(), Some(read), "{line:?}");
        }
        for line in
            [members(32), format!("{}=1", "z".repeat(256)), format!("a={}", "v".repeat(256))]
        {
            assert_eq!(one(&line), Some(line));
        }
    }

    #[test]
    fn combines_its_lines_in_order() {
        let read = |lines: &[&str]| {
            TraceState::parse(lines.iter().copied()).map(|state| state.to_string())
        };
        assert_eq!(read(&["a=1,b=2", "", "c=3"]).as_deref(), Some("a=1,b=2,c=3"));
        assert_eq!(read(&["", "a=1"]).as_deref(), Some("a=1"));
        assert_eq!(read(&["a=1", "b=2", "a=3"]).as_deref(), Some("a=1,b=2"));
        assert_eq!(read(&[&members(32), "z=1"]), None);
    }

    #[test]
    fn ignores_the_whole_where_anything_is_invalid() {
        for line in [
            String::new(),
            " \t,, ".into(),
            "a".into(),
            "a=".into(),
            "a= ".into(),
            "=1".into(),
            "A=1".into(),
            "a =1".into(),
            "a.b=1".into(),
            "@a=1".into(),
            "_a=1".into(),
            "é=1".into(),
            "a=1=2".into(),
            "a=\u{7f}".into(),
            "a=é".into(),
            "a=1\t2".into(),
            "a=1,a=".into(),
            format!("{},k0=1", members(32)),
            "a=1,b".into(),
            members(33),
            format!("{}=1", "z".repeat(257)),
            format!("a={}", "v".repeat(257)),
        ] {
            assert_eq!(one(&line), None, "{line:?}");
        }
    }
}
