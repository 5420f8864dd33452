//! The packed rows of a type. `errcode-format` defines the layout.

use errcode_format::{EntryHead, PackedRecord, tag};

/// The rows of an error type: plain data in the read-only section, without a relocation per row.
///
/// The derive writes it, [`ErrorSpec`](crate::ErrorSpec) reads it.
#[derive(Clone, Copy)]
pub struct Table {
    pub(crate) name: &'static str,
    pub(crate) module: &'static str,
    /// What the link section has of the type. Its head has the strings that only few readers need.
    pub(crate) record: &'static [u8],
    pub(crate) text: &'static str,
    pub(crate) rows: &'static [u8],
    pub(crate) ops: &'static [u8],
    /// The key of the only row, of which [`Catalogued::TABLE`](crate::Catalogued::TABLE) has a list.
    pub(crate) key: u64,
    /// One key per row (0 for a row that shares another row's code), then one per alias.
    pub(crate) keys: &'static [u64],
    /// The row of each alias.
    pub(crate) alias_rows: &'static [u32],
    /// The types that `transparent` variants hold.
    pub(crate) children: &'static [fn() -> &'static Self],
    pub(crate) prefix: &'static str,
    pub(crate) catalog_module: &'static str,
    pub(crate) retired: &'static [Retired],
    pub(crate) references: &'static [Reference],
}

/// A code that must never be used again.
#[derive(Clone, Copy, Debug)]
pub struct Retired {
    pub(crate) key: u64,
    /// The code.
    pub code: &'static str,
    /// Why it was retired, or what to use instead.
    pub reason: &'static str,
}

/// A code that an attribute of a row names.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    pub key: u64,
    pub code: &'static str,
    pub row: u32,
    /// `public_as` or `replaced_by`.
    pub attribute: &'static str,
}

impl Retired {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(key: u64, code: &'static str, reason: &'static str) -> Self {
        Self { key, code, reason }
    }
}

/// The parts of a table, which only the derive writes: the index relies on its keys.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Rest {
    pub alias_rows: &'static [u32],
    pub children: &'static [fn() -> &'static Table],
    pub prefix: &'static str,
    pub catalog_module: &'static str,
    pub retired: &'static [Retired],
    pub references: &'static [Reference],
}

impl Rest {
    /// Most types have none of it.
    pub const NONE: Self = Self {
        alias_rows: &[],
        children: &[],
        prefix: "",
        catalog_module: "",
        retired: &[],
        references: &[],
    };
}

/// Returns the table of a type whose rows need nothing of [`Rest`]; `record` is what the link section has of the type.
#[doc(hidden)]
#[must_use]
pub const fn table(
    name: &'static str,
    module: &'static str,
    text: &'static str,
    record: &'static [u8],
    keys: &'static [u64],
) -> Table {
    let (rows, ops) =
        if record.is_empty() { (record, record) } else { errcode_format::record_rows(record) };
    let Rest { alias_rows, children, prefix, catalog_module, retired, references } = Rest::NONE;
    Table {
        name,
        module,
        record,
        text,
        rows,
        ops,
        key: 0,
        keys,
        alias_rows,
        children,
        prefix,
        catalog_module,
        retired,
        references,
    }
}

/// What the table of a type with one row and no alias is made of: name, module, text, record and key. A tuple, since
/// rustc looks for interior mutability in the type of each constant, which takes it ten times as long for a struct.
#[doc(hidden)]
pub type OneRow = (&'static str, &'static str, &'static str, &'static [u8], u64);

/// Returns the table of a type with one row and no alias.
pub(crate) const fn table_of_row((name, module, text, record, key): OneRow) -> Table {
    Table { key, ..table(name, module, text, record, &[]) }
}

/// A string in a record's head, by its number.
#[derive(Clone, Copy)]
enum HeadString {
    Package = 2,
    File = 3,
    Line = 4,
}

impl Table {
    /// No rows.
    #[doc(hidden)]
    pub const EMPTY: Self = table("", "", "", &[], &[]);

    /// Returns the table with the parts that few types have.
    #[doc(hidden)]
    #[must_use]
    pub const fn with(self, rest: Rest) -> Self {
        let Rest { alias_rows, children, prefix, catalog_module, retired, references } = rest;
        Self { alias_rows, children, prefix, catalog_module, retired, references, ..self }
    }

    /// Returns the table with the keys of its rows, if it does not have them yet.
    pub(crate) const fn with_keys(self, keys: &'static [u64]) -> Self {
        if self.keys.is_empty() && !self.is_empty() { Self { keys, ..self } } else { self }
    }

    /// Returns the table of a type that is found to be in another module.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_module(self, module: &'static str) -> Self {
        Self { module, ..self }
    }

    /// Returns the table of a generic type, whose children depend on its parameters.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_children(self, children: &'static [fn() -> &'static Self]) -> Self {
        Self { children, ..self }
    }

    /// Returns whether it is the table of a type whose attributes have mistakes, which is empty.
    pub(crate) const fn has_mistakes(&self) -> bool {
        self.record.is_empty()
    }

    /// Returns the type's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the module of the type, beginning with the crate.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// Returns the package of the type.
    #[must_use]
    pub fn package(&self) -> &'static str {
        self.head_string(HeadString::Package)
    }

    pub(crate) fn file(&self) -> &'static str {
        self.head_string(HeadString::File)
    }

    pub(crate) fn line(&self) -> u32 {
        self.head_string(HeadString::Line).parse().unwrap_or(0)
    }

    fn head_string(&self, which: HeadString) -> &'static str {
        let (_, head) =
            self.record.split_at_checked(errcode_format::RECORD_HEAD).unwrap_or_default();
        let string = head.split(|byte| *byte == 0).nth(which as usize);
        string.and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Returns the digits that tell the type from others of its name; empty for [`EMPTY`](Self::EMPTY).
    #[doc(hidden)]
    #[must_use]
    pub fn id(&self) -> &'static [u8] {
        self.record.get(Self::ID_AT..Self::ID_AT + errcode_format::ID_LEN).unwrap_or_default()
    }

    /// Where the record has the id.
    pub(crate) const ID_AT: usize = errcode_format::RECORD_HEAD;

    /// Returns whether both are the table of the same type. The rows are in a static; the table itself may be a
    /// constant, which has several addresses.
    #[inline]
    pub(crate) fn is(&self, other: &Self) -> bool {
        core::ptr::eq(self.rows, other.rows)
    }

    /// Returns whether both have the same rows, as the same type linked twice has.
    #[doc(hidden)]
    #[must_use]
    pub fn is_copy_of(&self, other: &Self) -> bool {
        (self.module, self.record) == (other.module, other.record)
    }

    /// Returns what the type's codes begin with; empty if it does not say.
    #[must_use]
    pub const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// Returns the name of the type's module in the catalog's grammar; empty if it has none.
    #[must_use]
    pub const fn catalog_module(&self) -> &'static str {
        self.catalog_module
    }

    /// Returns the codes that must never be used again.
    #[must_use]
    pub const fn retired(&self) -> &'static [Retired] {
        self.retired
    }

    /// Returns the number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len() / PackedRecord::SIZE
    }

    /// Returns whether there are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the tables of the types that `transparent` variants hold.
    pub fn children(&self) -> impl Iterator<Item = &'static Table> {
        self.children.iter().map(|table| table())
    }
}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Table({}::{}, {} rows)", self.module, self.name, self.len())
    }
}

/// Returns the fixed record of a row; zeros if there is none.
#[inline]
pub(crate) const fn record(table: &'static Table, index: u32) -> PackedRecord {
    let (_, rest) = table.rows.split_at(index as usize * PackedRecord::SIZE);
    PackedRecord::from_bytes(match rest.first_chunk() {
        Some(record) => *record,
        None => [0; PackedRecord::SIZE],
    })
}

/// One fact that not every row has.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) tag: u8,
    pub(crate) data: &'static [u8],
    /// The table with the text. Most entries are skipped, so a text is only sliced when it is asked for.
    table: &'static Table,
    text_at: u32,
    text_len: u16,
}

impl Entry {
    #[inline]
    pub(crate) const fn text(&self) -> &'static str {
        let (_, rest) = self.table.text.split_at(self.text_at as usize);
        rest.split_at(self.text_len as usize).0
    }

    /// Returns the language of a text that may be in several, empty if it has none, and the text.
    pub(crate) const fn localized(&self) -> (&'static str, &'static str) {
        self.text().split_at(self.byte() as usize)
    }

    /// Returns the first bytes of the text.
    #[inline]
    pub(crate) const fn text_head(&self, len: usize) -> &'static str {
        let (_, rest) = self.table.text.split_at(self.text_at as usize);
        rest.split_at(len).0
    }

    /// Returns the data as a number, 0 if it is shorter.
    pub(crate) const fn u64(&self) -> u64 {
        match self.data.first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => 0,
        }
    }

    /// Returns the first byte of the data, 0 if there is none.
    #[inline]
    pub(crate) const fn byte(&self) -> u8 {
        match self.data.first() {
            Some(byte) => *byte,
            None => 0,
        }
    }
}

/// The entries of a row, in the order in which they are packed.
#[derive(Clone, Copy)]
pub(crate) struct Entries {
    ops: &'static [u8],
    table: &'static Table,
    text_at: u32,
}

impl Entries {
    #[inline]
    pub(crate) const fn new(table: &'static Table, record: PackedRecord) -> Self {
        let (_, ops) = table.ops.split_at(record.ops_at());
        let text_at = (record.text_at() + record.code_len() + record.name_len()) as u32;
        Self { ops, table, text_at }
    }

    /// Returns the first entry and the ones after it. Unlike `Iterator::next`, it can be `const`.
    #[inline(always)]
    pub(crate) const fn split(self) -> Option<(Entry, Self)> {
        let Some((head, rest)) = self.ops.split_first_chunk() else {
            return None;
        };
        let EntryHead { tag, text_len, data_len } = EntryHead::from_bytes(*head);
        if tag == tag::END {
            return None;
        }
        let (data, ops) = rest.split_at(data_len as usize);
        let (table, text_at) = (self.table, self.text_at);
        let entry = Entry { tag, data, table, text_at, text_len };
        Some((entry, Self { ops, table, text_at: text_at + text_len as u32 }))
    }

    pub(crate) const fn find(self, tag: u8) -> Option<Entry> {
        let mut entries = self;
        while let Some((entry, rest)) = entries.split() {
            if entry.tag == tag {
                return Some(entry);
            }
            entries = rest;
        }
        None
    }
}

impl Iterator for Entries {
    type Item = Entry;

    #[inline(always)]
    fn next(&mut self) -> Option<Entry> {
        let (entry, rest) = self.split()?;
        *self = rest;
        Some(entry)
    }
}
