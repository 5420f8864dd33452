//! `explain`

use crate::{
    args::{Explain, Format},
    codes::Codes,
    output::{Color, Outcome, Result, print, print_text},
};
use errcode_catalog::explain;

pub(super) fn run(args: &Explain, color: Color) -> Result<Outcome> {
    let data = Codes::load(&args.source, color)?.data();
    let answer = explain::explain(&data, &args.query.join(" "));
    match args.format {
        Format::Text => print_text(&answer.to_text())?,
        Format::Json => print(&answer.to_json())?,
    }
    Ok(Outcome::found(!answer.is_found()))
}
