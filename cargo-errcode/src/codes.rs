//! The codes that a command works on, from any source.

use crate::{
    args::Source,
    artifact, http,
    output::{Color, Result, note, warning},
    project::Project,
    text_file,
};
use errcode_catalog::{
    Audience, CatalogData,
    lock::Lock,
    section::{Declared, Found, Listed},
};
use errcode_core::{Catalog, Table, section::Settings};
use std::{
    collections::HashSet,
    ffi::OsStr,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// The codes, and the package they belong to.
pub(crate) struct Codes {
    origin: Origin,
    project: Option<Project>,
}

enum Origin {
    Linked(Box<Linked>),
    CatalogData(Box<CatalogData>),
    Lock(Box<Lock>),
}

/// The codes in an artifact.
pub(crate) struct Linked {
    /// The codes of the declared catalog, or all if none is declared.
    catalog: Catalog,
    /// The codes of all types, listed or not.
    pub(crate) everything: Catalog,
    /// The same without the types of other versions of a crate, which have the same codes.
    pub(crate) distinct: Catalog,
    /// The types with codes that the catalog does not list.
    pub(crate) unlisted: Vec<Unlisted>,
    /// The crates with codes of which none is linked in.
    pub(crate) unlinked: Vec<String>,
    /// The lines of translation files that have no effect, each after its language and number.
    pub(crate) mistakes: Vec<String>,
}

/// A type with codes that the catalog does not list.
pub(crate) struct Unlisted {
    pub(crate) table: &'static Table,
    /// The path of the catalog.
    pub(crate) catalog: String,
    /// What to add to its list; `None` if it lists the type of another version of the crate.
    pub(crate) missing: Option<String>,
}

impl Codes {
    pub(crate) fn load(source: &Source, color: Color) -> Result<Self> {
        let selection = &source.selection;
        let package = selection.package.as_deref();
        if let Some(from) = &source.from {
            // With `-p`, the package whose sources, lock and exemptions belong to the file.
            let project = package
                .map(|package| Project::select_alone(Some(package), &selection.manifest))
                .transpose()?;
            return Ok(Self { origin: Origin::read(from, source.catalog.as_deref())?, project });
        }
        let project = Project::select(package, selection)?;
        let built = project.build(selection)?;
        let mut linked = Linked::new(built.found, source.catalog.as_deref(), Some(project.name()))?;
        for name in &built.unlinked {
            warning(
                &format!(
                    "the codes of crate `{name}` are not linked in, because nothing refers to the crate"
                ),
                color,
            );
        }
        linked.unlinked = built.unlinked;
        Ok(Self { origin: Origin::Linked(Box::new(linked)), project: Some(project) })
    }

    /// Reads the codes of another artifact or file, for a comparison.
    pub(crate) fn read(from: &OsStr, catalog: Option<&str>) -> Result<Self> {
        Ok(Self { origin: Origin::read(from, catalog)?, project: None })
    }

    /// Returns everything that the source knows.
    pub(crate) fn data(&self) -> CatalogData {
        match &self.origin {
            Origin::Linked(linked) => CatalogData::of(&linked.catalog, Audience::Internal),
            Origin::CatalogData(data) => (**data).clone(),
            Origin::Lock(lock) => CatalogData::of_lock(lock),
        }
    }

    /// Returns the catalog for these readers: never more than they may see, or an error if the
    /// source knows less.
    pub(crate) fn data_for(&self, audience: Audience) -> Result<CatalogData> {
        match (&self.origin, audience) {
            (Origin::Linked(linked), audience) => Ok(CatalogData::of(&linked.catalog, audience)),
            (_, Audience::Public) => Ok(self.data().into_public()),
            (_, Audience::Internal) => self.whole(),
        }
    }

    /// Returns the catalog with the internal part.
    fn whole(&self) -> Result<CatalogData> {
        let data = self.data();
        if data.audience == Audience::Internal {
            return Ok(data);
        }
        Err("this command needs the internal part of the codes; read them from a binary, a lock, \
             or a catalog.json that was made with `--audience internal`"
            .into())
    }

    pub(crate) fn lock(&self) -> Result<Lock> {
        match &self.origin {
            Origin::Lock(lock) => Ok((**lock).clone()),
            _ => Ok(Lock::of(&self.whole()?)),
        }
    }

    /// Says in which formats bodies are shown, if the service answers in a format of its own: it is code, and none of
    /// the user's code is run here.
    pub(crate) fn note_formats(&self, color: Color) {
        let name = self.linked().and_then(|linked| linked.catalog.body_format_name());
        let Some(name) = name else { return };
        note(
            &format!(
                "the service answers in `{name}`, which only its own code can write; bodies and statuses are shown in \
                 the standard formats\n\
                 help: write the documentation from a test: \
                 `CATALOG.write_docs(\"docs/errors\", &{name}, Mode::Check)` of `errcode_docs::CatalogExt`"
            ),
            color,
        );
    }

    /// Returns whether there is a code other than the framework's.
    pub(crate) fn has_any(&self) -> bool {
        self.linked().is_none_or(|linked| {
            let data = CatalogData::of(&linked.everything, Audience::Internal);
            !data.errors.is_empty() || !data.retired.is_empty()
        })
    }

    /// Returns whether the source is a lock, which has no explanations and bodies.
    pub(crate) fn is_lock(&self) -> bool {
        matches!(self.origin, Origin::Lock(_))
    }

    pub(crate) fn linked(&self) -> Option<&Linked> {
        match &self.origin {
            Origin::Linked(linked) => Some(linked),
            _ => None,
        }
    }

    pub(crate) fn project(&self) -> Option<&Project> {
        self.project.as_ref()
    }

    /// Returns the path of a file next to the package's Cargo.toml, else in the current directory.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.project.as_ref().map_or(Path::new(""), Project::directory).join(name)
    }
}

impl Origin {
    fn read(from: &OsStr, catalog: Option<&str>) -> Result<Self> {
        if let Some(address) = http::address(from) {
            return Ok(match Self::parse(address, &http::get(address, None)?)? {
                Self::CatalogData(data) => {
                    Self::CatalogData(Box::new(in_all_languages(address, *data)?))
                }
                origin => origin,
            });
        }
        let shown = from.display().to_string();
        let name = if from == "-" { "standard input" } else { &shown };
        let bytes = read(from).map_err(|error| format!("{name}: {error}"))?;
        if artifact::looks_like_one(&bytes) {
            let found = artifact::parse(&bytes).map_err(|error| format!("{name}: {error}"))?;
            return Ok(Self::Linked(Box::new(Linked::new(found, catalog, None)?)));
        }
        let text = text_file::decoded(bytes);
        Self::parse(name, &text.map_err(|why| format!("{}: {why}", no_source(name)))?)
    }

    /// A lock is a JSON array, a catalog is an object.
    fn parse(name: &str, text: &str) -> Result<Self> {
        let text = text.trim_start_matches('\u{feff}');
        match text.trim_start().chars().next() {
            Some('[') => return Ok(Self::Lock(Box::new(Lock::parse(name, text)?))),
            Some('{') => {}
            _ => return Err(no_source(name).into()),
        }
        let data = CatalogData::read(name, text)?;
        data.check().map_err(|error| format!("{name}: {error}"))?;
        Ok(Self::CatalogData(Box::new(data)))
    }
}

fn no_source(name: &str) -> String {
    format!("{name}: not an executable, library, lock file or catalog.json")
}

/// Reads the languages that a service has besides its default one. It lists its codes in one language at a time.
fn in_all_languages(from: &str, data: CatalogData) -> Result<CatalogData> {
    if data.entries().any(|entry| !entry.messages.is_empty()) {
        return Ok(data);
    }
    /// Bounds the requests that a service can cause.
    const MOST: usize = 32;
    let mut others = Vec::new();
    let languages = data.languages.iter().skip(1).filter(|language| is_language(language));
    for language in languages.take(MOST) {
        let other = CatalogData::read(from, &http::get(from, Some(language))?)?;
        others.push((language.clone(), other));
    }
    Ok(data.with_languages(&others))
}

/// Returns whether a text is a language tag, so that it can be a header's value.
fn is_language(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Reads a whole file, or up to 1 GiB of a pipe or device, which may never end.
fn read(from: &OsStr) -> io::Result<Vec<u8>> {
    const MOST: u64 = 1 << 30;
    let mut bytes = Vec::new();
    if from == "-" {
        io::stdin().lock().take(MOST).read_to_end(&mut bytes)?;
    } else {
        let file = fs::File::open(from)?;
        let limit = if file.metadata()?.is_file() { u64::MAX } else { MOST };
        file.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

impl Linked {
    fn new(found: Found, catalog: Option<&str>, package: Option<&str>) -> Result<Self> {
        let Found { mut tables, mut catalogs } = found;
        // The linker decides the order of the section, and may include the objects of a library
        // twice.
        catalogs.sort_by_key(|catalog| (catalog.module, catalog.name));
        catalogs.dedup_by(|a, b| (a.module, a.name, &a.types) == (b.module, b.name, &b.types));
        tables.sort_by_key(|table| (table.module(), table.name()));
        tables.dedup_by(|a, b| a.is_copy_of(b));
        let (framework, own): (Vec<_>, Vec<_>) =
            tables.iter().copied().partition(|table| table.package() == "errcode-core");
        let declared = choose(&catalogs, catalog, package)?;
        let unlisted = declared.map(|declared| unlisted(declared, &catalogs, &own));
        let catalog = assemble(&in_catalog(declared, &own)?, &framework, declared)?;
        Ok(Self {
            unlisted: unlisted.unwrap_or_default(),
            mistakes: catalog.translation_mistakes(),
            catalog,
            everything: assemble(&own, &framework, declared)?,
            distinct: assemble(&distinct(&own, declared), &framework, declared)?,
            unlinked: Vec::new(),
        })
    }
}

/// Chooses a catalog: the named one, else that of the package, else the one with the most types.
fn choose<'c>(
    catalogs: &'c [Declared],
    name: Option<&str>,
    package: Option<&str>,
) -> Result<Option<&'c Declared>> {
    let all = || {
        catalogs.iter().map(|catalog| format!("`{}`", path(catalog))).collect::<Vec<_>>().join(", ")
    };
    if let Some(name) = name {
        let found = catalogs.iter().find(|catalog| catalog.name == name || path(catalog) == name);
        return found.map(Some).ok_or_else(|| {
            format!("unknown catalog `{name}`; the declared ones are: {}", all()).into()
        });
    }
    let of_package: Vec<_> =
        catalogs.iter().filter(|catalog| package == Some(catalog.package)).collect();
    let candidates = if of_package.is_empty() { catalogs.iter().collect() } else { of_package };
    let most = candidates.iter().map(|catalog| catalog.types.len()).max().unwrap_or(0);
    let mut largest = candidates.into_iter().filter(|catalog| catalog.types.len() == most);
    match (largest.next(), largest.next()) {
        (_, Some(_)) => {
            Err(format!("several catalogs are declared; choose one with `--catalog`: {}", all())
                .into())
        }
        (one, None) => Ok(one),
    }
}

/// Returns the types that the chosen catalog does not list. A package may have several catalogs, of which each has its
/// own types; the catalog of a library counts only where it is merged.
fn unlisted(declared: &Declared, catalogs: &[Declared], own: &[&'static Table]) -> Vec<Unlisted> {
    let lists =
        |catalog: &Declared, table: &Table| catalog.types.iter().any(|listed| names(listed, table));
    let is_listed = |table: &Table| {
        let same = catalogs.iter().filter(|catalog| catalog.package == declared.package);
        same.into_iter().any(|catalog| lists(catalog, table))
    };
    let missing = own.iter().copied().filter(|table| {
        !table.is_empty() && !table.package().starts_with("errcode-") && !is_listed(table)
    });
    let unlisted = |table: &'static Table| {
        let other = catalogs.iter().find(|catalog| {
            let declares = catalog.types.iter().any(|listed| listed.own && names(listed, table));
            declares && catalog.package == table.package()
        });
        let own_path = (table.module(), table.name());
        let is_other_version =
            declared.types.iter().any(|listed| (listed.module, listed.name) == own_path);
        let missing = match other {
            _ if is_other_version => None,
            Some(catalog) => Some(format!("..{}", path(catalog))),
            None => Some(format!("{}::{}", table.module(), table.name())),
        };
        Unlisted { table, catalog: path(declared), missing }
    };
    missing.map(unlisted).collect()
}

/// Returns one type of each path: that of the catalog, else the first.
fn distinct(own: &[&'static Table], declared: Option<&Declared>) -> Vec<&'static Table> {
    let is_listed = |table: &Table| {
        declared.is_some_and(|declared| declared.types.iter().any(|listed| names(listed, table)))
    };
    let path = |table: &Table| (table.module(), table.name());
    let (listed, others): (Vec<&'static Table>, Vec<&'static Table>) =
        own.iter().copied().partition(|table| is_listed(table));
    let mut known: HashSet<_> = listed.iter().map(|table| path(table)).collect();
    let others = others.into_iter().filter(|table| known.insert(path(table)));
    let mut distinct: Vec<_> = others.collect();
    distinct.extend(listed);
    distinct.sort_by_key(|table| path(table));
    distinct
}

fn path(catalog: &Declared) -> String {
    format!("{}::{}", catalog.module, catalog.name)
}

/// Returns whether this is the type. Two versions of a crate have types of the same path.
fn names(listed: &Listed, table: &Table) -> bool {
    (listed.name, listed.id.as_bytes()) == (table.name(), table.id())
}

/// Returns the types of the catalog in its order, or all types without a catalog.
fn in_catalog(declared: Option<&Declared>, own: &[&'static Table]) -> Result<Vec<&'static Table>> {
    let Some(declared) = declared else { return Ok(own.to_vec()) };
    let listed =
        declared.types.iter().filter(|listed| !listed.module.starts_with("errcode_core::"));
    let find = |listed: &Listed| {
        let found = own.iter().copied().find(|table| names(listed, table));
        found.ok_or_else(|| {
            format!(
                "the catalog lists `{}::{}`, but its codes are not in the artifact",
                listed.module, listed.name
            )
            .into()
        })
    };
    listed.map(find).collect()
}

fn assemble(
    own: &[&'static Table],
    framework: &[&'static Table],
    declared: Option<&Declared>,
) -> Result<Catalog> {
    let settings = declared.map_or(Settings::NEW, |declared| declared.settings);
    let (catalog, _) = Catalog::from_tables(own, framework, settings)
        .ok_or("the artifact has too many types, or too many codes in a type")?;
    Ok(catalog)
}

#[cfg(test)]
mod tests {
    use super::Linked;
    use crate::artifact;
    use errcode_core::{AppError, Catalog};

    /// A type of the same name and module path as another one, as in two versions of a crate.
    mod old {
        use super::AppError;

        #[derive(Debug, AppError)]
        #[error("gone", code = "L1", status = 404)]
        pub(super) struct LedgerError;
    }

    #[derive(Debug, AppError)]
    #[error("gone", code = "L1", status = 410)]
    struct LedgerError;

    errcode_core::catalog! { static LEDGER = [LedgerError]; }
    errcode_core::catalog! { static OLD_LEDGER = [old::LedgerError]; }

    #[test]
    fn a_catalog_has_the_types_of_the_version_that_it_lists() {
        assert_eq!(LEDGER.errors().len() + OLD_LEDGER.errors().len(), 2);
        for (wanted, status) in [("LEDGER", 410), ("OLD_LEDGER", 404)] {
            let mut found = artifact::read(&std::env::current_exe().unwrap()).unwrap();
            for table in &mut found.tables {
                *table = Box::leak(Box::new(table.in_module("ledger")));
            }
            found.catalogs.retain(|catalog| catalog.name == wanted);
            for listed in &mut found.catalogs[0].types {
                let is_own = listed.name == "LedgerError";
                listed.module = if is_own { "ledger" } else { listed.module };
            }
            let linked = Linked::new(found, None, None).unwrap();
            let statuses: Vec<u16> =
                linked.catalog.errors().iter().map(|spec| spec.status()).collect();
            assert_eq!(statuses, [status]);
            let other =
                linked.unlisted.iter().find(|unlisted| unlisted.table.name() == "LedgerError");
            assert_eq!(other.unwrap().missing, None);
            let lines = |catalog: &Catalog| {
                catalog.errors().iter().filter(|spec| spec.code() == "L1").count()
            };
            assert_eq!((lines(&linked.everything), lines(&linked.distinct)), (2, 1));
        }
    }
}
