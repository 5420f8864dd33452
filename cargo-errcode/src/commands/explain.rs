//! `explain`

use super::language;
use crate::{
    args::{Explain, Format},
    codes::Codes,
    output::{Color, Outcome, Result, print_escaped, print_text},
};
use errcode_catalog::explain;

pub(super) fn run(args: &Explain, color: Color) -> Result<Outcome> {
    let codes = Codes::load(&args.source, color)?;
    codes.note_formats(color);
    let data = codes.data();
    let answer = explain::explain(&data, &args.query.join(" "));
    let language = args.lang.as_deref().map(|name| language(&data, name)).transpose()?;
    let answer = match language {
        Some(language) => answer.in_language(language),
        None => answer,
    };
    match args.format {
        Format::Text => print_text(&answer.to_text_in(language.unwrap_or("en")))?,
        Format::Json => print_escaped(&answer.to_json())?,
    }
    Ok(Outcome::found(!answer.is_found()))
}
