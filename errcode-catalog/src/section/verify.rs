//! The rules of the packed format, which the accessors of a table rely on.

use errcode_format::{
    self as format, DetailData, EntryHead, HeaderData, PackedRecord, PlaceholderData, tag,
};

/// The keys, which a table has and a section does not.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) keys: Vec<u64>,
    pub(super) alias_rows: Vec<u32>,
}

/// The remaining texts and entries of a table: those of each row follow those of the row before it.
struct Rest {
    text: &'static str,
    ops: &'static [u8],
}

/// Checks every row, and computes the keys.
pub(super) fn keys(
    text: &'static str,
    rows: &'static [u8],
    ops: &'static [u8],
) -> Result<Keys, &'static str> {
    let (records, []) = rows.as_chunks() else {
        return Err("a row is cut off");
    };
    if u32::try_from(records.len()).is_err() {
        return Err("it has too many rows");
    }
    let mut rest = Rest { text, ops };
    let (mut keys, mut aliases) = (Keys::default(), Vec::new());
    for (number, record) in (0..).zip(records) {
        let record = PackedRecord::from_bytes(*record);
        let begins = (text.len() - rest.text.len(), ops.len() - rest.ops.len());
        if (record.text_at(), record.ops_at()) != begins {
            return Err("a row does not follow the one before it");
        }
        let code = rest.row(record)?;
        keys.keys.push(if record.shared() { 0 } else { format::key(code) });
        while let Some(alias) = rest.entry()? {
            if let Some(alias) = alias {
                aliases.push(format::key(alias));
                keys.alias_rows.push(number);
            }
        }
    }
    if !rest.text.is_empty() || !rest.ops.is_empty() {
        return Err("there is data after its last row");
    }
    keys.keys.append(&mut aliases);
    Ok(keys)
}

impl Rest {
    /// Reads the code of a row, by its fixed record.
    fn row(&mut self, record: PackedRecord) -> Result<&'static str, &'static str> {
        if !(400..=599).contains(&record.status()) {
            return Err("a status is not from 400 to 599");
        }
        let code = self.text(record.code_len())?;
        self.text(record.name_len())?;
        if format::is_code(code) {
            Ok(code)
        } else {
            Err("a code has other characters than letters, digits and `_ - . :`")
        }
    }

    /// Reads one entry. Returns `None` if the row has no more entries, and `Some(Some(alias))` for an alias.
    fn entry(&mut self) -> Result<Option<Option<&'static str>>, &'static str> {
        if self.ops.first() == Some(&tag::END) {
            self.data(1)?;
            return Ok(None);
        }
        let head = EntryHead::from_bytes(whole(self.data(EntryHead::SIZE)?)?);
        let text = self.text(usize::from(head.text_len))?;
        let data = self.data(usize::from(head.data_len))?;
        check(head.tag, text, data)?;
        match head.tag {
            tag::ALIAS if !format::is_code(text) => {
                Err("an alias has other characters than letters, digits and `_ - . :`")
            }
            tag::ALIAS => Ok(Some(Some(text))),
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

/// Checks that the lengths in an entry's data fit its text.
fn check(tag: u8, text: &str, data: &[u8]) -> Result<(), &'static str> {
    match tag {
        tag::DISPLAY | tag::LOG => template(text, data),
        tag::USER => {
            let (length, data) = data.split_first().ok_or("an entry is cut off")?;
            template(split(text, usize::from(*length))?.1, data)
        }
        tag::TITLE | tag::EXPLANATION | tag::HELP | tag::DEPRECATED => {
            let length = data.first().copied().unwrap_or(0);
            split(text, usize::from(length)).map(drop)
        }
        tag::DETAIL => {
            let detail = DetailData::read(&whole::<{ DetailData::SIZE }>(data)?);
            let (_, rest) = split(text, usize::from(detail.name_len))?;
            split(rest, usize::from(detail.type_len)).map(drop)
        }
        tag::HEADER => {
            let header = HeaderData::read(&whole::<{ HeaderData::SIZE }>(data)?);
            split(text, usize::from(header.name_len)).map(drop)
        }
        _ => Ok(()),
    }
}

fn template(text: &str, data: &[u8]) -> Result<(), &'static str> {
    let (_, data) = data.split_first().ok_or("a template is cut off")?;
    let mut rest = text;
    for placeholder in data.chunks(PlaceholderData::SIZE) {
        let placeholder = PlaceholderData::from_bytes(whole(placeholder)?);
        rest = split(rest, usize::from(placeholder.literal_len))?.1;
    }
    Ok(())
}

fn whole<const N: usize>(data: &[u8]) -> Result<[u8; N], &'static str> {
    data.first_chunk().copied().ok_or("an entry is cut off")
}
