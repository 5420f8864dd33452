//! `next`

use crate::{
    args::{self, Format},
    codes::Codes,
    output::{Color, Outcome, Result, print, print_json, shown},
    text_file,
};
use errcode_catalog::{
    Audience, CatalogData,
    lock::Lock,
    next::{Wanted, next},
};

pub(super) fn run(args: &args::Next, color: Color) -> Result<Outcome> {
    let codes = Codes::load(&args.source, color)?;
    let data = codes.data_for(Audience::Internal)?;
    let taken = elsewhere(&codes)?;
    let wanted =
        Wanted { module: args.module.as_deref(), kind: args.kind.as_deref(), taken: &taken };
    let next = next(&data, &wanted)?;
    match args.format {
        Format::Text => print(&format!("{}\n", next.code))?,
        Format::Json => print_json(&next)?,
    }
    Ok(Outcome::Clean)
}

/// Returns the codes that are or were in use outside of the catalog: in types that it does not
/// list, and in the lock.
fn elsewhere(codes: &Codes) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    if let Some(linked) = codes.linked() {
        taken.extend(
            CatalogData::of(&linked.everything, Audience::Internal).codes().map(str::to_owned),
        );
    }
    let path = codes.path_of("errcode.lock.json");
    if path.is_file() {
        let lock = Lock::parse(&shown(&path), &text_file::read(&path)?)?;
        taken.extend(CatalogData::of_lock(&lock).codes().map(str::to_owned));
    }
    Ok(taken)
}
