#![doc = include_str!("../README.md")]

mod adopt;
mod args;
mod artifact;
mod codes;
mod commands;
mod git;
mod http;
mod new;
mod output;
mod project;
mod promql;
mod snippet;
mod table;
mod text_file;

use args::Args;
use clap::Parser as _;
use std::{ffi::OsString, process::ExitCode};

fn main() -> ExitCode {
    let args = Args::parse_from(own_arguments(std::env::args_os()));
    match commands::run(&args) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&error.to_string(), args.color);
            ExitCode::from(2)
        }
    }
}

/// Cargo passes the name of the subcommand first: `cargo-errcode errcode list`.
fn own_arguments(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.collect();
    if arguments.get(1).is_some_and(|first| first == "errcode") {
        arguments.remove(1);
    }
    arguments
}
