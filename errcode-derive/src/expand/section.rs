//! The record of the type in the link section, from which `cargo errcode` reads the codes of an artifact.

use super::{declaration::Declaration, pack::Packed};
use crate::{
    command_line::{self, Target},
    format::{ID_LEN, KIND_TYPE, MARK, load, mix},
    model::Model,
};

/// ```text
/// #[used] #[unsafe(link_section = ".errcode")]
/// static __SECTION: [::core::primitive::u8; 310] = *b"ERRCODE…";
/// ```
pub(crate) fn section(model: &Model<'_>, declaration: &Declaration, packed: &Packed) -> String {
    let record = record(&head(model, declaration), packed);
    let attributes = if command_line::omits_section() { "" } else { in_section() };
    let (length, bytes) = (record.len(), record.escape_ascii());
    format!("{attributes} static __SECTION: [::core::primitive::u8; {length}] = *b\"{bytes}\";")
}

/// Returns the attributes that place a static in the section. `unsafe(…)` around `link_section` is accepted in every
/// edition. Their tokens have the expansion's span: with the user's, `#![forbid(unsafe_code)]` would refuse them.
///
/// A `cfg_attr` would cost more than the attributes in it, so it is only written for a target that is not known.
pub(crate) fn in_section() -> &'static str {
    match command_line::target() {
        Target::Apple => r#"#[used] #[unsafe(link_section = "__DATA,__errcode")]"#,
        Target::Wasm => "",
        Target::Other => r#"#[used] #[unsafe(link_section = ".errcode")]"#,
        Target::Unknown => {
            r#"
            #[cfg_attr(
                not(any(target_vendor = "apple", target_family = "wasm")),
                used,
                unsafe(link_section = ".errcode")
            )]
            #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
            "#
        }
    }
}

/// Returns the record. Its head begins with a hash of everything else in it.
fn record(head: &str, packed: &Packed) -> Vec<u8> {
    let parts = [head.as_bytes(), packed.text.as_bytes(), &packed.rows, &packed.ops];
    let mut record = MARK.to_vec();
    record.push(KIND_TYPE);
    for part in parts {
        record.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    let at = record.len();
    for part in parts {
        record.extend_from_slice(part);
    }
    let id = format!("{:08x}", hash(&record[at + ID_LEN..]));
    record[at..at + ID_LEN].copy_from_slice(id.as_bytes());
    record
}

fn hash(bytes: &[u8]) -> u32 {
    let (chunks, rest) = bytes.as_chunks();
    let mut hash = 0_u64;
    for chunk in chunks {
        hash = mix(hash.rotate_left(5) ^ u64::from_le_bytes(*chunk));
    }
    if !rest.is_empty() {
        hash = mix(hash.rotate_left(5) ^ load(rest));
    }
    (hash >> 32) as u32
}

/// Returns the strings of the record, each ended by NUL.
fn head(model: &Model<'_>, declaration: &Declaration) -> String {
    let keys = &model.item.keys;
    let text = |literal: Option<&str>| literal.unwrap_or_default().replace('\0', " ");
    let prefix = text(keys.prefix.get().map(String::as_str));
    let module = text(keys.module.get().map(String::as_str));
    let before = [
        &"0".repeat(ID_LEN),
        &declaration.name,
        &declaration.package,
        &declaration.file,
        &declaration.line.to_string(),
        &prefix,
        &module,
    ];
    let mut head = String::new();
    for text in before {
        head.push_str(text);
        head.push('\0');
    }
    let retired = keys.retired.get().into_iter().flatten();
    for pair in retired {
        head.extend([&pair.name.value, "\0", &text(Some(&pair.value.value)), "\0"]);
    }
    head
}
