//! Locks and catalogs of unknown origin: whatever is in them, reading them ends, and so does what is done with them.

#![allow(missing_docs)]

mod support;

use errcode_catalog::{
    Audience, CatalogData, Exemptions,
    diff::diff,
    explain::explain,
    lint::{Options, lint},
    lock::Lock,
    next::{Wanted, next},
};
use support::CATALOG;

/// The number of mutations of each kind of file.
const CASES: u64 = 400;

/// What a mutation puts in: what steers terminals and templates, and what is at the edge of a type.
const PIECES: [&str; 18] = [
    "\u{9b}2J",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "{{",
    "}}",
    "{",
    "\"",
    "\\",
    "\\u0000",
    "\n,",
    "\n]",
    "99999999999999999999",
    "-1",
    "null",
    "[[[[",
    "项",
    "<<<<<<< HEAD\n",
];

/// A generator of pseudo-random numbers (xorshift), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

/// Returns the text with a few changes: pieces put in, parts taken out, doubled or swapped.
fn mutated(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(letters.len());
        let end = (at + 1 + random.below(12)).min(letters.len());
        let piece: Vec<char> = PIECES[random.below(PIECES.len())].chars().collect();
        match random.below(4) {
            0 => drop(letters.splice(at..at, piece)),
            1 => drop(letters.splice(at..end, piece)),
            2 => drop(letters.drain(at..end)),
            _ => {
                let copy = letters[at..end].to_vec();
                letters.splice(at..at, copy);
            }
        }
    }
    letters.into_iter().collect()
}

/// Does with a catalog what the commands do.
fn use_all(data: &CatalogData) {
    let codes: Vec<&str> = data.codes().take(3).collect();
    for query in codes.into_iter().chain(["项目 17 不存在", "E22", "{"]) {
        let answer = explain(data, query);
        let _ = (answer.to_text(), answer.to_text_in("zh"), answer.to_json());
    }
    let report = lint(data, &Options::default(), &Exemptions::none()).located(data);
    let _ = (report.to_text(), report.to_markdown(), report.to_json());
    let _ = next(data, &Wanted { module: Some("project"), kind: Some("business"), taken: &[] });
    let _ = data.clone().in_language("en").into_public();
    let lock = Lock::of(data);
    let _ = (lock.to_text(), Lock::parse("lock", &lock.to_text()));
}

#[test]
fn a_mutated_lock_does_no_harm() {
    let original = Lock::of(&CatalogData::of(&CATALOG, Audience::Internal));
    let text = original.to_text();
    let (mut random, mut read) = (Random(0x9e37_79b9_7f4a_7c15), 0);
    for case in 0..CASES {
        match Lock::parse("lock", &mutated(&text, &mut random)) {
            Ok(lock) => {
                read += 1;
                for (old, new) in [(&original, &lock), (&lock, &original)] {
                    let report = diff(old, new, &Exemptions::none());
                    let _ = (report.to_text(), report.to_markdown(), report.to_json());
                    let _ = old.update(new).map_err(|dropped| dropped.to_string());
                }
                use_all(&CatalogData::of_lock(&lock));
            }
            Err(error) => assert!(!error.to_string().is_empty(), "case {case}"),
        }
    }
    assert!(read > CASES / 20, "only {read} could be read");
}

#[test]
fn a_mutated_catalog_does_no_harm() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let text = serde_json::to_string(&data).expect("JSON");
    let (mut random, mut read) = (Random(0x2545_f491_4f6c_dd1d), 0);
    for case in 0..CASES {
        match CatalogData::read("catalog.json", &mutated(&text, &mut random)) {
            Ok(data) => {
                read += 1;
                let checked = data.check();
                if checked.is_ok() {
                    use_all(&data);
                }
            }
            Err(error) => assert!(!error.to_string().is_empty(), "case {case}"),
        }
    }
    assert!(read > CASES / 20, "only {read} could be read");
}
