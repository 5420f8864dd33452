//! Rules about codes that `catalog!` checks at compile time: their grammar, its modules and kinds, and retired codes.

use super::{
    index::{self, Index, same_text},
    list::List,
    references,
    report::Report,
    settings::{Named, Settings},
};
use crate::spec::{
    error_spec::ErrorSpec,
    table::{self, Table},
};
use errcode_format::{self as format, GrammarField, PackedRecord};

/// Panics with every mistake, which is a compile error.
#[doc(hidden)]
#[track_caller]
pub const fn check<const SLOTS: usize>(
    lists: &[List],
    tables: &[&'static Table],
    index: &Index<SLOTS>,
    settings: &Settings,
) {
    let mut report = Report::new();
    let fits = settings.check(&mut report);
    index::report_duplicates(tables, index, &mut report);
    let mut at = 0;
    while at < tables.len() {
        check_retired(tables[at], tables, &index.slots, &mut report);
        references::check(tables[at], tables, &index.slots, &mut report);
        at += 1;
    }
    if let Some(grammar) = settings.grammar
        && fits
    {
        check_grammar(lists, grammar, settings, &mut report);
    }
    report.finish();
}

const fn check_grammar(lists: &[List], grammar: &str, settings: &Settings, report: &mut Report) {
    let pattern = Pattern::new(grammar.as_bytes());
    let mut at = 0;
    while at < lists.len() {
        // Merged catalogs and the framework's codes have their own grammar, or none.
        if lists[at].own {
            let mut table = 0;
            while table < lists[at].tables.len() {
                check_table(lists[at].tables[table], grammar, &pattern, settings, report);
                table += 1;
            }
        }
        at += 1;
    }
}

/// Checks that no code in use is one that this table retired.
const fn check_retired<const SLOTS: usize>(
    of: &'static Table,
    tables: &[&'static Table],
    slots: &[u32; SLOTS],
    report: &mut Report,
) {
    let mut number = 0;
    while number < of.retired.len() {
        let retired = of.retired[number];
        if let Some(spec) = index::find(tables, slots, retired.key, retired.code) {
            report.begin().add("error code `").add(retired.code).add("` of `").variant(spec);
            report.add("` was retired by `").path(of).add("` (").add(retired.reason);
            report.add("); give the variant a new code");
        }
        number += 1;
    }
}

const fn check_table(
    table: &'static Table,
    grammar: &str,
    pattern: &Pattern,
    settings: &Settings,
    report: &mut Report,
) {
    let mut row = 0;
    while row < table.len() {
        let key = table.keys[row];
        let length = table.rows[row * PackedRecord::SIZE + PackedRecord::CODE_LEN_AT] as usize;
        let fits = length <= 8 && pattern.takes(format::short_code(key), length, table, settings);
        if key != 0 && !(fits && pattern.is_case_of(table, row)) {
            let spec = ErrorSpec::new(table, row as u32);
            if let Some(why) = wrong(spec, grammar.as_bytes(), settings) {
                report
                    .begin()
                    .add("error code `")
                    .add(spec.code().as_str())
                    .add("` of `")
                    .variant(spec);
                report
                    .add("` does not fit the catalog's grammar `")
                    .add(grammar)
                    .add("`: ")
                    .add(why);
            }
        }
        row += 1;
    }
}

/// A grammar of at most eight bytes, which is compared with eight bytes of a code at once: rustc denies a const
/// evaluation that compares ten thousand codes byte by byte as too long.
struct Pattern {
    length: usize,
    /// The bytes that are text, and the text in upper case.
    text_mask: u64,
    text: u64,
    /// The bytes that are digits.
    digits: u64,
    module: (usize, usize),
    kind: (usize, usize),
    /// The bytes of the text that are letters, and the text as it is written.
    letters: usize,
    letter_at: [u8; 8],
    letter: [u8; 8],
}

impl Pattern {
    const fn new(grammar: &[u8]) -> Self {
        let mut this = Self {
            length: 0,
            text_mask: 0,
            text: 0,
            digits: 0,
            module: (0, 0),
            kind: (0, 0),
            letters: 0,
            letter_at: [0; 8],
            letter: [0; 8],
        };
        let mut from = 0;
        while from < grammar.len() {
            if grammar[from] == b'{' {
                let field = field(grammar, from);
                match field.name {
                    MODULE => this.module = (this.length, field.width),
                    KIND => this.kind = (this.length, field.width),
                    _ => {}
                }
                let mut digit = 0;
                while digit < field.width && this.length < 8 {
                    this.digits |= 0xff << (8 * this.length);
                    this.length += 1;
                    digit += 1;
                }
                // No code matches a grammar of more than eight bytes here.
                this.length += field.width - digit;
                from = field.end;
            } else {
                if this.length < 8 {
                    this.text_mask |= 0xff << (8 * this.length);
                    this.text |= (grammar[from].to_ascii_uppercase() as u64) << (8 * this.length);
                    if grammar[from].is_ascii_alphabetic() {
                        this.letter_at[this.letters] = this.length as u8;
                        this.letter[this.letters] = grammar[from];
                        this.letters += 1;
                    }
                }
                this.length += 1;
                from += 1;
            }
        }
        this
    }

    /// Returns whether the code matches, apart from its case, which a key does not have.
    const fn takes(&self, code: u64, length: usize, table: &Table, settings: &Settings) -> bool {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let digit = (code & self.digits) ^ (self.digits & (b'0' as u64 * ONES));
        let above_nine = (digit + (self.digits & ((0x7f - 9) * ONES))) | digit;
        length == self.length
            && code & self.text_mask == self.text
            && above_nine & (0x80 * ONES) == 0
            && self.takes_module(code, table, settings)
            && (settings.kinds.is_empty()
                || self.kind.1 == 0
                || name(settings.kinds, short_number(code, self.kind)).is_some())
    }

    /// Returns whether the letters of the code have the case of the grammar, which keys do not tell.
    const fn is_case_of(&self, table: &'static Table, row: usize) -> bool {
        let text = table.text.as_bytes();
        let from = table::record(table, row as u32).text_at();
        let mut at = 0;
        while at < self.letters {
            let place = self.letter_at[at] as usize;
            if text[from + place] != self.letter[at] {
                return false;
            }
            at += 1;
        }
        true
    }

    const fn takes_module(&self, code: u64, table: &Table, settings: &Settings) -> bool {
        if settings.modules.is_empty() || self.module.1 == 0 {
            return true;
        }
        match name(settings.modules, short_number(code, self.module)) {
            Some(name) => table.catalog_module.is_empty() || same_text(name, table.catalog_module),
            None => false,
        }
    }
}

/// Reads the digits at a position as a number.
const fn short_number(code: u64, (at, width): (usize, usize)) -> u32 {
    let (mut number, mut digit) = (0, 0);
    while digit < width {
        number = number * 10 + (code >> (8 * (at + digit)) & 0xf) as u32;
        digit += 1;
    }
    number
}

/// Returns where the code differs from the grammar.
const fn wrong(spec: ErrorSpec, grammar: &[u8], settings: &Settings) -> Option<&'static str> {
    const FORM: Option<&str> = Some("it does not have this form");
    let code = spec.code().as_str().as_bytes();
    let (mut from, mut at) = (0, 0);
    while from < grammar.len() {
        if grammar[from] != b'{' {
            if at >= code.len() || code[at] != grammar[from] {
                return FORM;
            }
            from += 1;
            at += 1;
            continue;
        }
        let field = field(grammar, from);
        let Some(number) = number(code, at, field.width) else { return FORM };
        if let Some(why) = wrong_number(spec, number, field.name, settings) {
            return Some(why);
        }
        from = field.end;
        at += field.width;
    }
    if at == code.len() { None } else { FORM }
}

const fn wrong_number(
    spec: ErrorSpec,
    number: u32,
    field: usize,
    settings: &Settings,
) -> Option<&'static str> {
    let module = spec.table().catalog_module;
    match field {
        MODULE if !settings.modules.is_empty() => match name(settings.modules, number) {
            None => Some("its module is not listed in `modules`"),
            Some(name) if !module.is_empty() && !same_text(name, module) => {
                Some("its module differs from the type's `module = …`")
            }
            Some(_) => None,
        },
        KIND if !settings.kinds.is_empty() && name(settings.kinds, number).is_none() => {
            Some("its kind is not listed in `kinds`")
        }
        _ => None,
    }
}

/// The places of the names in [`format::GRAMMAR_FIELDS`].
const MODULE: usize = 0;
const KIND: usize = 1;

/// Returns the field of a grammar that has been checked.
const fn field(grammar: &[u8], open: usize) -> GrammarField {
    match format::grammar_field(grammar, open) {
        Some(field) => field,
        None => GrammarField { name: 0, width: 1, end: grammar.len() },
    }
}

const fn number(code: &[u8], at: usize, width: usize) -> Option<u32> {
    let (mut number, mut digit) = (0, 0);
    while digit < width {
        if at + digit >= code.len() || !code[at + digit].is_ascii_digit() {
            return None;
        }
        number = number * 10 + (code[at + digit] - b'0') as u32;
        digit += 1;
    }
    Some(number)
}

const fn name(names: &[Named], number: u32) -> Option<&'static str> {
    let mut at = 0;
    while at < names.len() {
        if names[at].0 == number {
            return Some(names[at].1);
        }
        at += 1;
    }
    None
}
