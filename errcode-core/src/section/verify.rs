//! The rules of the packed format, as the derive keeps them. The accessors of a table rely on them.

use crate::{Table, format, table::Record};

/// The keys that the derive puts into a table, and no section does.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) keys: Vec<u64>,
    pub(super) alias_rows: Vec<u32>,
}

/// What is left of a table's texts and entries: each row has its own behind those of the row before it.
struct Rest {
    text: &'static str,
    ops: &'static [u8],
}

/// Checks every row, and computes the keys.
pub(super) fn keys(table: &'static Table) -> Result<Keys, &'static str> {
    if !table.rows.len().is_multiple_of(format::ROW) {
        return Err("a row is cut off");
    }
    let rows = u32::try_from(table.len()).map_err(|_| "it has too many rows")?;
    let mut rest = Rest { text: table.text, ops: table.ops };
    let (mut keys, mut aliases) = (Keys::default(), Vec::new());
    for number in 0..rows {
        let record = Record::read(table, number);
        let code = rest.row(table, record)?;
        keys.keys.push(if record.flag(format::FLAG_SHARED) { 0 } else { format::key(code) });
        while let Some(alias) = rest.entry()? {
            if let Some(alias) = alias {
                aliases.push(format::key(alias));
                keys.alias_rows.push(number);
            }
        }
    }
    if !rest.text.is_empty() || !rest.ops.is_empty() {
        return Err("something stands behind its last row");
    }
    keys.keys.append(&mut aliases);
    Ok(keys)
}

impl Rest {
    /// The row's code, from the fixed record.
    fn row(&mut self, table: &Table, record: Record) -> Result<&'static str, &'static str> {
        let text_at = table.text.len() - self.text.len();
        let ops_at = table.ops.len() - self.ops.len();
        if (record.text_at(), record.ops_at()) != (text_at, ops_at) {
            return Err("a row does not stand behind the one before it");
        }
        if !(400..=599).contains(&record.status()) {
            return Err("a status is not from 400 to 599");
        }
        let code = self.text(record.code_len())?;
        self.text(record.name_len())?;
        if is_code(code) {
            Ok(code)
        } else {
            Err("a code is not made of letters, digits and `_ - . :`")
        }
    }

    /// Takes one entry. `None`: the row has no more; `Some(Some(alias))`: it is one.
    fn entry(&mut self) -> Result<Option<Option<&'static str>>, &'static str> {
        let [tag] = *self.data(1)? else { return Ok(None) };
        if tag == format::END {
            return Ok(None);
        }
        let lengths = self.data(format::ENTRY - 1)?;
        let (text, data) = (self.text(number(lengths, 0)?)?, self.data(number(lengths, 2)?)?);
        check(tag, text, data)?;
        match tag {
            format::ALIAS if !is_code(text) => {
                Err("an alias is not made of letters, digits and `_ - . :`")
            }
            format::ALIAS => Ok(Some(Some(text))),
            _ => Ok(Some(None)),
        }
    }

    fn text(&mut self, length: usize) -> Result<&'static str, &'static str> {
        let (text, rest) = split(self.text, length)?;
        self.text = rest;
        Ok(text)
    }

    fn data(&mut self, length: usize) -> Result<&'static [u8], &'static str> {
        let (data, rest) = self.ops.split_at_checked(length).ok_or("an entry is cut off")?;
        self.ops = rest;
        Ok(data)
    }
}

fn split(text: &str, length: usize) -> Result<(&str, &str), &'static str> {
    text.split_at_checked(length).ok_or("a text is cut off, or ends within a character")
}

/// The lengths within an entry's data fit its text.
fn check(tag: u8, text: &str, data: &[u8]) -> Result<(), &'static str> {
    match tag {
        format::DISPLAY | format::LOG => template(text, data),
        format::USER => {
            let (length, data) = data.split_first().ok_or("an entry is cut off")?;
            template(split(text, usize::from(*length))?.1, data)
        }
        format::DETAIL => {
            let (_, rest) = split(text, number(data, 2)?)?;
            split(rest, number(data, 4)?).map(drop)
        }
        format::HEADER => split(text, number(data, 0)?).map(drop),
        _ => Ok(()),
    }
}

fn template(text: &str, data: &[u8]) -> Result<(), &'static str> {
    let (_, data) = data.split_first().ok_or("a template is cut off")?;
    let mut rest = text;
    for placeholder in data.chunks(3) {
        rest = split(rest, number(placeholder, 0)?)?.1;
    }
    Ok(())
}

fn number(data: &[u8], at: usize) -> Result<usize, &'static str> {
    let bytes = data.get(at..).and_then(<[u8]>::first_chunk).ok_or("an entry is cut off")?;
    Ok(usize::from(u16::from_le_bytes(*bytes)))
}

/// What the derive takes as a code: it becomes part of file names and addresses.
pub(super) fn is_code(code: &str) -> bool {
    code.len() <= 64
        && code.starts_with(|first: char| first.is_ascii_alphanumeric())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
}
