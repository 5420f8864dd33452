//! The planned changes.

use super::{
    answers::Place,
    catalog::{self, Catalog},
    edit::{self, Edit},
    item::{Case, Item},
    names::Coded,
    removal::{self, Removal},
    source::{self, Package, Source},
    status,
};
use crate::output::Result;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::PathBuf,
    thread,
};

/// The planned changes.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) changed: Vec<Changed>,
    pub(crate) catalogs: Vec<Catalog>,
    /// The code that the derive and the layer replace.
    pub(crate) removed: Vec<Removed>,
    pub(crate) layer: Layer,
    /// Whether the sources name what writes the log.
    pub(crate) has_log: bool,
    /// What was skipped, and why.
    pub(crate) warnings: Vec<String>,
}

/// Whether the router gets the layer.
#[derive(Debug, PartialEq)]
pub(crate) enum Layer {
    /// Nothing answers, or the layer is there.
    None,
    /// It is added to the router in this file.
    Added(String),
    /// Where it belongs is not clear. These build routers that are not part of others.
    ByHand(Vec<String>),
}

/// The changes to a file.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) path: PathBuf,
    /// The path as shown to the user.
    pub(crate) shown: String,
    /// The new text.
    pub(crate) text: String,
    pub(crate) types: Vec<Adopted>,
}

/// Code that is removed.
#[derive(Debug, Serialize)]
pub(crate) struct Removed {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    /// Whether it mentions headers.
    pub(crate) headers: bool,
}

/// A type that gets codes.
#[derive(Debug, Serialize)]
pub(crate) struct Adopted {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// Whether clients never see the codes: the type is only a cause within others, which answer.
    pub(crate) internal: bool,
    pub(crate) codes: Vec<Assigned>,
}

/// The code of a variant.
#[derive(Debug, Serialize)]
pub(crate) struct Assigned {
    pub(crate) variant: String,
    /// `None` if the variant is transparent for another errcode error.
    pub(crate) code: Option<String>,
    pub(crate) status: Option<u16>,
}

/// Plans the changes to all files of the package, in the order of their paths.
pub(crate) fn plan(package: &Package<'_>, prefix: &str, digits: usize) -> Result<Plan> {
    /// The parser is recursive, and generated code may be deep, such as a chain of thousands of
    /// `else if`.
    const STACK: usize = 512 << 20;
    let planned = thread::scope(|scope| {
        let work = || plan_here(package, prefix, digits).map_err(|error| error.to_string());
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        thread.join().map_err(|_| io::Error::other("the sources could not be read"))
    });
    Ok(planned??)
}

fn plan_here(package: &Package<'_>, prefix: &str, digits: usize) -> Result<Plan> {
    let source = source::read(package);
    let mut codes = Codes::new(prefix, digits, &source)?;
    let mut warnings = source.warnings.clone();
    let adopted = adopted(&source, prefix, &mut warnings);
    let coded = Coded::new(&source, adopted.keys().copied());
    let internal = internal(&source, &adopted, &coded);
    let is_adopted = |ty: &str| adopted.values().any(|(item, _)| source.key(item) == ty);
    let removals = removal::removals(&source, is_adopted, package.has_library);
    let catalogs = catalog::catalogs(&source, &coded, package.name);
    let mut edits = Edits::new();
    let mut types: BTreeMap<usize, Vec<Adopted>> = BTreeMap::new();
    for (item, error) in in_order(&source, &adopted) {
        let file = item.at.0;
        let is_internal = internal.contains(&item.at);
        let context = Context { source: &source, coded: &coded, is_internal };
        let edits = edits.entry(file).or_default();
        let codes = assign(item, &context, &mut codes, edits)?;
        let key = source.key(item);
        let responses = || source.answers.responses.iter().filter(|found| found.ty == key);
        edits.extend(item.derive(error, responses().any(|found| !found.is_mixed)));
        warnings.extend(responses().filter(|found| found.is_mixed).map(|found| {
            format!(
                "{}:{}: `impl IntoResponse for {}` does not only answer with errors, and stays as it is",
                source.files[found.file].shown, found.line, found.name
            )
        }));
        warnings.extend(guessed(&source, item, &codes));
        warnings.extend(conditional(&source, item, &codes));
        let (name, line) = (item.name.clone(), item.line);
        types.entry(file).or_default().push(Adopted { name, line, internal: is_internal, codes });
    }
    for Removal { file, bytes, .. } in &removals {
        edits.entry(*file).or_default().push(Edit::remove(&source.files[*file].text, bytes));
    }
    for (file, edit) in catalogs.iter().flat_map(|catalog| catalog.edits.iter().cloned()) {
        edits.entry(file).or_default().push(edit);
    }
    warnings.extend(by_hand(&source));
    let layer = layer(&source, &removals, &catalogs, &mut edits);
    let removed = removals.into_iter().map(|removal| removed(&source, removal)).collect();
    let has_log = ["tracing_subscriber", "errcode_runtime"]
        .iter()
        .any(|name| source.files.iter().any(|file| file.text.contains(name)));
    let changed = changed(&source, edits, types);
    Ok(Plan { changed, catalogs, removed, layer, has_log, warnings })
}

/// The edits of each file.
type Edits = BTreeMap<usize, Vec<Edit>>;

fn changed(
    source: &Source,
    mut edits: Edits,
    mut types: BTreeMap<usize, Vec<Adopted>>,
) -> Vec<Changed> {
    let mut changed = Vec::new();
    for number in by_path(source) {
        let file = &source.files[number];
        let edits = edits.remove(&number).unwrap_or_default();
        if !edits.is_empty() {
            changed.push(Changed {
                path: file.path.clone(),
                shown: file.shown.clone(),
                text: edit::apply(&file.text, edits),
                types: types.remove(&number).unwrap_or_default(),
            });
        }
    }
    changed
}

fn by_path(source: &Source) -> Vec<usize> {
    let mut order: Vec<usize> = (0..source.files.len()).collect();
    order.sort_by_key(|file| &source.files[*file].path);
    order
}

/// Returns the types in the order of the paths of their files.
fn in_order<'s>(source: &Source, adopted: &ByPlace<'s>) -> Vec<(&'s Item, Option<usize>)> {
    let of_file = |file| adopted.range((file, 0)..(file + 1, 0)).map(|(_, item)| *item);
    by_path(source).into_iter().flat_map(of_file).collect()
}

/// Adds the layer to the router, if it is clear which one has all routes.
fn layer(source: &Source, removals: &[Removal], catalogs: &[Catalog], edits: &mut Edits) -> Layer {
    let is_there = source.files.iter().any(|file| file.text.contains("ErrorLayer"));
    if is_there || !removals.iter().any(|removal| removal.what.starts_with("impl ")) {
        return Layer::None;
    }
    match (source.routers.outermost(), catalogs) {
        (Some(router), [catalog])
            if !(catalog.is_there || catalog.edits.is_empty())
                && catalog.root == router.root
                && !source.files[router.file].is_foreign =>
        {
            edits.entry(router.file).or_default().push(router.add(LAYER));
            Layer::Added(source.files[router.file].shown.clone())
        }
        _ => {
            let place =
                |(file, line): (usize, usize)| format!("{}:{line}", source.files[file].shown);
            Layer::ByHand(source.routers.outer().map(place).collect())
        }
    }
}

/// The layer with the new catalog.
const LAYER: &str = "errcode_axum::ErrorLayer::new(&crate::CATALOG)";

fn removed(source: &Source, removal: Removal) -> Removed {
    Removed {
        name: removal.what,
        file: source.files[removal.file].shown.clone(),
        line: removal.line,
        headers: removal.has_headers,
    }
}

/// Returns a warning for each variant whose status existing code does not tell, though it has an arm for it.
fn guessed(source: &Source, item: &Item, codes: &[Assigned]) -> Vec<String> {
    let unknown = item.cases.iter().filter(|case| {
        source.answers.has(&source.key(item)) && status_of(item, case, source).is_none()
    });
    let told = unknown.filter_map(|case| {
        let assigned = codes.iter().find(|assigned| assigned.variant == case.name)?;
        let status = assigned.status?;
        let variant = if case.name == item.name { String::new() } else { format!("::{}", case.name) };
        Some(format!(
            "{}:{}: `{}{variant}` is answered with no single error status; its code has {status}, which is a guess",
            source.files[item.at.0].shown, item.line, item.name
        ))
    });
    told.collect()
}

/// Returns a warning for each type that answers with errors, and that this cannot adopt.
fn by_hand(source: &Source) -> Vec<String> {
    let is_known =
        |ty: &str| source.items.iter().any(|item| item.is_error && source.key(item) == ty);
    let unknown = source.answers.responses.iter().filter(|found| {
        source.answers.has_status(&found.ty)
            && !source.files[found.file].is_foreign
            && !is_known(&found.ty)
    });
    let told = unknown.map(|Place { name, ty, file, line, .. }| {
        let why = if source.answers.is_from_any(ty) {
            "any error is converted into it, so it cannot be an error with codes; return `errcode_axum::Result`, with \
             `.unexpected(\"…\")?` on the errors of other crates"
        } else {
            "it does not derive `thiserror::Error`; derive it, with an `#[error(\"…\")]` for each variant, and run \
             this again"
        };
        format!("{}:{line}: `{name}` is skipped: {why}", source.files[*file].shown)
    });
    told.collect()
}

/// Returns a warning for each arm of existing code with a status that only some values of a variant have.
fn conditional(source: &Source, item: &Item, codes: &[Assigned]) -> Vec<String> {
    let arms = source.answers.conditional.iter().filter(|arm| arm.ty == source.key(item));
    let lost = arms.filter_map(|arm| {
        let assigned = codes.iter().find(|assigned| assigned.variant == arm.variant)?;
        let status = assigned.status.filter(|status| *status != arm.status)?;
        Some(format!(
            "{}:{}: `{}::{}` answers {} in some cases, but its code has the status {status}; \
             give these cases a variant of their own",
            source.files[arm.file].shown, arm.line, item.name, arm.variant, arm.status
        ))
    });
    lost.collect()
}

/// The types that get codes by their places in files, with the offset after the derive of
/// thiserror.
type ByPlace<'s> = BTreeMap<(usize, usize), (&'s Item, Option<usize>)>;

fn adopted<'s>(source: &'s Source, prefix: &str, warnings: &mut Vec<String>) -> ByPlace<'s> {
    let mut adopted = BTreeMap::new();
    for item in source.items.iter().filter(|item| !item.cases.is_empty()) {
        let file = &source.files[item.at.0];
        let Some(error) = error_derive(source, item).filter(|_| !file.is_foreign) else { continue };
        let obstacle = match &item.prefix {
            _ if error.is_none() && !item.has_codes => {
                "it derives `Error` in a `cfg_attr`; add the codes by hand".to_owned()
            }
            Some(own) if !prefix.starts_with(own.as_str()) => {
                format!("its codes begin with `{own}`; run this with --prefix {own}")
            }
            _ => {
                adopted.insert(item.at, (item, error));
                continue;
            }
        };
        let warning =
            format!("{}:{}: `{}` is skipped: {obstacle}", file.shown, item.line, item.name);
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    adopted
}

/// Finds the derive that is called `Error`, or by the name that an import gives to an `Error`.
fn error_derive(source: &Source, item: &Item) -> Option<Option<usize>> {
    let imports = &source.modules[item.module].imports;
    let renamed = |name: &str| {
        imports.iter().any(|import| {
            import.name.as_deref() == Some(name)
                && import.path.last().is_some_and(|last| last == "Error")
        })
    };
    let mut derives = item.derives.iter();
    derives.find(|(name, _)| name == "Error" || renamed(name)).map(|(_, after)| *after)
}

/// Finds the types that do not answer themselves and are only causes within types that do, or within such causes, or
/// are converted into them by hand. Where nothing answers, as in a library, each type may.
fn internal(source: &Source, adopted: &ByPlace<'_>, coded: &Coded<'_>) -> BTreeSet<(usize, usize)> {
    if source.answers.is_empty() {
        return BTreeSet::new();
    }
    // The places of the types that a path may mean.
    let meant = |item: &Item, path: &Vec<String>| -> Vec<(usize, usize)> {
        let is_it =
            |other: &&Item| path.last() == Some(&other.name) && coded.is_meant(item.module, path);
        adopted.values().map(|(other, _)| *other).filter(is_it).map(|other| other.at).collect()
    };
    let (mut causes, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for (item, _) in adopted.values() {
        for case in &item.cases {
            let held = case.fields.iter().flat_map(|path| meant(item, path));
            if passes_on(item, case, source) { shown.extend(held) } else { causes.extend(held) }
        }
    }
    let converted = |item: &Item| {
        let key = source.key(item);
        let mut becomes = source.answers.converted.iter().filter(|(from, _)| *from == key);
        becomes.any(|(_, into)| source.answers.has(into))
    };
    causes.extend(
        adopted.values().map(|(item, _)| *item).filter(|item| converted(item)).map(|item| item.at),
    );
    let answers = |at: &(usize, usize)| {
        adopted.get(at).is_some_and(|(item, _)| source.answers.has(&source.key(item)))
    };
    causes.retain(|at| !shown.contains(at) && !answers(at));
    causes
}

/// Returns whether the error in a variant decides how it is answered.
fn passes_on(item: &Item, case: &Case, source: &Source) -> bool {
    case.holds.is_some()
        && (source.answers.is_delegated(&source.key(item), &case.name)
            || case.is_transparent && status_of(item, case, source).is_none())
}

/// Returns the status with which existing code answers.
fn status_of(item: &Item, case: &Case, source: &Source) -> Option<u16> {
    let variant = (case.name != item.name).then_some(case.name.as_str());
    let key = source.key(item);
    let status = |variant| source.answers.status(&key, variant);
    status(variant).or_else(|| status(Some(&case.name)))
}

struct Context<'c> {
    source: &'c Source,
    coded: &'c Coded<'c>,
    is_internal: bool,
}

fn assign(
    item: &Item,
    context: &Context<'_>,
    codes: &mut Codes,
    edits: &mut Vec<Edit>,
) -> Result<Vec<Assigned>> {
    let Context { source, coded, is_internal } = context;
    let (container, internal) = match (is_internal, &item.container) {
        (true, Some(_)) => ("#[app(extend, internal)]", ""),
        (true, None) => ("", "internal, "),
        (false, _) => ("#[app(extend)]", ""),
    };
    edits.extend(item.container.as_ref().map(|slot| slot.attribute(container)));
    // Two roots may share the file, and a name may mean different types in them.
    let modules: Vec<usize> =
        source.items.iter().filter(|other| other.at == item.at).map(|other| other.module).collect();
    let is_coded = |path: &Vec<String>| modules.iter().all(|module| coded.is_meant(*module, path));
    let mut assign = |case: &Case| {
        let (variant, before) = (case.name.clone(), item.before);
        if passes_on(item, case, source) && case.holds.as_ref().is_some_and(is_coded) {
            edits.push(case.slot.attribute(&format!("#[app({before}transparent)]")));
            return Ok(Assigned { variant, code: None, status: None });
        }
        let guess = || status::guess(&variant, case.message.as_deref(), &case.fields);
        let status = status_of(item, case, source).unwrap_or_else(guess);
        let code = codes.next()?;
        let attribute = format!("#[app({before}{internal}code = \"{code}\", status = {status})]");
        edits.push(case.slot.attribute(&attribute));
        Ok(Assigned { variant, code: Some(code), status: Some(status) })
    };
    item.cases.iter().map(&mut assign).collect()
}

/// Generates codes: a prefix and a number of digits.
struct Codes {
    prefix: String,
    digits: usize,
    /// The texts in the sources that may be codes, in upper case.
    taken: BTreeSet<String>,
    last: u64,
}

impl Codes {
    fn new(prefix: &str, digits: usize, source: &Source) -> Result<Self> {
        let fits = prefix.len() + digits <= 64
            && prefix.starts_with(|first: char| first.is_ascii_alphanumeric())
            && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
        if !fits {
            return Err(format!(
                "invalid prefix `{prefix}`; a code begins with a letter or digit, \
                 followed by letters, digits and `_ - . :`"
            )
            .into());
        }
        // All texts between quotes, also in files that cannot be parsed.
        let texts = source.files.iter().flat_map(|file| file.text.split('"'));
        let taken = texts.filter(|text| text.len() <= 64).map(str::to_uppercase).collect();
        Ok(Self { prefix: prefix.to_owned(), digits, taken, last: 0 })
    }

    /// Returns the next code that does not occur in the sources.
    fn next(&mut self) -> Result<String> {
        loop {
            self.last += 1;
            let code = format!("{}{:0>width$}", self.prefix, self.last, width = self.digits);
            if code.len() > self.prefix.len() + self.digits {
                return Err(format!(
                    "{} digits are not enough for all errors; increase `--digits`",
                    self.digits
                )
                .into());
            }
            if !self.taken.contains(&code.to_uppercase()) {
                return Ok(code);
            }
        }
    }
}
