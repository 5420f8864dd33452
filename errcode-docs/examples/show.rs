//! Writes the documentation of the catalog in the tests: `cargo run -p errcode-docs --example show
//! -- /tmp/docs`.

#[path = "../tests/support/mod.rs"]
mod support;

use errcode_docs::{Audience, CatalogData, Docs, Format, Mode, put};
use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args().nth(1).unwrap_or_else(|| "/tmp/errcode-docs".to_owned());
    for (name, data) in [
        ("public", CatalogData::of(&support::CATALOG, Audience::Public)),
        ("internal", CatalogData::of(&support::CATALOG, Audience::Internal)),
        ("hostile", CatalogData::of(&support::HOSTILE, Audience::Internal)),
    ] {
        for format in Format::ALL {
            put(&Path::new(&dir).join(name), &Docs::new(&data).files(format)?, Mode::Write)?;
        }
    }
    Ok(())
}
