//! What the compiler's command line says about the user's crate. Outside the compiler, as in editors, nothing is known.

use std::{fs, path::Path, sync::OnceLock};

/// What it says. It is read once: each derive of a crate asks.
struct CommandLine {
    core: Option<String>,
    axum: Option<String>,
    omits_section: bool,
    target: Target,
}

/// The targets whose link sections differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Apple,
    /// It has no link sections that a linker keeps together.
    Wasm,
    Other,
    /// A specification in a file, or no compiler.
    Unknown,
}

fn read() -> &'static CommandLine {
    static READ: OnceLock<CommandLine> = OnceLock::new();
    READ.get_or_init(|| CommandLine {
        core: other_name(CORE, arguments()),
        axum: other_name(AXUM, arguments()),
        omits_section: has_cfg("errcode_no_section", arguments()),
        target: if proc_macro::is_available() { target_of(arguments()) } else { Target::Unknown },
    })
}

pub(crate) const CORE: &str = "errcode_core";
pub(crate) const AXUM: &str = "errcode_axum";

/// Returns the name under which core is known, if it has been renamed and the derive cannot use its own name. The
/// compiler's command line tells: `--extern my_core=…/liberrcode_core-….rmeta`.
pub(crate) fn renamed_core() -> Option<&'static str> {
    read().core.as_deref()
}

/// Does the same for errcode-axum.
pub(crate) fn renamed_axum() -> Option<&'static str> {
    read().axum.as_deref()
}

/// Returns whether the section for the tool is left out: `--cfg errcode_no_section`. An attribute in the expansion
/// would cost more, and warn about a name that the user's crate does not know.
pub(crate) fn omits_section() -> bool {
    read().omits_section
}

/// Returns what the user's crate is compiled for.
pub(crate) fn target() -> Target {
    read().target
}

extern crate proc_macro;

/// Returns the compiler's arguments, also those that are in a file.
fn arguments() -> impl Iterator<Item = String> {
    let arguments = proc_macro::is_available().then(std::env::args).into_iter().flatten();
    arguments.flat_map(|argument| match argument.strip_prefix('@').map(fs::read_to_string) {
        Some(Ok(file)) => file.lines().map(str::to_owned).collect(),
        _ => vec![argument],
    })
}

fn has_cfg(name: &str, arguments: impl Iterator<Item = String>) -> bool {
    let mut after_cfg = false;
    for argument in arguments {
        let value = argument.strip_prefix("--cfg=").or(after_cfg.then_some(&argument));
        if value == Some(name) {
            return true;
        }
        after_cfg = argument == "--cfg";
    }
    false
}

/// Without an argument, the target is the host, for which this macro was compiled too.
fn target_of(arguments: impl Iterator<Item = String>) -> Target {
    let mut target = if cfg!(target_vendor = "apple") { Target::Apple } else { Target::Other };
    let mut after_target = false;
    for argument in arguments {
        if let Some(triple) =
            argument.strip_prefix("--target=").or(after_target.then_some(&argument))
        {
            target = match triple {
                _ if triple.ends_with(".json") => Target::Unknown,
                _ if triple.starts_with("wasm") => Target::Wasm,
                _ if triple.contains("-apple-") => Target::Apple,
                _ => Target::Other,
            };
        }
        after_target = argument == "--target";
    }
    target
}

fn other_name(name: &str, arguments: impl Iterator<Item = String>) -> Option<String> {
    let mut found = None;
    let mut after_extern = false;
    for argument in arguments {
        let value = argument.strip_prefix("--extern=").or(after_extern.then_some(&argument));
        if let Some((known, path)) = value.and_then(|value| value.split_once('=')) {
            // Options, as in `priv:name`, come first.
            let known = known.rsplit(':').next().unwrap_or(known);
            if known == name {
                return None;
            }
            if is_library(path, name) {
                found = Some(known.to_owned());
            }
        }
        after_extern = argument == "--extern";
    }
    found
}

fn is_library(path: &str, name: &str) -> bool {
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let stem = stem.strip_prefix("lib").unwrap_or(stem);
    stem.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &str, expected: Option<&str>) {
        let arguments = arguments.split_whitespace().map(ToOwned::to_owned);
        assert_eq!(other_name("errcode_core", arguments).as_deref(), expected);
    }

    #[test]
    fn a_renamed_dependency_is_found() {
        check("--extern my_core=/t/liberrcode_core-1a2b.rmeta --crate-name x", Some("my_core"));
        check("--extern=priv:my_core=/t/liberrcode_core.rlib", Some("my_core"));
        check("--extern proc_macro --extern my_core=C:/t/errcode_core-1.dll", Some("my_core"));
    }

    #[test]
    fn a_cfg_is_found() {
        for (arguments, expected) in [
            ("--cfg errcode_no_section", true),
            ("--cfg=errcode_no_section", true),
            ("--check-cfg errcode_no_section --cfg test", false),
        ] {
            let arguments = arguments.split_whitespace().map(ToOwned::to_owned);
            assert_eq!(has_cfg("errcode_no_section", arguments), expected);
        }
    }

    #[test]
    fn a_target_is_known_by_its_triple() {
        for (arguments, expected) in [
            ("--target x86_64-unknown-linux-gnu", Target::Other),
            ("--target=aarch64-apple-darwin", Target::Apple),
            ("--edition 2024 --target wasm32-unknown-unknown --crate-name x", Target::Wasm),
            ("--target targets/kernel.json", Target::Unknown),
            (
                "--crate-name x",
                if cfg!(target_vendor = "apple") { Target::Apple } else { Target::Other },
            ),
        ] {
            let arguments = arguments.split_whitespace().map(ToOwned::to_owned);
            assert_eq!(target_of(arguments), expected);
        }
    }

    #[test]
    fn its_own_name_has_precedence() {
        check("--extern my_core=/t/liberrcode_core-1.rmeta --extern errcode_core=/t/x.rlib", None);
        check("--extern serde=/t/libserde-1.rmeta --extern errcode_core2=/t/x.rmeta", None);
        check("--crate-name errcode_core", None);
    }
}
