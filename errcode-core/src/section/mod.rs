//! The link section: what the derive and `catalog!` write into an artifact, so that its codes can be read without
//! running it.
//!
//! Each type and each catalog is one record of plain bytes. Linkers put records one after the other, with zeros between
//! them.
//!
//! ```text
//! record   7 bytes "ERRCODE" · u8 version · u8 kind · u32 lengths of head, text, rows and ops (little endian)
//!          · head · text · rows · ops
//! head     strings, each ended by NUL
//!   type     id, in eight hexadecimal digits · name · package · file, relative to the package · line · prefix
//!            · module in codes · (retired code · reason)*
//!   catalog  name · module path · package · service · docs · grammar · language* · "" · (number · module)* · ""
//!            · (number · kind)* · ""
//!            · (language · translation file)* · ""
//!            · (list of its own, or of a merged catalog: "own" or "merged" · module path · type · id)* · ""
//! ```
//!
//! The derive does not know the module path of a type, and adding it in const evaluation would cost each type a sixth
//! of its check. So a type is found in a catalog's list by its name and id, a hash of its record, and the list has its
//! module. The module of a type that no catalog lists is taken from its file.
//!
//! `text`, `rows` and `ops` are those of the table, see `errcode-format`. `rows` and `ops` are the same bytes that the
//! program reads. `text` is a copy, because a `&str` into the section would have to be validated in const evaluation,
//! byte by byte.

mod record;

pub use crate::{
    catalog::Settings,
    spec::table::{Rest, table},
};
pub use record::{CatalogRecord, Head};
