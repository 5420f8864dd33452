use errcode_core::{Failure, prelude::*};

fn read() -> Result<String, Failure> {
    Ok(std::fs::read_to_string("settings")?)
}

#[derive(Debug)]
struct Mine;

fn mine() -> Result<(), Failure> {
    Err(Mine)?
}

fn text() -> Result<(), Failure> {
    bail!("no settings")
}

fn context() -> Result<String, Failure> {
    std::fs::read_to_string("settings").context("reading the settings")
}

fn main() {}
