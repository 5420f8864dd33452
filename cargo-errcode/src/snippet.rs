//! Findings as rustc shows them: with the lines of the source where it is at hand.

use crate::{
    codes::Codes,
    output::{Color, shown},
};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use errcode_docs::{Exemption, Finding, Place, Report};
use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

/// How far behind a variant's name its code, or before it its attribute, is looked for.
const NEAR: usize = 40;

pub(crate) fn report(report: &Report, codes: &Codes, color: Color) -> String {
    let (renderer, mut sources) = (color.renderer(), Sources { codes, read: BTreeMap::new() });
    let mut text = String::new();
    for finding in &report.findings {
        let source = finding.at.as_ref().and_then(|place| sources.find(place, &finding.code));
        text.push_str(&renderer.render(&[group(finding, source.as_ref())]));
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
    let title = level.primary_title(format!("{}: {}", finding.code, finding.message)).id(finding.rule);
    let group = match source {
        Some(source) => title.element(
            Snippet::source(&source.text)
                .line_start(source.line)
                .path(&source.path)
                .annotation(AnnotationKind::Primary.span(source.span.clone())),
        ),
        None => Group::with_title(title),
    };
    match &finding.exempt {
        Some(reason) => group.element(Level::NOTE.message(format!("exempt: {reason}"))),
        None if finding.help.is_empty() => group,
        None => group.element(Level::HELP.message(finding.help)),
    }
}

fn unneeded(exemption: &Exemption) -> Group<'_> {
    let title = format!("{}: nothing needs the exemption from `{}` any more", exemption.code, exemption.rule);
    Group::with_title(Level::ERROR.primary_title(title).id("exemption-unneeded"))
        .element(Level::HELP.message("delete it"))
}

/// One line of a file.
struct Excerpt {
    path: String,
    text: String,
    line: usize,
    span: Range<usize>,
}

/// The files, each read once.
struct Sources<'c> {
    codes: &'c Codes,
    read: BTreeMap<PathBuf, Option<String>>,
}

impl Sources<'_> {
    /// The line where the code is written, else that of the variant.
    fn find(&mut self, place: &Place, code: &str) -> Option<Excerpt> {
        let path = self.path(place)?;
        let text =
            self.read.entry(path.clone()).or_insert_with(|| fs::read_to_string(&path).ok()).as_deref()?;
        let lines: Vec<&str> = text.lines().collect();
        let variant = usize::try_from(place.line).ok()?.checked_sub(1).filter(|at| *at < lines.len())?;
        let written = format!("\"{code}\"");
        let (line, span) = declaration(&lines, variant, &written);
        Some(Excerpt { path: shown(&path), text: lines[line].to_owned(), line: line + 1, span })
    }

    fn path(&self, place: &Place) -> Option<PathBuf> {
        let crate_name = place.module.split("::").next()?;
        let directory = match self.codes.project() {
            Some(project) => project.directory_of(crate_name)?,
            None => Path::new(""),
        };
        Some(directory.join(&place.file))
    }
}

/// The line and the columns of the code's literal: attributes stand above the variant's name.
fn declaration(lines: &[&str], variant: usize, written: &str) -> (usize, Range<usize>) {
    let above = (variant.saturating_sub(NEAR)..=variant).rev();
    for line in above {
        if let Some(at) = lines[line].find(written) {
            return (line, at..at + written.len());
        }
    }
    let start = lines[variant].len() - lines[variant].trim_start().len();
    (variant, start..lines[variant].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::declaration;

    #[test]
    fn the_code_is_found_above_the_variant() {
        let lines =
            ["enum E {", "    #[error(", "        code = \"E1\",", "    )]", "    Gone { id: u8 },", "}"];
        assert_eq!(declaration(&lines, 4, "\"E1\""), (2, 15..19));
        assert_eq!(declaration(&lines, 4, "\"E9\""), (4, 4..20));
    }
}
