//! Every rule of `diff` and `lint`: one table, which their messages, their help and the documentation come from.

use crate::nearest::nearest;
use core::fmt;
use serde::Serialize;

/// What a rule looks after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Class {
    /// What clients see of a code: `diff`.
    Wire,
    /// How a code is operated: `diff`.
    Ops,
    /// What Rust code that names the variant sees: `diff`.
    Source,
    /// Texts: `diff`.
    Doc,
    /// What a catalog should be like: `lint`.
    Lint,
}

/// What a change asks of the next version's number (<https://semver.org>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    #[default]
    None,
    /// Nothing that a client or a caller can depend on.
    Patch,
    /// Something new.
    Minor,
    /// Something that breaks a client or a caller.
    Major,
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// The stable id.
    pub id: &'static str,
    /// What it looks after.
    pub class: Class,
    /// What a change of this kind asks of the version; for `lint`: `major` is an error, `minor` a warning.
    pub bump: Bump,
    /// What it finds.
    pub title: &'static str,
    /// Why it is a rule.
    pub why: &'static str,
    /// What to do about a finding; empty where there is nothing to do.
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

/// There is nothing to do about a finding.
const NOTHING: &str = "";

use Bump::{Major, Minor, Patch};
use Class::{Doc, Lint, Ops, Source, Wire};

/// All rules, by class.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule("wire-deleted", Wire, Major, "a code is gone and was not retired",
        "Clients still know the code, and nothing keeps another error from taking it.",
        "Bring the variant back, or retire the code for good: `retired(\"CODE\" = \"why\")` on its enum."),
    rule("wire-reused", Wire, Major, "a retired code is used again",
        "Clients, logs and tickets still mean the old error by it.",
        "Give the variant a new code (`cargo errcode next`)."),
    rule("wire-retired", Wire, Minor, "a code was retired",
        "The service no longer answers it.",
        "Nothing, if no client waits for it."),
    rule("wire-added", Wire, Minor, "a code is new",
        "Clients meet a code that they don't know yet.",
        NOTHING),
    rule("wire-unretired", Wire, Minor, "a retired code is no longer listed as one",
        "Nothing keeps another error from taking it, but the lock.",
        "Write `retired(\"CODE\" = \"why\")` again."),
    rule("wire-renamed", Wire, Major, "a code became an alias of another code",
        "Look-ups under the old name still work, but bodies bear the new one, and clients compare it.",
        "Keep the old code and make the new name the alias."),
    rule("wire-respelled", Wire, Major, "a code is spelled with other capitals",
        "Look-ups don't mind, but clients compare the code in bodies.",
        "Keep the spelling."),
    rule("wire-type", Wire, Major, "the address of the codes' pages changed",
        "It is RFC 9457's `type`, by which clients of that form tell problems apart.",
        "Keep the address."),
    rule("wire-subject-removed", Wire, Major, "bodies no longer say, or say otherwise, which part of the request is at fault",
        "Forms show the message at that field.",
        "Keep `#[subject(…)]` or `#[violations]`."),
    rule("wire-subject-added", Wire, Minor, "bodies now say which part of the request is at fault",
        "Clients may show the message at that field.",
        NOTHING),
    rule("wire-status", Wire, Major, "the HTTP status changed",
        "Proxies, retries and clients go by the status.",
        "Keep the status, or make a new code and retire this one."),
    rule("wire-retryable-lost", Wire, Major, "a retryable code is so no longer, or only at times",
        "Clients that wait and try again would stop, or go on in vain.",
        "Keep `retryable`, or make a new code."),
    rule("wire-retryable-gained", Wire, Minor, "a code became retryable",
        "Clients may now try again.",
        "Make sure that trying again is harmless."),
    rule("wire-retry-after", Wire, Minor, "the constant wait before a retry changed",
        "`Retry-After` is part of the answer.",
        "Nothing, if the new wait is right."),
    rule("wire-detail-removed", Wire, Major, "a member of `details` is gone",
        "Clients read it.",
        "Keep the member."),
    rule("wire-detail-retyped", Wire, Major, "a member of `details` has another type",
        "Typed clients fail to decode it.",
        "Keep the type (`#[detail(as = \"string\")]` keeps a text a text), or add a member under another name."),
    rule("wire-detail-added", Wire, Minor, "a member of `details` is new",
        "Clients may read it.",
        NOTHING),
    rule("wire-header-removed", Wire, Major, "a response header is gone",
        "Clients read it.",
        "Keep the header."),
    rule("wire-header-added", Wire, Minor, "a response header is new",
        "Clients may read it.",
        NOTHING),
    rule("wire-hidden", Wire, Major, "a public code became internal, or stands behind another code than before",
        "Clients get another code in its place.",
        "Leave it public, or tell clients first (`deprecated = \"…\"`)."),
    rule("wire-shown", Wire, Minor, "an internal code became public",
        "Clients meet a code that they don't know yet.",
        "See that its texts are fit for clients."),
    rule("wire-alias-removed", Wire, Major, "an alias is gone",
        "Links and look-ups under that name fail.",
        "Keep the alias."),
    rule("wire-alias-added", Wire, Minor, "an alias is new", "Look-ups accept it.", NOTHING),
    rule("wire-grpc", Wire, Major, "the gRPC status changed",
        "gRPC clients go by it.",
        "Keep the status."),
    rule("wire-category", Wire, Minor, "the category changed",
        "Dashboards group by it, and it decides the defaults of the code.",
        "See whether status, level and retry are still meant."),
    rule("ops-level", Ops, Patch, "the log level changed", "Log filters and volumes change.", "Tell those on duty."),
    rule("ops-alert", Ops, Patch, "the alert or its threshold changed", "Someone is called more often, or no longer.", "Write the alert rules anew (`cargo errcode alerts`)."),
    rule("ops-owner", Ops, Patch, "the owner changed", "Alerts and tickets go to others.", "Tell both owners."),
    rule("ops-breaker", Ops, Patch, "the code counts, or no longer counts, against a circuit breaker", "Breakers open at other times.", "See whether that is meant."),
    rule("ops-runbook", Ops, Patch, "the runbook changed", "Those on duty follow it.", "See that the address answers."),
    rule("source-renamed", Source, Major, "the variant or its type has another name",
        "Rust code that names it no longer compiles.",
        "Keep the name, or count it as a breaking change of the crate."),
    rule("doc-title", Doc, Patch, "the title changed", "Readers see another text.", NOTHING),
    rule("doc-message", Doc, Patch, "the user message changed", "Readers see another text; clients must not compare it.", NOTHING),
    rule("doc-help", Doc, Patch, "the remedy changed", "Readers see another text.", NOTHING),
    rule("doc-deprecated", Doc, Minor, "the code was deprecated, or is so no longer", "Clients should look for what takes its place.", "Name it: `replaced_by = \"CODE\"`."),
    rule("doc-replaced-by", Doc, Patch, "another code is named as the one in its place", "Readers are led elsewhere.", NOTHING),
    rule("code-form", Lint, Major, "a code is not of a code's form",
        "A code is a letter or digit, then letters, digits, `_ - . :`, at most 64: it stands in headers, addresses and file names.",
        "Spell it so."),
    rule("code-duplicate", Lint, Major, "two errors have one code, or an alias that is another's code",
        "A code means one error, without regard to case.",
        "Give one of them another code (`cargo errcode next`)."),
    rule("code-retired", Lint, Major, "a retired code is in use",
        "A retired code must never be used again.",
        "Give the variant a new code (`cargo errcode next`)."),
    rule("code-grammar", Lint, Major, "a code does not fit the catalog's grammar",
        "Readers take a code apart by its grammar.",
        "Spell it by the grammar, or widen the grammar."),
    rule("code-module", Lint, Major, "a code's module or kind is not listed, or another than the type's",
        "The number in the code must name something.",
        "Add it to `modules` or `kinds`, or correct the code."),
    rule("code-prefix", Lint, Major, "a code lacks its type's prefix",
        "The prefix says whose code it is.",
        "Correct the code or the `prefix`."),
    rule("code-reference", Lint, Major, "`replaced_by` or `public_as` names no public code of the catalog",
        "Readers would be led nowhere, and clients get the unknown code.",
        "Name a code that exists."),
    rule("code-stand-in", Lint, Minor, "`public_as` names a code that has details",
        "An internal error is answered as that code without any value: with the category's neutral text and no details.",
        "Name a code without fields, or exempt it where clients can do without them."),
    rule("text-title", Lint, Minor, "a public code has no title of its own",
        "The variant's name in words tells clients little.",
        "Write `title = \"…\"`, or a first line of its doc comment."),
    rule("text-explanation", Lint, Minor, "a public code has no explanation",
        "A reader wants to know why it happens.",
        "Write a second paragraph of its doc comment."),
    rule("text-help", Lint, Minor, "a public code has no remedy",
        "A reader wants to know what to do.",
        "Write `help = \"…\"`."),
    rule("text-language", Lint, Minor, "a public code has no message in one of the catalog's languages",
        "Readers of that language get another one's text.",
        "Write `user_msg(zh = \"…\", en = \"…\")`."),
    rule("text-todo", Lint, Major, "a public text has a note to oneself in it",
        "Clients read `TODO`.",
        "Write the text."),
    rule("text-host", Lint, Major, "a public text names an internal host",
        "Clients can't reach it and need not know it.",
        "Name it below `# Internal`, or in `log`."),
    rule("type-unlisted", Lint, Major, "a type with codes is linked in, but no catalog lists it",
        "Nothing proves that its codes are unique, and neither routes nor documentation know them.",
        "List it in `catalog!`."),
    rule("crate-unlinked", Lint, Minor, "a crate has codes, but none of them is linked in",
        "A dependency that nothing names is not linked.",
        "Name one of its types, for example in `catalog!`."),
    rule("require-owner", Lint, Major, "a code has no owner", "`--require owner` asks for it.", "Write `owner = \"…\"` on the variant or its type."),
    rule("require-runbook", Lint, Major, "a code that alerts has no runbook", "`--require runbook` asks for it.", "Write `runbook = \"https://…/{code}\"`."),
    rule("require-since", Lint, Major, "a code does not say which version brought it", "`--require since` asks for it.", "Write `since = \"…\"`."),
    rule("require-tags", Lint, Major, "a code has no tags", "`--require tags` asks for it.", "Write `tags(\"…\")`."),
];

/// The rule of this id.
///
/// ```
/// let rule = errcode_catalog::rules::find("wire-status").unwrap();
/// assert_eq!(rule.title, "the HTTP status changed");
/// ```
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The rule of this id, or what to say about the id.
///
/// # Errors
///
/// Where there is no such rule, with the nearest one.
pub fn known(id: &str) -> Result<&'static Rule, String> {
    find(id).ok_or_else(|| match nearest(id, RULES.iter().map(|rule| rule.id)) {
        Some(near) => format!("unknown rule `{id}`; did you mean `{near}`?"),
        None => format!("unknown rule `{id}`"),
    })
}

impl Rule {
    /// The rule's page, as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { id, class, title, why, fix, .. } = self;
        let verdict = match (class, self.bump) {
            (Lint, Major) => "error".to_owned(),
            (Lint, _) => "warning".to_owned(),
            (_, bump) => format!("asks for a {bump} version"),
        };
        let fix = if fix.is_empty() { String::new() } else { format!("\nWhat to do: {fix}\n") };
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
