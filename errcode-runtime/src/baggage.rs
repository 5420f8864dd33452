//! The `baggage` header of W3C Baggage.

/// The longest list that must be passed on (section 3.3.2).
const MOST: usize = 8192;

/// What may surround the delimiters of a list.
const OPTIONAL: [char; 2] = [' ', '\t'];

/// Returns the members of the list that are valid, as far as they fit; `None` without any.
pub(crate) fn valid(list: &str) -> Option<Box<str>> {
    let mut kept = String::new();
    for member in list.split(',').map(|member| member.trim_matches(OPTIONAL)) {
        let separator = if kept.is_empty() { "" } else { "," };
        if kept.len() + separator.len() + member.len() <= MOST && is_member(member) {
            kept.push_str(separator);
            kept.push_str(member);
        }
    }
    (!kept.is_empty()).then(|| kept.into())
}

/// `key OWS "=" OWS value *( OWS ";" OWS property )`, where a property needs no value (section 3.3.1).
fn is_member(member: &str) -> bool {
    let mut pairs = member.split(';').map(|pair| match pair.split_once('=') {
        Some((key, value)) => (key, Some(value)),
        None => (pair, None),
    });
    let is_valid = |(key, value): (&str, Option<&str>)| {
        is_token(key.trim_matches(OPTIONAL))
            && value.is_none_or(|value| is_value(value.trim_matches(OPTIONAL)))
    };
    pairs.next().is_some_and(|pair| pair.1.is_some() && is_valid(pair)) && pairs.all(is_valid)
}

/// A token of RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// `*baggage-octet`: printable ASCII except the space, `"`, `,`, `;` and `\`.
fn is_value(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::valid;

    #[test]
    fn members_that_are_not_valid_are_dropped() {
        for member in [
            "a=1",
            "a=",
            "a=b=c",
            "a=%C3%A9",
            "!#$%&'*+-.^_`|~=1",
            "a \t=\t 1",
            "a=1;p",
            "a=1 ; p = 2;q",
        ] {
            assert_eq!(valid(member).as_deref(), Some(member));
            let list = format!("z=1,{member}\t, y=2");
            assert_eq!(valid(&list), Some(format!("z=1,{member},y=2").into()));
        }
        for member in [
            "",
            "a",
            "=1",
            "a b=1",
            "a=1 2",
            "é=1",
            "a=é",
            "a=\"1\"",
            "a=1\\",
            "a=1;",
            "a=1;;p",
            "a=1;=2",
            "a=1;p q",
            "a;p=1",
            "\u{a0}a=1",
            "a=1\u{2003}",
            "a=1\r\nx: y",
            "a=\0",
            "a=\x7f",
        ] {
            assert_eq!(valid(member), None, "{member:?}");
            assert_eq!(valid(&format!("z=1,{member}, y=2")).as_deref(), Some("z=1,y=2"));
        }
    }

    #[test]
    fn the_list_is_bounded() {
        let kept = valid(&"k=v,".repeat(9000)).unwrap();
        assert_eq!(kept.len(), 8191);
        assert!(valid(&format!("a={}", "v".repeat(8191))).is_none());
        assert!(valid(&format!("a={}", "v".repeat(8190))).is_some());
    }
}
