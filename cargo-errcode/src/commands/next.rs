//! `next`

use crate::{
    args::{self, Format},
    codes::Codes,
    output::{Color, Outcome, Result, print, print_json},
};
use errcode_docs::{
    Audience,
    next::{Wanted, next},
};

pub(super) fn run(args: &args::Next, color: Color) -> Result<Outcome> {
    let manual = Codes::load(&args.source, color)?.manual_for(Audience::Internal)?;
    let next = next(&manual, &Wanted { module: args.module.as_deref(), kind: args.kind.as_deref() })?;
    match args.format {
        Format::Text => print(&format!("{}\n", next.code))?,
        Format::Json => print_json(&next)?,
    }
    Ok(Outcome::Clean)
}
