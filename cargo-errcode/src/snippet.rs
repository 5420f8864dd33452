//! Findings in the style of rustc, with source lines if the source is available.

use crate::{
    codes::Codes,
    output::{Color, harmless, shown},
};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet};
use errcode_catalog::{Exemption, Finding, Report, SourcePlace};
use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Component, Path, PathBuf},
};

/// The number of lines before the name of a variant in which its code is searched.
const NEAR: usize = 40;

/// Finds the code of each finding in the sources and updates its place: a report has the line of
/// the variant in a file relative to its package.
pub(crate) fn locate(report: &mut Report, codes: &Codes) -> Vec<Option<Excerpt>> {
    let mut sources = Sources { codes, read: BTreeMap::new() };
    let locate = |finding: &mut Finding| {
        let place = finding.at.as_mut()?;
        let excerpt = sources.find(place, &finding.code)?;
        place.file.clone_from(&excerpt.path);
        place.line = u32::try_from(excerpt.line).unwrap_or(place.line);
        Some(excerpt)
    };
    report.findings.iter_mut().map(locate).collect()
}

pub(crate) fn report(report: &Report, excerpts: &[Option<Excerpt>], color: Color) -> String {
    let (renderer, mut text) = (color.renderer(), report.by_rule());
    for (finding, excerpt) in report.findings.iter().zip(excerpts) {
        text.push_str(&renderer.render(&[group(finding, excerpt.as_ref())]));
        text.push_str("\n\n");
    }
    for exemption in &report.unneeded {
        text.push_str(&renderer.render(&[unneeded(exemption)]));
        text.push_str("\n\n");
    }
    text.push_str(&report.summary());
    text.push('\n');
    text
}

fn group<'a>(finding: &'a Finding, source: Option<&'a Excerpt>) -> Group<'a> {
    let level = match finding.severity() {
        "error" => Level::ERROR,
        "warning" => Level::WARNING,
        _ => Level::NOTE,
    };
    let title = harmless(&format!("{}: {}", finding.code, finding.message));
    let title = level.primary_title(title).id(finding.rule);
    let group = match (source, &finding.at) {
        (Some(source), _) => title.element(
            Snippet::source(&source.text)
                .line_start(source.line)
                .path(&source.path)
                .annotation(AnnotationKind::Primary.span(source.span.clone())),
        ),
        (None, Some(place)) => title.element(
            Origin::path(harmless(&place.file))
                .line(usize::try_from(place.line).unwrap_or_default()),
        ),
        (None, None) => Group::with_title(title),
    };
    match &finding.exempt {
        Some(reason) => group.element(Level::NOTE.message(harmless(&format!("exempt: {reason}")))),
        None if finding.help.is_empty() => group,
        None => group.element(Level::HELP.message(finding.help)),
    }
}

fn unneeded(exemption: &Exemption) -> Group<'_> {
    let title =
        format!("{}: the exemption from `{}` is not needed", exemption.code, exemption.rule);
    Group::with_title(Level::ERROR.primary_title(harmless(&title)).id("exemption-unneeded"))
        .element(Level::HELP.message("delete it"))
}

/// A line of a file.
pub(crate) struct Excerpt {
    path: String,
    text: String,
    line: usize,
    span: Range<usize>,
}

/// The source files, each read once.
struct Sources<'c> {
    codes: &'c Codes,
    read: BTreeMap<PathBuf, Option<String>>,
}

impl Sources<'_> {
    /// Finds the line of the code, else that of the variant.
    fn find(&mut self, place: &SourcePlace, code: &str) -> Option<Excerpt> {
        let path = self.path(place)?;
        let text = self.read.entry(path.clone()).or_insert_with(|| read(&path)).as_deref()?;
        let lines: Vec<&str> = text.lines().collect();
        let variant =
            usize::try_from(place.line).ok()?.checked_sub(1).filter(|at| *at < lines.len())?;
        let (line, span) =
            match (literal(&lines, variant, &format!("\"{code}\"")), self.codes.project()) {
                (Some(found), _) => found,
                (None, Some(_)) => (variant, trimmed(lines[variant])?),
                // Without a package, a file with this name may not be the source of the codes.
                (None, None) => return None,
            };
        Some(Excerpt {
            path: harmless(&shown(&path)),
            text: lines[line].to_owned(),
            line: line + 1,
            span,
        })
    }

    /// Returns the path of a file in its package, else in the current directory. A foreign catalog
    /// must not lead outside of it.
    fn path(&self, place: &SourcePlace) -> Option<PathBuf> {
        let file = Path::new(&place.file);
        if !file.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let crate_name = place.module.split("::").next()?;
        let directory = match self.codes.project() {
            Some(project) => project.directory_of(crate_name)?,
            None => Path::new(""),
        };
        Some(directory.join(file))
    }
}

fn read(path: &Path) -> Option<String> {
    let text = path.is_file().then(|| fs::read_to_string(path).ok()).flatten();
    text.map(|text| harmless(&text.replace("\r\n", "\n")))
}

/// Returns the line and columns of the literal. Attributes are above the name of the variant.
fn literal(lines: &[&str], variant: usize, written: &str) -> Option<(usize, Range<usize>)> {
    let mut above = (variant.saturating_sub(NEAR)..=variant).rev();
    above.find_map(|line| lines[line].find(written).map(|at| (line, at..at + written.len())))
}

/// Returns the columns of the text in a line, or `None` for a blank line.
fn trimmed(line: &str) -> Option<Range<usize>> {
    let start = line.len() - line.trim_start().len();
    (start < line.trim_end().len()).then(|| start..line.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::{literal, trimmed};

    #[test]
    fn the_code_is_found_above_the_variant() {
        let lines = [
            "enum E {",
            "    #[error(",
            "        code = \"E1\",",
            "    )]",
            "    Gone { id: u8 },",
            "}",
        ];
        assert_eq!(literal(&lines, 4, "\"E1\""), Some((2, 15..19)));
        assert_eq!(literal(&lines, 4, "\"E9\""), None);
        assert_eq!(trimmed(lines[4]), Some(4..20));
        assert_eq!(trimmed("   "), None);
    }
}
