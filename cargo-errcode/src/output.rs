//! Output and exit codes.

use annotate_snippets::{Group, Level, Renderer};
use clap::ValueEnum;
use std::{
    error::Error,
    io::{self, IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
};

/// An error is printed to stderr, and the tool exits with 2.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The outcome of a command without errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Clean,
    /// Exit code 1.
    Found,
}

impl Outcome {
    pub(crate) fn found(found: bool) -> Self {
        if found { Self::Found } else { Self::Clean }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Found => 1,
        })
    }
}

/// The value of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    fn is_on(self, terminal: bool) -> bool {
        match self {
            Self::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
            Self::Always => true,
            Self::Never => false,
        }
    }

    /// Returns the renderer for stdout.
    pub(crate) fn renderer(self) -> Renderer {
        renderer(self.is_on(io::stdout().is_terminal()))
    }
}

fn renderer(color: bool) -> Renderer {
    if color { Renderer::styled() } else { Renderer::plain() }
}

/// Prints to stdout. A closed pipe, for example to `head`, is not an error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints text for people, without control characters: a foreign title or message must not control
/// the terminal.
pub(crate) fn print_text(text: &str) -> Result<()> {
    print(&harmless(text))
}

/// Replaces control characters except line feeds and tabs, and characters that change the writing
/// direction (Unicode TR 36, section 2.10).
pub(crate) fn harmless(text: &str) -> String {
    text.replace(is_harmful, "\u{fffd}")
}

/// Returns whether a character could control a terminal or disguise a text.
pub(crate) fn is_harmful(letter: char) -> bool {
    (letter.is_control() && !['\n', '\t'].contains(&letter))
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Prints JSON, in which the same characters are escaped: a program reads what was there, and a terminal shows it.
pub(crate) fn print_escaped(json: &str) -> Result<()> {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_harmful(letter) {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    print(&out)
}

/// Prints CSV, whose lines end with CR LF (RFC 4180), without these characters.
pub(crate) fn print_csv(text: &str) -> Result<()> {
    print(&harmless(&text.replace("\r\n", "\n")).replace('\n', "\r\n"))
}

/// Returns `1 file` or `2 files`.
pub(crate) fn count_of(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}

/// Prints the value as JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<()> {
    print_escaped(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Returns the path relative to the current directory, if the file is below it.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    let below = below.unwrap_or(path);
    if below.as_os_str().is_empty() { ".".to_owned() } else { below.display().to_string() }
}

pub(crate) fn error(error: &str, color: Color) {
    say(Level::ERROR, error, color);
}

pub(crate) fn warning(text: &str, color: Color) {
    say(Level::WARNING, text, color);
}

pub(crate) fn note(text: &str, color: Color) {
    say(Level::NOTE, text, color);
}

/// Prints to stderr, like cargo its progress.
fn say(level: Level<'_>, text: &str, color: Color) {
    let renderer = renderer(color.is_on(io::stderr().is_terminal()));
    let text = harmless(text);
    let mut lines = text.splitn(2, '\n');
    let title = renderer
        .render(&[Group::with_title(level.primary_title(lines.next().unwrap_or_default()))]);
    let more = lines.next().map(|more| format!("\n{more}")).unwrap_or_default();
    // Without stderr there is no place to report this.
    let _ = writeln!(io::stderr().lock(), "{title}{more}");
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        assert_eq!(harmless("a\tb\n"), "a\tb\n");
        assert_eq!(
            harmless("\u{1b}[2J\r\u{9b}\u{7f}\u{202e}"),
            "\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
    }
}
