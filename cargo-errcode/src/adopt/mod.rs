//! The code mod behind `adopt`: thiserror enums get `AppError`, `#[app(extend)]` and, for each variant, a code and a guessed status.
//!
//! It inserts text at the places of tokens, so that everything else in a file stays as it is.

mod edit;
mod enums;
mod status;

use crate::output::Result;
use edit::Edit;
use enums::{Adoptable, Item, Variant};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// How codes are made: a prefix and so many digits.
pub(crate) struct Codes {
    pub(crate) prefix: String,
    pub(crate) digits: usize,
    /// The codes that stand in the sources already, upper case.
    taken: BTreeSet<String>,
    last: u64,
}

/// What is done to one file.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) path: PathBuf,
    /// The file with the attributes in it.
    pub(crate) text: String,
    pub(crate) types: Vec<Adopted>,
}

/// A type that gets codes.
#[derive(Debug, Serialize)]
pub(crate) struct Adopted {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) codes: Vec<Assigned>,
}

/// What a variant gets.
#[derive(Debug, Serialize)]
pub(crate) struct Assigned {
    pub(crate) variant: String,
    /// `None`: everything comes from the errcode error that the variant holds.
    pub(crate) code: Option<String>,
    pub(crate) status: Option<u16>,
}

/// A file that was looked at.
struct Source {
    path: PathBuf,
    text: String,
    items: Vec<Item>,
}

/// Plans the changes to all Rust files below the directories, in the order of their paths.
pub(crate) fn plan(directories: &[&Path], prefix: &str, digits: usize) -> Result<Vec<Changed>> {
    let mut paths = BTreeSet::new();
    for directory in directories {
        rust_files(directory, &mut paths)?;
    }
    let sources = paths.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let mut codes = Codes::new(prefix, digits, &sources)?;
    let types: BTreeSet<&str> =
        sources.iter().flat_map(|source| &source.items).map(|item| item.name.as_str()).collect();
    let mut changed = Vec::new();
    for source in sources.iter().filter(|source| !source.items.is_empty()) {
        changed.extend(change(source, &types, &mut codes)?);
    }
    Ok(changed)
}

fn rust_files(directory: &Path, found: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.insert(path);
        }
    }
    Ok(())
}

fn read(path: PathBuf) -> Result<Source> {
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let items = enums::find(&text).map_err(|error| {
        let at = error.span().start();
        format!("{}:{}:{}: {error}", path.display(), at.line, at.column + 1)
    })?;
    Ok(Source { path, text, items })
}

fn change(source: &Source, types: &BTreeSet<&str>, codes: &mut Codes) -> Result<Option<Changed>> {
    let (mut edits, mut adopted) = (Vec::new(), Vec::new());
    for item in &source.items {
        let before = edits.len();
        let assigned = assign(item, types, codes, &mut edits)?;
        if edits.len() > before {
            edits.extend(item.derive.clone());
            adopted.push(Adopted { name: item.name.clone(), line: item.line, codes: assigned });
        }
    }
    if edits.is_empty() {
        return Ok(None);
    }
    let text = edit::apply(&source.text, edits);
    Ok(Some(Changed { path: source.path.clone(), text, types: adopted }))
}

fn assign(
    item: &Item,
    types: &BTreeSet<&str>,
    codes: &mut Codes,
    edits: &mut Vec<Edit>,
) -> Result<Vec<Assigned>> {
    let mut assigned = Vec::new();
    match &item.what {
        Adoptable::Struct(at) => {
            let (code, status) = (codes.next()?, status::guess(&item.name));
            edits.push(at.attribute(&format!("#[app(extend, code = \"{code}\", status = {status})]")));
            assigned.push(Assigned { variant: item.name.clone(), code: Some(code), status: Some(status) });
        }
        Adoptable::Enum { at, variants } => {
            edits.extend(at.as_ref().map(|at| at.attribute("#[app(extend)]")));
            for variant in variants {
                assigned.push(assign_variant(variant, types, codes, edits)?);
            }
        }
    }
    Ok(assigned)
}

fn assign_variant(
    variant: &Variant,
    types: &BTreeSet<&str>,
    codes: &mut Codes,
    edits: &mut Vec<Edit>,
) -> Result<Assigned> {
    let name = variant.name.clone();
    if variant.holds.as_deref().is_some_and(|inner| types.contains(inner)) {
        edits.push(variant.at.attribute("#[app(transparent)]"));
        return Ok(Assigned { variant: name, code: None, status: None });
    }
    let (code, status) = (codes.next()?, status::guess(&name));
    edits.push(variant.at.attribute(&format!("#[app(code = \"{code}\", status = {status})]")));
    Ok(Assigned { variant: name, code: Some(code), status: Some(status) })
}

impl Codes {
    fn new(prefix: &str, digits: usize, sources: &[Source]) -> Result<Self> {
        let fits = prefix.len() + digits <= 64
            && prefix.starts_with(|first: char| first.is_ascii_alphanumeric())
            && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
        if !fits {
            return Err(format!("`{prefix}` cannot begin a code: it takes letters, digits and `_ - . :`, a letter or digit first").into());
        }
        let taken =
            sources.iter().flat_map(|source| enums::literals(&source.text)).map(|code| code.to_uppercase());
        Ok(Self { prefix: prefix.to_owned(), digits, taken: taken.collect(), last: 0 })
    }

    /// The next code that is not in the sources.
    fn next(&mut self) -> Result<String> {
        loop {
            self.last += 1;
            let number = self.last.to_string();
            if number.len() > self.digits {
                return Err(format!(
                    "there are more errors than codes of {} digits; try --digits",
                    self.digits
                )
                .into());
            }
            let code = format!("{}{number:0>width$}", self.prefix, width = self.digits);
            if !self.taken.contains(&code.to_uppercase()) {
                return Ok(code);
            }
        }
    }
}
