//! The meaning of a code or of a pasted message.

pub use crate::answer::{Answer, By, Found, Suggestion};
use crate::{
    answer::is_guess,
    message_match::{Fit, Pieces, Template},
    model::{CatalogData, Entry, Retired},
    nearest::{allowed, near},
};
use std::collections::{BTreeSet, HashMap};

/// The maximum number of suggestions, and of codes found by a message.
const FEW: usize = 5;

/// Explains a code or an alias in any case, a retired code, a text that names codes, or a message
/// as a client saw it, in any language.
///
/// ```
/// # use errcode_core::AppError;
/// #[derive(Debug, AppError)]
/// enum ProjectError {
///     /// No project has this id.
///     #[error("project {id} not found", code = "E2001", status = 404, user_msg = "项目 {id} 不存在")]
///     NotFound { id: u64 },
/// }
/// errcode_core::catalog! { static CATALOG = [ProjectError]; languages = ["zh"]; }
/// use errcode_catalog::{Audience, CatalogData, explain::{By, explain}};
///
/// let data = CatalogData::of(&CATALOG, Audience::Internal);
/// assert_eq!(explain(&data, "e2001").found[0].entry.title, "No project has this id.");
///
/// let answer = explain(&data, "项目 17 不存在");
/// let By::Message { values, .. } = &answer.found[0].by else { panic!() };
/// assert_eq!(values["id"], "17");
///
/// assert_eq!(explain(&data, "E2010").suggestions[0].code, "E2001");
/// ```
#[must_use]
pub fn explain(data: &CatalogData, query: &str) -> Answer {
    let query = query.trim();
    let names = Names::of(data);
    let mut answer = Answer {
        query: query.to_owned(),
        found: names.found([query]),
        retired: names.retired([query]),
        suggestions: Vec::new(),
    };
    if !answer.is_found() {
        answer.found = names.found(words(query));
        answer.retired = names.retired(words(query));
    }
    if !answer.is_found() {
        answer.found = pasted(data, query, |template| template);
    }
    if !answer.is_found() {
        answer.found = pasted(data, query, Template::without_period);
    }
    if !answer.is_found() && is_guess(query) {
        answer.suggestions = suggestions(data, query);
    }
    answer
}

/// Returns the words of a text, such as a log line or a body, that may be codes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "_-.:".contains(letter)))
        .flat_map(|word| [word, word.trim_matches(['.', ':', '-', '_'])])
        // A word of letters only is more likely prose than a code.
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'_'))
}

/// All names in lower case, as a map: a long text has thousands of words to look up.
struct Names<'a> {
    entries: HashMap<String, &'a Entry>,
    retired: HashMap<String, &'a Retired>,
}

impl<'a> Names<'a> {
    fn of(data: &'a CatalogData) -> Self {
        let (mut entries, mut retired) = (HashMap::new(), HashMap::new());
        // The first of two entries with the same name wins, as in `CatalogData::find`.
        for entry in data.entries() {
            for name in core::iter::once(&entry.code).chain(&entry.aliases) {
                entries.entry(name.to_ascii_lowercase()).or_insert(entry);
            }
        }
        for code in &data.retired {
            retired.entry(code.code.to_ascii_lowercase()).or_insert(code);
        }
        Self { entries, retired }
    }

    /// Returns the codes with these names, without duplicates.
    fn found<'q>(&self, names: impl IntoIterator<Item = &'q str>) -> Vec<Found> {
        let mut known = BTreeSet::new();
        let found = names.into_iter().filter_map(|name| {
            let entry = *self.entries.get(&name.to_ascii_lowercase())?;
            let by = if entry.code.eq_ignore_ascii_case(name) {
                By::Code
            } else {
                By::Alias(name.to_owned())
            };
            known.insert(entry.code.as_str()).then(|| Found { by, entry: entry.clone() })
        });
        found.collect()
    }

    /// Returns the retired codes with these names, without duplicates.
    fn retired<'q>(&self, names: impl IntoIterator<Item = &'q str>) -> Vec<Retired> {
        let mut known = BTreeSet::new();
        let found =
            names.into_iter().filter_map(|name| self.retired.get(&name.to_ascii_lowercase()));
        found.filter(|code| known.insert(code.code.as_str())).map(|code| (*code).clone()).collect()
    }
}

/// Returns the codes whose message is in the text, the best match first. A match of the whole text
/// excludes all others.
fn pasted(data: &CatalogData, text: &str, meant: fn(Template) -> Template) -> Vec<Found> {
    let pieces = Pieces::of(text);
    let fits = data.entries().filter_map(|entry| {
        // An engineer pastes a line of the log, whose message has no language.
        let log = entry.source.as_ref().and_then(|source| Some(("", source.log.as_deref()?)));
        let of_entry = entry.texts().chain(log).filter_map(|(language, written)| {
            let template = meant(Template::parse(written));
            let fit = pieces.may_hold(&template).then(|| template.fit(text))??;
            Some((fit, language, written))
        });
        of_entry.max_by_key(|(fit, ..)| (fit.whole, fit.letters)).map(|best| (best, entry))
    });
    let mut fits: Vec<((Fit, &str, &str), &Entry)> = fits.collect();
    fits.sort_by(|((a, ..), one), ((b, ..), other)| {
        (b.whole, b.letters, &one.code).cmp(&(a.whole, a.letters, &other.code))
    });
    let best = fits.first().map(|((fit, ..), _)| (fit.whole, fit.letters));
    let as_good = |((fit, ..), _): &((Fit, &str, &str), &Entry)| {
        best.is_some_and(|(whole, letters)| {
            !whole && fit.letters * 2 > letters || (fit.whole, fit.letters) == (whole, letters)
        })
    };
    let found = fits.into_iter().filter(as_good).map(|((fit, language, template), entry)| Found {
        by: By::Message {
            language: language.to_owned(),
            template: template.to_owned(),
            values: fit.values,
        },
        entry: entry.clone(),
    });
    found.take(FEW).collect()
}

/// Returns the codes with a similar name, then those whose texts share many pairs of letters with
/// the query.
fn suggestions(data: &CatalogData, query: &str) -> Vec<Suggestion> {
    let allowed = allowed(query);
    let by_name = |entry: &Entry| {
        let names = core::iter::once(&entry.code).chain(&entry.aliases);
        names.filter_map(|name| near(query, name, allowed)).min()
    };
    let pairs = pairs(query);
    let by_text = |entry: &Entry| {
        let texts = entry
            .texts()
            .map(|(_, text)| text)
            .chain([entry.title.as_str()])
            .chain(entry.source.as_ref().and_then(|source| source.log.as_deref()))
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
            .join("\n");
        let hits = pairs.iter().filter(|pair| texts.contains(pair.as_str())).count();
        (hits > 1 && hits * 3 > pairs.len()).then(|| 100 - hits * 100 / pairs.len())
    };
    let mut ranked: Vec<(usize, &Entry)> = data
        .entries()
        .filter_map(|entry| {
            by_name(entry)
                .or_else(|| by_text(entry).map(|rank| rank + 100))
                .map(|rank| (rank, entry))
        })
        .collect();
    ranked.sort_by(|(a, one), (b, other)| (a, &one.code).cmp(&(b, &other.code)));
    ranked
        .into_iter()
        .take(FEW)
        .map(|(_, entry)| Suggestion { code: entry.code.clone(), title: entry.title.clone() })
        .collect()
}

fn pairs(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    letters
        .windows(2)
        .filter(|pair| pair.iter().all(|letter| letter.is_alphanumeric()))
        .map(|pair| pair.iter().collect())
        .collect()
}
