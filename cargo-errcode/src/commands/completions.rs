//! `completions`

use crate::{
    args::{Args, Completions},
    output::{Outcome, Result, print},
};
use clap::{Command, CommandFactory as _};
use clap_complete::{Shell, generate};

/// Completes `cargo errcode` by the function for `cargo-errcode`, and leaves the rest to cargo's own completion.
const BASH: &str = r#"
__cargo_errcode_before=$(complete -p cargo 2>/dev/null | sed -n 's/.*-F \([^ ]*\) .*/\1/p')

_cargo_with_errcode() {
    if [[ $COMP_CWORD -ge 2 && ${COMP_WORDS[1]} == errcode ]]; then
        COMP_WORDS=(cargo-errcode "${COMP_WORDS[@]:2}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _cargo_errcode cargo-errcode "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    elif [[ -n $__cargo_errcode_before && $__cargo_errcode_before != _cargo_with_errcode ]]; then
        "$__cargo_errcode_before" "$@"
    elif [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W errcode -- "$2"))
    fi
}

complete -F _cargo_errcode -o bashdefault -o default cargo-errcode
complete -F _cargo_with_errcode -o bashdefault -o default cargo
"#;

pub(super) fn run(args: &Completions) -> Result<Outcome> {
    let command = |name: &'static str| Args::command().name(name).bin_name(name);
    let script = match args.shell {
        // The names of clap's functions for subcommands do not agree if the command's name has a hyphen.
        Shell::Bash => script(command("cargo_errcode"), "cargo_errcode", Shell::Bash)? + BASH,
        Shell::Fish => {
            let cargo = Command::new("cargo").disable_help_flag(true).disable_help_subcommand(true);
            let cargo = cargo.subcommand(Args::command().name("errcode"));
            let own = script(command("cargo-errcode"), "cargo-errcode", Shell::Fish)?;
            own + &script(cargo, "cargo", Shell::Fish)?
        }
        // In zsh, cargo's own completion calls the function `_cargo-NAME` for the subcommand `NAME`.
        shell => script(command("cargo-errcode"), "cargo-errcode", shell)?,
    };
    print(&script)?;
    Ok(Outcome::Clean)
}

fn script(mut command: Command, name: &str, shell: Shell) -> Result<String> {
    let mut script = Vec::new();
    generate(shell, &mut command, name, &mut script);
    Ok(String::from_utf8(script)?)
}
