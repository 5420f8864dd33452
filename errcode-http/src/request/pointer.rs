//! JSON pointers (RFC 6901).

use std::fmt::{Display, Write as _};

/// Appends a reference token to a pointer: `~` as `~0` and `/` as `~1` (section 3).
pub(super) fn push(pointer: &mut String, token: impl Display) {
    pointer.push('/');
    let start = pointer.len();
    let _ = write!(pointer, "{token}");
    if pointer[start..].contains(['~', '/']) {
        let escaped = pointer[start..].replace('~', "~0").replace('/', "~1");
        pointer.replace_range(start.., &escaped);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes() {
        let mut pointer = String::new();
        super::push(&mut pointer, "a/b~c");
        super::push(&mut pointer, 3);
        assert_eq!(pointer, "/a~1b~0c/3");
    }
}
