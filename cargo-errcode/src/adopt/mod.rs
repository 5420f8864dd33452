//! The code mod behind `adopt`: thiserror enums get `AppError`, `#[app(extend)]` and, for each variant, a code and a guessed status.
//!
//! It inserts text at the places of tokens, so that everything else in a file stays as it is.

mod attributes;
mod catalog;
mod edit;
mod items;
mod modules;
mod resolve;
mod status;
mod syntax;
mod write;

pub(crate) use self::{catalog::Catalog, write::write};

use self::{
    edit::Edit,
    items::{Item, Items},
    modules::{File, Tree},
    syntax::{Body, Case},
};
use crate::output::Result;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    thread,
};

/// What is adopted.
pub(crate) struct Package<'p> {
    /// Where its Cargo.toml stands.
    pub(crate) directory: &'p Path,
    /// The files that its libraries and binaries begin with.
    pub(crate) roots: Vec<&'p Path>,
    /// What it calls thiserror.
    pub(crate) thiserror: Vec<String>,
}

/// How codes are made: a prefix and so many digits.
struct Codes {
    prefix: String,
    digits: usize,
    /// The codes that stand in the sources already, upper case.
    taken: BTreeSet<String>,
    last: u64,
}

/// What there is to do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) changed: Vec<Changed>,
    pub(crate) catalogs: Vec<Catalog>,
    /// What was left out, and why.
    pub(crate) warnings: Vec<String>,
}

/// What is done to one file.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) path: PathBuf,
    /// The path as it is told to the user.
    pub(crate) shown: String,
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

/// Sources are read by a recursive parser: room for what machines write, as a chain of thousands of `else if`.
const STACK: usize = 512 << 20;

/// Plans the changes to all files of the package, in the order of their paths.
pub(crate) fn plan(package: &Package<'_>, prefix: &str, digits: usize) -> Result<Plan> {
    let planned = thread::scope(|scope| {
        let work = || plan_here(package, prefix, digits).map_err(|error| error.to_string());
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        thread.join().map_err(|_| io::Error::other("the sources could not be read"))
    });
    Ok(planned??)
}

fn plan_here(package: &Package<'_>, prefix: &str, digits: usize) -> Result<Plan> {
    let tree = modules::follow(package);
    let mut codes = Codes::new(prefix, digits, &tree.files)?;
    let items = Items::find(&tree, prefix);
    let mut order: Vec<usize> = (0..tree.files.len()).collect();
    order.sort_by_key(|file| &tree.files[*file].path);
    let mut changed = Vec::new();
    for file in order {
        changed.extend(change(&tree, file, &items, &mut codes)?);
    }
    let catalogs = catalog::catalogs(&tree, &items.listed());
    let warnings = tree.warnings.iter().chain(&items.warnings).cloned().collect();
    Ok(Plan { changed, catalogs, warnings })
}

fn change(
    tree: &Tree,
    file: usize,
    items: &Items<'_>,
    codes: &mut Codes,
) -> Result<Option<Changed>> {
    let (mut edits, mut types) = (Vec::new(), Vec::new());
    for item in items.of_file(file) {
        let codes = assign(item, items, codes, &mut edits)?;
        edits.extend(item.definition.derive(item.error));
        types.push(Adopted {
            name: item.definition.name.clone(),
            line: item.definition.line,
            codes,
        });
    }
    if edits.is_empty() {
        return Ok(None);
    }
    let file = &tree.files[file];
    let (path, shown) = (file.path.clone(), file.shown.clone());
    Ok(Some(Changed { path, shown, text: edit::apply(&file.text, edits), types }))
}

fn assign(
    item: &Item<'_>,
    items: &Items<'_>,
    codes: &mut Codes,
    edits: &mut Vec<Edit>,
) -> Result<Vec<Assigned>> {
    match &item.definition.body {
        Body::Settled => Ok(Vec::new()),
        Body::Struct(case) => Ok(vec![assign_case(item, case, "extend, ", items, codes, edits)?]),
        Body::Enum { at, cases, .. } => {
            edits.extend(at.as_ref().map(|at| at.attribute("#[app(extend)]")));
            cases.iter().map(|case| assign_case(item, case, "", items, codes, edits)).collect()
        }
    }
}

fn assign_case(
    item: &Item<'_>,
    case: &Case,
    before: &str,
    items: &Items<'_>,
    codes: &mut Codes,
    edits: &mut Vec<Edit>,
) -> Result<Assigned> {
    let variant = case.name.clone();
    if case.holds.as_ref().is_some_and(|path| items.have_codes(&item.modules, path)) {
        edits.push(case.at.attribute(&format!("#[app({before}transparent)]")));
        return Ok(Assigned { variant, code: None, status: None });
    }
    let (code, status) = (codes.next()?, status::guess(&variant, case.text.as_deref()));
    edits.push(case.at.attribute(&format!("#[app({before}code = \"{code}\", status = {status})]")));
    Ok(Assigned { variant, code: Some(code), status: Some(status) })
}

impl Codes {
    fn new(prefix: &str, digits: usize, files: &[File]) -> Result<Self> {
        let fits = prefix.len() + digits <= 64
            && prefix.starts_with(|first: char| first.is_ascii_alphanumeric())
            && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
        if !fits {
            return Err(format!("`{prefix}` cannot begin a code: it takes letters, digits and `_ - . :`, a letter or digit first").into());
        }
        let taken = files
            .iter()
            .flat_map(|file| syntax::literals(&file.text))
            .map(|code| code.to_uppercase());
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
