//! Files of text, as editors and shells of all systems write them.

use crate::output::{Result, shown};
use std::{fs, path::Path};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> Result<String> {
    let text = fs::read(path).map_err(|error| error.to_string());
    let text = text.and_then(|bytes| decoded(bytes).map_err(ToOwned::to_owned));
    text.map_err(|why| format!("{}: {why}", shown(path)).into())
}

/// Returns the text without a byte order mark. The error names UTF-16, as which the `>` of Windows PowerShell writes
/// the output of a command.
pub(crate) fn decoded(bytes: Vec<u8>) -> std::result::Result<String, &'static str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("the text is UTF-16; save it as UTF-8");
    }
    let text = String::from_utf8(bytes).map_err(|_| "the text is not UTF-8")?;
    Ok(text.strip_prefix(BYTE_ORDER_MARK).map(ToOwned::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn other_encodings_are_named() {
        assert_eq!(decoded("\u{feff}项".into()).as_deref(), Ok("项"));
        for utf16 in [&b"\xff\xfe[\0"[..], b"\xfe\xff\0["] {
            assert_eq!(decoded(utf16.into()), Err("the text is UTF-16; save it as UTF-8"));
        }
        assert_eq!(decoded(b"\xe9".into()), Err("the text is not UTF-8"));
    }
}
