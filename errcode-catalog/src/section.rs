//! The codes in a link section: reads the records of an artifact into tables. `errcode_core::section` defines them.
//!
//! The bytes come from a file of unknown origin, so nothing in them is trusted.

mod verify;

use errcode_core::{
    Retired, Table,
    section::{self as core_section, Rest, Settings},
};
use errcode_format::{self as format, KIND_CATALOG, KIND_TYPE, MARK};
use std::{collections::HashMap, fmt};

/// The content of a section.
#[derive(Debug, Default)]
pub struct Found {
    /// The tables of all types, in the order of the section.
    pub tables: Vec<&'static Table>,
    /// The catalogs that are declared.
    pub catalogs: Vec<Declared>,
}

/// A catalog as `catalog!` declares it.
#[derive(Debug)]
pub struct Declared {
    /// The name of the static.
    pub name: &'static str,
    /// The module, beginning with the crate.
    pub module: &'static str,
    /// The package that declares it.
    pub package: &'static str,
    /// Its settings, without `faults` and `format`.
    pub settings: Settings,
    /// The types that it lists, in its order, then those that every catalog has.
    pub types: Vec<Listed>,
}

/// A type that a catalog lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Whether it is in the catalog's own list rather than in that of a merged catalog.
    pub own: bool,
    /// Its module.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What tells it from other types of that name in the section.
    pub id: &'static str,
}

/// The section is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The position in the section where the record begins.
    pub at: usize,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It has another version of the format.
    Version(u8),
    /// It violates a rule of the format.
    Broken(&'static str),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::Version(version) => {
                write!(
                    f,
                    "the error codes have format {version}, but only format {} is supported: ",
                    format::VERSION
                )?;
                f.write_str(
                    "build the artifact with the same version of errcode, or use the tool of that version",
                )
            }
            Why::Broken(why) => {
                write!(
                    f,
                    "the error-code section is damaged: {why}, in the record at byte {}",
                    self.at
                )
            }
        }
    }
}

impl std::error::Error for Malformed {}

/// Reads all records of a section. The result borrows from the bytes forever, so they must be leaked.
///
/// # Errors
///
/// Returns an error if a record is malformed.
pub fn read(bytes: &'static [u8]) -> Result<Found, Malformed> {
    let (mut found, mut rest) = (Found::default(), bytes);
    loop {
        let padding = rest.iter().take_while(|byte| **byte == 0).count();
        rest = rest.split_at(padding).1;
        if rest.is_empty() {
            return Ok(with_modules(found));
        }
        let at = bytes.len() - rest.len();
        rest = record(rest, &mut found).map_err(|why| Malformed { at, why })?;
    }
}

/// Reads the first record and returns the bytes after it.
fn record(bytes: &'static [u8], found: &mut Found) -> Result<&'static [u8], Why> {
    let Some(([mark @ .., version], rest)) = bytes.split_first_chunk::<8>() else {
        return broken("it is cut off");
    };
    if mark[..] != MARK[..7] {
        return broken("it does not begin with the mark");
    }
    if *version != format::VERSION {
        return Err(Why::Version(*version));
    }
    let kind = rest.first().copied().ok_or(Why::Broken("it is cut off"))?;
    let [head, text, rows, ops, rest] =
        format::record_parts(bytes).ok_or(Why::Broken("it is cut off"))?;
    match kind {
        KIND_TYPE => {
            let record = bytes.split_at(bytes.len() - rest.len()).0;
            found.tables.push(table(record, strings(head)?, string(text)?, rows, ops)?);
        }
        KIND_CATALOG => found.catalogs.push(catalog(strings(head)?)?),
        _ => return broken("it has an unknown kind"),
    }
    Ok(rest)
}

fn table(
    record: &'static [u8],
    mut head: Strings,
    text: &'static str,
    rows: &'static [u8],
    ops: &'static [u8],
) -> Result<&'static Table, Why> {
    if head.next()?.len() != format::ID_LEN {
        return broken("an id is malformed");
    }
    let (name, package, file) = (head.next()?, head.next()?, head.next()?);
    head.number()?;
    let (prefix, catalog_module) = (head.next()?, head.next()?);
    let retired = retired(head)?.leak();
    let keys = verify::keys(text, rows, ops).map_err(Why::Broken)?;
    let rest =
        Rest { alias_rows: keys.alias_rows.leak(), prefix, catalog_module, retired, ..Rest::NONE };
    let table =
        core_section::table(name, of_file(package, file).leak(), text, record, keys.keys.leak());
    Ok(Box::leak(Box::new(table.with(rest))))
}

/// Returns the module that a file usually is.
fn of_file(package: &str, file: &str) -> String {
    let package = package.replace('-', "_");
    let path = file.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs"));
    let modules = match path.unwrap_or_default() {
        "lib" | "main" => "",
        path => path.strip_suffix("/mod").unwrap_or(path),
    };
    let modules = modules.split('/').filter(|module| !module.is_empty());
    [package.as_str()].into_iter().chain(modules).collect::<Vec<_>>().join("::")
}

/// Gives the types that catalogs list their modules.
fn with_modules(mut found: Found) -> Found {
    let listed: HashMap<_, _> = (found.catalogs.iter().flat_map(|catalog| &catalog.types))
        .map(|listed| ((listed.name, listed.id.as_bytes()), listed.module))
        .collect();
    for table in &mut found.tables {
        if let Some(module) = listed.get(&(table.name(), table.id())) {
            *table = Box::leak(Box::new(table.in_module(module)));
        }
    }
    found
}

fn retired(mut head: Strings) -> Result<Vec<Retired>, Why> {
    let mut list = Vec::new();
    while !head.is_empty() {
        let (code, reason) = (head.next()?, head.next()?);
        if !format::is_code(code) {
            return broken("a retired code is not a code");
        }
        list.push(Retired::new(format::key(code), code, reason));
    }
    Ok(list)
}

fn catalog(mut head: Strings) -> Result<Declared, Why> {
    let (name, module, package) = (head.next()?, head.next()?, head.next()?);
    let (service, docs, grammar) = (head.next()?, head.next()?, head.next()?);
    let mut settings = Settings::NEW.service(service).languages(head.list()?.leak());
    if !docs.is_empty() {
        settings = settings.docs(docs);
    }
    if !grammar.is_empty() {
        settings = settings.grammar(grammar);
    }
    let settings = settings.modules(head.named()?.leak()).kinds(head.named()?.leak());
    let settings = settings.translations(head.pairs()?.leak()).format_name(head.next()?);
    let list = head.list()?;
    if list.len() % 4 != 0 || !head.is_empty() {
        return broken("its list of types is cut off");
    }
    let listed = |item: &[&'static str]| Listed {
        own: item[0] == "own",
        module: item[1],
        name: item[2],
        id: item[3],
    };
    Ok(Declared {
        name,
        module,
        package,
        settings,
        types: list.chunks_exact(4).map(listed).collect(),
    })
}

fn string(bytes: &'static [u8]) -> Result<&'static str, Why> {
    std::str::from_utf8(bytes).map_err(|_| Why::Broken("a text is not UTF-8"))
}

fn strings(head: &'static [u8]) -> Result<Strings, Why> {
    string(head).map(Strings)
}

fn broken<T>(why: &'static str) -> Result<T, Why> {
    Err(Why::Broken(why))
}

/// Strings, each of which ends with NUL.
struct Strings(&'static str);

impl Strings {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn next(&mut self) -> Result<&'static str, Why> {
        let (next, rest) = self.0.split_once('\0').ok_or(Why::Broken("its head is cut off"))?;
        self.0 = rest;
        Ok(next)
    }

    fn number(&mut self) -> Result<u32, Why> {
        self.next()?.parse().map_err(|_| Why::Broken("a number is malformed"))
    }

    /// Reads strings up to the empty string that ends a list.
    fn list(&mut self) -> Result<Vec<&'static str>, Why> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                "" => return Ok(list),
                next => list.push(next),
            }
        }
    }

    /// Reads pairs up to the empty string that ends a list.
    fn pairs(&mut self) -> Result<Vec<(&'static str, &'static str)>, Why> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                "" => return Ok(list),
                first => list.push((first, self.next()?)),
            }
        }
    }

    fn named(&mut self) -> Result<Vec<(u32, &'static str)>, Why> {
        let number =
            |number: &str| number.parse().map_err(|_| Why::Broken("a number is malformed"));
        self.pairs()?.into_iter().map(|(of, name)| Ok((number(of)?, name))).collect()
    }
}
