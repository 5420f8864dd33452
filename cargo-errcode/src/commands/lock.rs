//! `lock`

use super::each_package;
use crate::{
    args::{self, Format},
    codes::Codes,
    output::{Color, Outcome, Result, print, print_json, print_text, shown},
    text_file,
};
use errcode_catalog::{
    atomic_write,
    lock::{Lock, SCHEMA},
};
use serde_json::json;
use std::{fs, path::Path};

pub(super) fn run(args: &args::Lock, color: Color) -> Result<Outcome> {
    if args.schema {
        print(SCHEMA)?;
        return Ok(Outcome::Clean);
    }
    if args.workspace {
        let is_json = args.format == Format::Json;
        return each_package(&args.source, is_json, color, |_, codes| one(args, codes));
    }
    one(args, &Codes::load(&args.source, color)?)
}

fn one(args: &args::Lock, codes: &Codes) -> Result<Outcome> {
    let path = args.file.clone().unwrap_or_else(|| codes.path_of("errcode.lock.json"));
    let (old, now) = (read(&path)?, codes.lock()?);
    let result =
        if args.check { check(old.as_ref(), &now) } else { write(&path, old.as_ref(), &now)? };
    tell(&path, args.format, result)
}

/// The existing file.
struct Committed {
    lock: Lock,
    text: String,
}

/// Returns `None` if the file does not exist.
fn read(path: &Path) -> Result<Option<Committed>> {
    let name = shown(path);
    if fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let text = text_file::read(path)?;
    Ok(Some(Committed { lock: Lock::parse(&name, &text)?, text }))
}

/// What was done, or why not.
type Told = std::result::Result<&'static str, String>;

fn check(old: Option<&Committed>, now: &Lock) -> Told {
    let Some(old) = old else {
        return Err("the file does not exist; create it with `cargo errcode lock`".to_owned());
    };
    old.lock.check(&old.text, now).map_err(|error| error.to_string())?;
    Ok("is up to date")
}

fn write(path: &Path, old: Option<&Committed>, now: &Lock) -> Result<Told> {
    let next = match old.map_or_else(|| Ok(now.clone()), |old| old.lock.update(now)) {
        Ok(next) => next,
        Err(dropped) => return Ok(Err(dropped.to_string())),
    };
    if old.is_some_and(|old| old.lock == next && next.is_sorted_in(&old.text)) {
        return Ok(Ok("is up to date"));
    }
    atomic_write(path, next.to_text()).map_err(|error| format!("{}: {error}", shown(path)))?;
    Ok(Ok("was written"))
}

fn tell(path: &Path, format: Format, told: Told) -> Result<Outcome> {
    let found = Outcome::found(told.is_err());
    let file = shown(path);
    match (format, told) {
        (Format::Text, Ok(done)) => print_text(&format!("{file} {done}\n"))?,
        (Format::Text, Err(why)) => print_text(&format!("{file}: {why}\n"))?,
        (Format::Json, told) => {
            print_json(
                &json!({ "file": file, "ok": told.is_ok(), "message": told.map_or_else(|why| why, ToOwned::to_owned) }),
            )?;
        }
    }
    Ok(found)
}
