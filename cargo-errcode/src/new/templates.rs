//! The templates, and what they ask for.

use super::{Database, Kind, NewCrate};
use crate::output::Result;
use minijinja::{Environment, context, syntax::SyntaxConfig};

/// A file of the new crate, and its template.
type Template = (&'static str, &'static str);

macro_rules! template {
    ($path:literal, $file:literal) => {
        ($path, include_str!(concat!("templates/", $file)))
    };
}

const SHARED: [Template; 3] = [
    template!(".gitignore", "gitignore"),
    template!(".github/workflows/ci.yml", "ci.yml"),
    template!("src/metrics.rs", "metrics.rs"),
];

const SERVICE: [Template; 9] = [
    template!("Cargo.toml", "service/manifest.toml"),
    template!("README.md", "service/README.md"),
    template!("errcode.lock.json", "service/lock.json"),
    template!("src/errors.rs", "service/errors.rs"),
    template!("src/lib.rs", "service/lib.rs"),
    template!("src/main.rs", "service/main.rs"),
    template!("src/notes.rs", "service/notes.rs"),
    template!("src/zh.txt", "service/zh.txt"),
    template!("tests/service.rs", "service/tests.rs"),
];

const BOT: [Template; 9] = [
    template!("Cargo.toml", "bot/manifest.toml"),
    template!("README.md", "bot/README.md"),
    template!("errcode.lock.json", "bot/lock.json"),
    template!("src/check.rs", "bot/check.rs"),
    template!("src/errors.rs", "bot/errors.rs"),
    template!("src/lib.rs", "bot/lib.rs"),
    template!("src/main.rs", "bot/main.rs"),
    template!("src/zh.txt", "bot/zh.txt"),
    template!("tests/bot.rs", "bot/tests.rs"),
];

/// Returns where the data is kept: the one file that a database replaces.
fn data(kind: Kind, in_database: bool) -> Template {
    match (kind, in_database) {
        (Kind::Service, false) => template!("src/store.rs", "service/store_memory.rs"),
        (Kind::Service, true) => template!("src/store.rs", "service/store_database.rs"),
        (Kind::Bot, false) => template!("src/queue.rs", "bot/queue_memory.rs"),
        (Kind::Bot, true) => template!("src/queue.rs", "bot/queue_database.rs"),
    }
}

/// The templates of a crate.
pub(super) struct Templates {
    environment: Environment<'static>,
    files: Vec<Template>,
    values: minijinja::Value,
}

impl Templates {
    pub(super) fn of(new: &NewCrate<'_>) -> Result<Self> {
        let database = new.database;
        let of_kind = match new.kind {
            Kind::Service => &SERVICE,
            Kind::Bot => &BOT,
        };
        let mut files: Vec<_> = SHARED.iter().chain(of_kind).copied().collect();
        files.push(data(new.kind, database.is_some()));
        files.sort_unstable();
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?;
        environment.set_syntax(syntax);
        let source = source(new)?;
        let values = context! {
            kind => new.kind.as_str(),
            name => new.name.as_str(),
            crate => new.name.library(),
            database => database.map(Database::as_str),
            // How the tool is installed.
            tool => tool(&source),
            // What sqlx needs, or the errcode crates.
            rust_version => if database.is_some() { "1.94" } else { "1.88" },
        };
        environment.add_function("errcode", move |name: &str, features: Vec<String>| {
            dependency(&source, name, &features)
        });
        Ok(Self { environment, files, values })
    }

    /// Returns the path and text of each file.
    pub(super) fn render(&self) -> Result<Vec<(&'static str, String)>> {
        let render = |&(path, template): &Template| {
            let text = self.environment.render_named_str("template", template, &self.values)?;
            Ok((path, text))
        };
        self.files.iter().map(render).collect()
    }
}

/// Where the errcode crates come from.
enum Source {
    /// The crates are not on crates.io yet.
    Repository(&'static str),
    Directory(String),
}

fn source(new: &NewCrate<'_>) -> Result<Source> {
    let Some(directory) = &new.errcode else {
        return Ok(Source::Repository(env!("CARGO_PKG_REPOSITORY")));
    };
    let directory = directory.to_str().ok_or("the path of errcode is not UTF-8")?;
    Ok(Source::Directory(directory.to_owned()))
}

/// Returns the arguments of `cargo install` for the tool.
fn tool(source: &Source) -> String {
    match source {
        Source::Repository(address) => format!("--git {address} cargo-errcode"),
        Source::Directory(directory) => format!("--path {directory}/cargo-errcode"),
    }
}

/// Returns a dependency on an errcode crate, as it is written in a manifest. A JSON string is one of TOML.
fn dependency(source: &Source, name: &str, features: &[String]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let from = match source {
        Source::Repository(address) => format!("git = {}", quoted(address)),
        Source::Directory(directory) => {
            format!("path = {}", quoted(&format!("{directory}/errcode-{name}")))
        }
    };
    if features.is_empty() {
        return format!("{{ {from} }}");
    }
    let features: Vec<_> = features.iter().map(|feature| quoted(feature)).collect();
    format!("{{ {from}, features = [{}] }}", features.join(", "))
}
