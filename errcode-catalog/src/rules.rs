//! The rules of `diff` and `lint`, one table from which findings, help and documentation are made.

use crate::{name_error::NameError, nearest::nearest};
use core::fmt;
use serde::Serialize;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Class {
    /// What clients see of a code, checked by `diff`.
    Wire,
    /// How a code is operated, checked by `diff`.
    Ops,
    /// The names in Rust, checked by `diff`.
    Source,
    /// Texts, checked by `diff`.
    Doc,
    /// The quality of a catalog, checked by `lint`.
    Lint,
}

/// The version bump that a change requires (<https://semver.org>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    #[default]
    None,
    /// Nothing changed that a client or caller can depend on.
    Patch,
    /// Something was added.
    Minor,
    /// Something changed that breaks a client or caller.
    Major,
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// The stable id.
    pub id: &'static str,
    /// What the rule is about.
    pub class: Class,
    /// The version bump that a finding requires; for `lint`, `Major` is an error and `Minor` a
    /// warning.
    pub bump: Bump,
    /// What the rule finds.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about a finding; empty if nothing needs to be done.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub fix: &'static str,
}

const fn rule(
    id: &'static str,
    class: Class,
    bump: Bump,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
) -> Rule {
    Rule { id, class, bump, title, why, fix }
}

/// Nothing needs to be done about a finding.
const NOTHING: &str = "";

use Bump::{Major, Minor, Patch};
use Class::{Doc, Lint, Ops, Source, Wire};

/// All rules, by class.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule("wire-deleted", Wire, Major, "a code was removed without being retired",
        "Clients still know the code, and another error could take it.",
        "restore the variant, or retire the code: `retired(\"CODE\" = \"why\")` on its enum"),
    rule("wire-reused", Wire, Major, "a retired code is used again",
        "In clients, logs and tickets it means the old error.",
        "give the variant a new code (`cargo errcode next`)"),
    rule("wire-retired", Wire, Minor, "a code was retired",
        "The service no longer returns it.",
        "check that no client depends on it"),
    rule("wire-added", Wire, Minor, "a code was added",
        "Clients get a code that they do not know yet.",
        NOTHING),
    rule("wire-unretired", Wire, Minor, "a retired code is no longer listed as retired",
        "Only the lock keeps another error from taking it.",
        "restore `retired(\"CODE\" = \"why\")`"),
    rule("wire-renamed", Wire, Major, "a code became an alias of another code",
        "Lookups by the old name still work, but bodies have the new one, and clients compare it.",
        "keep the old code and make the new name its alias"),
    rule("wire-respelled", Wire, Major, "the case of a code changed",
        "Lookups ignore case, but clients compare the code in bodies.",
        "keep the spelling"),
    rule("wire-type", Wire, Major, "the URL of the codes' pages changed",
        "It is the `type` of RFC 9457, by which clients identify a problem.",
        "keep the URL"),
    rule("wire-subject-removed", Wire, Major, "bodies name the wrong part of the request differently, or no longer",
        "Forms show the message at the field that a body names.",
        "keep `#[subject(…)]` or `#[violations]`"),
    rule("wire-subject-added", Wire, Minor, "bodies now name the part of the request that is wrong",
        "Clients can show the message at that field.",
        NOTHING),
    rule("wire-status", Wire, Major, "the HTTP status changed",
        "Proxies, retries and clients depend on the status.",
        "keep the status, or add a new code and retire this one"),
    rule("wire-retryable-lost", Wire, Major, "a retryable code is no longer retryable, or only conditionally",
        "Clients that retry would give up, or retry without success.",
        "keep `retryable`, or add a new code"),
    rule("wire-retryable-gained", Wire, Minor, "a code became retryable",
        "Clients may now retry.",
        "make sure that a retry does no harm"),
    rule("wire-retry-after", Wire, Minor, "the constant delay before a retry changed",
        "`Retry-After` is part of the response.",
        "check the new delay"),
    rule("wire-detail-removed", Wire, Major, "a member of `details` was removed",
        "Clients read it.",
        "keep the member"),
    rule("wire-detail-retyped", Wire, Major, "the type of a member of `details` changed",
        "Typed clients fail to decode it.",
        "keep the type (`#[detail(as = \"string\")]` keeps a string), or add a member with another name"),
    rule("wire-detail-added", Wire, Minor, "a member of `details` was added",
        "Clients may read it.",
        NOTHING),
    rule("wire-header-removed", Wire, Major, "a response header was removed",
        "Clients read it.",
        "keep the header"),
    rule("wire-header-added", Wire, Minor, "a response header was added",
        "Clients may read it.",
        NOTHING),
    rule("wire-hidden", Wire, Major, "a public code became internal, or is shown as another code than before",
        "Clients get another code instead.",
        "keep it public, or tell clients first (`deprecated = \"…\"`)"),
    rule("wire-shown", Wire, Minor, "an internal code became public",
        "Clients get a code that they do not know yet.",
        "check that its texts are meant for clients"),
    rule("wire-alias-removed", Wire, Major, "an alias was removed",
        "Links and lookups by this name fail.",
        "keep the alias"),
    rule("wire-alias-added", Wire, Minor, "an alias was added", "Lookups accept it.", NOTHING),
    rule("wire-grpc", Wire, Major, "the gRPC status changed",
        "gRPC clients depend on it.",
        "keep the status"),
    rule("wire-category", Wire, Minor, "the category changed",
        "Dashboards group by it, and it decides the defaults of the code.",
        "check status, level and retry"),
    rule("ops-level", Ops, Patch, "the log level changed",
        "Log filters and log volume are affected.",
        "tell those on call"),
    rule("ops-alert", Ops, Patch, "the alert or its threshold changed",
        "Someone is paged more often, or no longer.",
        "regenerate the alert rules (`cargo errcode alerts`)"),
    rule("ops-owner", Ops, Patch, "the owner changed",
        "Alerts and tickets go to someone else.",
        "tell both owners"),
    rule("ops-breaker", Ops, Patch, "the code now counts, or no longer counts, as a failure for circuit breakers",
        "Circuit breakers open at other times.",
        "check that this is intended"),
    rule("ops-runbook", Ops, Patch, "the runbook changed",
        "Those on call follow it.",
        "check that the URL works"),
    rule("source-renamed", Source, Major, "the variant or its type was renamed",
        "Rust code that names it no longer compiles.",
        "keep the name, or treat it as a breaking change of the crate"),
    rule("doc-title", Doc, Patch, "the title changed", "Readers see another text.", NOTHING),
    rule("doc-message", Doc, Patch, "the user message changed",
        "Readers see another text; clients must not compare it.",
        NOTHING),
    rule("doc-help", Doc, Patch, "the remedy changed", "Readers see another text.", NOTHING),
    rule("doc-deprecated", Doc, Minor, "the code was deprecated, or is no longer deprecated",
        "Clients should look for a replacement.",
        "name it: `replaced_by = \"CODE\"`"),
    rule("doc-replaced-by", Doc, Patch, "the code that replaces this one changed",
        "Readers are sent to another page.",
        NOTHING),
    rule("code-form", Lint, Major, "a code is not valid",
        "Codes are part of headers, URLs and file names: a letter or digit, then letters, digits and `_ - . :`, \
         at most 64.",
        "spell the code like this"),
    rule("code-duplicate", Lint, Major, "two errors have the same code or alias",
        "A code means one error, in any case.",
        "give one of them another code (`cargo errcode next`)"),
    rule("code-retired", Lint, Major, "a retired code is in use",
        "A retired code must never be used again.",
        "give the variant a new code (`cargo errcode next`)"),
    rule("code-grammar", Lint, Major, "a code does not match the catalog's grammar",
        "Readers split codes by the grammar.",
        "change the code, or extend the grammar"),
    rule("code-module", Lint, Major, "the module or kind in a code is not listed, or not the one of its type",
        "The number in the code must have a name.",
        "add it to `modules` or `kinds`, or change the code"),
    rule("code-prefix", Lint, Major, "a code lacks the prefix of its type",
        "The prefix says to whom a code belongs.",
        "change the code or the `prefix`"),
    rule("code-reference", Lint, Major, "`replaced_by` or `public_as` does not name a public code of the catalog",
        "Readers would find nothing, and clients would get the unknown code.",
        "name an existing code"),
    rule("code-stand-in", Lint, Minor, "`public_as` names a code with details",
        "An internal error is shown as that code without values: with the neutral text of its category, \
         without details.",
        "name a code without fields, or exempt it if clients do not need them"),
    rule("text-title", Lint, Minor, "a public code has no title of its own",
        "The name of the variant tells clients little.",
        "add `title = \"…\"`, or a first line to the doc comment"),
    rule("text-explanation", Lint, Minor, "a public code has no explanation",
        "Readers want to know why the error happens.",
        "add a second paragraph to the doc comment"),
    rule("text-help", Lint, Minor, "a public code has no remedy",
        "Readers want to know what to do.",
        "add `help = \"…\"`"),
    rule("text-untranslated", Lint, Minor, "a public text is missing in a language of the catalog",
        "Readers of that language get the text of another one.",
        "write it in each language, as in `user_msg(zh = \"…\", en = \"…\")` and `title(zh = \"…\", en = \"…\")`, \
         or in a translation file: `CODE = …`, `CODE.title = …`"),
    rule("text-file", Lint, Major, "a line of a translation file has no effect",
        "It names a code or a field that does not exist, or is malformed, so readers get another text.",
        "correct the line: `CODE = text`, or `CODE.title = text` for `title`, `explanation`, `help` or `deprecated`"),
    rule("text-todo", Lint, Major, "a public text contains a note such as TODO",
        "Clients read it.",
        "write the text"),
    rule("text-host", Lint, Major, "a public text names an internal host",
        "Clients cannot reach it and need not know it.",
        "name it below `# Internal` or in `log`"),
    rule("text-internal", Lint, Major, "a public text has a heading that is like `# Internal`",
        "Only the part of a doc comment from a heading that begins with \"internal\" on is left out for clients.",
        "write the heading `# Internal`, in a doc comment, or another word"),
    rule("field-unredacted", Lint, Minor, "a `Display` written by hand may show a sensitive field",
        "The derive redacts only the texts that it writes, and the log has this one.",
        "give the field the type `Sensitive<…>`, or exempt the code if its `Display` leaves the field out"),
    rule("type-unlisted", Lint, Major, "a type with codes is linked in, but not listed in the catalog",
        "Clients get its codes, which `/errors` and the documentation do not know, and which nothing proves unique.",
        "list the type in `catalog!`, or merge the catalog of its crate: `..billing::CATALOG`"),
    rule("crate-unlinked", Lint, Minor, "a crate has codes, but none of them is linked in",
        "The linker drops a dependency that nothing refers to.",
        "refer to one of its types, for example in `catalog!`"),
    rule("require-owner", Lint, Major, "a code has no owner",
        "It is required by `--require owner`.",
        "add `owner = \"…\"` to the variant or its type"),
    rule("require-runbook", Lint, Major, "a code that raises an alert has no runbook",
        "It is required by `--require runbook`.",
        "add `runbook = \"https://…/{code}\"`"),
    rule("require-since", Lint, Major, "a code does not say in which version it was added",
        "It is required by `--require since`.",
        "add `since = \"…\"`"),
    rule("require-tags", Lint, Major, "a code has no tags",
        "They are required by `--require tags`.",
        "add `tags(\"…\")`"),
];

/// Returns the rule with this id.
///
/// ```
/// let rule = errcode_catalog::rules::find("wire-status").unwrap();
/// assert_eq!(rule.title, "the HTTP status changed");
/// ```
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// Returns the rule with this id.
///
/// # Errors
///
/// Returns an error with the most similar id if there is no such rule.
pub fn known(id: &str) -> Result<&'static Rule, NameError> {
    find(id).ok_or_else(|| {
        NameError::new(match nearest(id, RULES.iter().map(|rule| rule.id)) {
            Some(near) => format!("unknown rule `{id}`; did you mean `{near}`?"),
            None => format!("unknown rule `{id}`; `cargo errcode rule` lists all rules"),
        })
    })
}

impl Rule {
    /// Returns the documentation of the rule as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { id, class, title, why, fix, .. } = self;
        let verdict = match (class, self.bump) {
            (Lint, Major) => "error".to_owned(),
            (Lint, _) => "warning".to_owned(),
            (_, bump) => format!("requires a {bump} version"),
        };
        let fix = if fix.is_empty() { String::new() } else { format!("\nHelp: {fix}\n") };
        format!("{id} ({class}, {verdict})\n  {title}\n\n{why}\n{fix}")
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Wire => "WIRE",
            Ops => "OPS",
            Source => "SOURCE",
            Doc => "DOC",
            Lint => "LINT",
        })
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Patch => "patch",
            Minor => "minor",
            Major => "major",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Bump, Class, RULES};

    #[test]
    fn ids_are_unique_and_say_their_class() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[..at].iter().all(|other| other.id != rule.id), "{}", rule.id);
            if rule.class != Class::Lint {
                assert!(
                    rule.id.starts_with(&format!("{}-", rule.class.to_string().to_lowercase())),
                    "{}",
                    rule.id
                );
            }
            for text in [rule.title, rule.why] {
                assert!(!text.is_empty(), "{}", rule.id);
            }
            assert!(!rule.fix.is_empty() || rule.bump < Bump::Major, "{}", rule.id);
        }
    }
}
