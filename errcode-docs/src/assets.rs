//! The styles and scripts of the pages, and the Content-Security-Policy that allows them
//! (<https://www.w3.org/TR/CSP3/>).

use crate::{file::File, page::Links};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use minijinja::{Value, context};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The style, the script and the icon of a kind of page.
pub(crate) struct Assets {
    style: Asset,
    script: Asset,
    icon: Asset,
    /// Whether pages refer to them as files instead of having them inside.
    are_files: bool,
    policy: String,
}

struct Asset {
    text: Value,
    /// The path in the output directory.
    path: String,
}

impl Assets {
    /// Creates the assets of a kind of page. Pages in a directory share them as files. A served page has them inside,
    /// so that it needs no further routes.
    pub(crate) fn new(kind: &str, style: String, script: String, icon: &str, links: Links) -> Self {
        let are_files = links == Links::Files;
        let [style_source, script_source] = if are_files {
            ["'self'".to_owned(), "'self'".to_owned()]
        } else {
            [&style, &script]
                .map(|text| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text))))
        };
        let icon_source = if are_files { "'self'" } else { "data:" };
        let policy = format!(
            "default-src 'none'; style-src {style_source}; script-src {script_source}; img-src {icon_source}; \
             base-uri 'none'; form-action 'none'"
        );
        let asset = |kind: &str, text: String, ending: &str| {
            let path = format!("assets/{kind}-{}.{ending}", short_hash(&text));
            Asset { text: text.into(), path }
        };
        let (style, script) = (asset(kind, style, "css"), asset(kind, script, "js"));
        let icon = asset("icon", icon.to_owned(), "svg");
        Self { style, script, icon, are_files, policy }
    }

    /// Returns what a page sees; `root` leads from it to the output directory.
    pub(crate) fn for_page(&self, root: &str) -> Value {
        let policy = &self.policy;
        if self.are_files {
            let [style, script, icon] =
                [&self.style, &self.script, &self.icon].map(|it| format!("{root}{}", it.path));
            context! { csp => policy, style_file => style, script_file => script, icon }
        } else {
            let [style, script] = [&self.style, &self.script].map(|it| it.text.clone());
            context! { csp => policy, style, script, icon => data_url(&self.icon) }
        }
    }

    /// Returns the style and the script.
    pub(crate) fn files(&self) -> impl Iterator<Item = File> {
        [&self.style, &self.script].into_iter().filter(|_| self.are_files).map(Asset::file)
    }

    /// Returns the icon, which all kinds of pages share.
    pub(crate) fn icon(&self) -> Option<File> {
        self.are_files.then(|| self.icon.file())
    }
}

impl Asset {
    fn text(&self) -> &str {
        self.text.as_str().unwrap_or_default()
    }

    fn file(&self) -> File {
        File::new(&self.path, self.text())
    }
}

fn data_url(icon: &Asset) -> String {
    format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(icon.text()))
}

/// Returns a part of the name that changes with the text, so that a browser never shows a page with an old style.
fn short_hash(text: &str) -> String {
    let mut hash = String::new();
    for byte in &Sha256::digest(text)[..4] {
        // Writing to a `String` cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}
