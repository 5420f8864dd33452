//! `completions`

use crate::{
    args::{Args, Completions},
    output::{Outcome, Result, print},
};
use clap::CommandFactory as _;

pub(super) fn run(args: &Completions) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Args::command().bin_name("cargo-errcode"),
        "cargo-errcode",
        &mut script,
    );
    print(&String::from_utf8(script)?)?;
    Ok(Outcome::Clean)
}
