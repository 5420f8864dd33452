//! TypeScript: an open union of the codes, with typed details, and a decoder for the three forms.

use core::fmt::Write as _;
use errcode_catalog::{CatalogData, Entry};
use errcode_core::shape::Shape;

/// What follows the codes: the union and the decoder.
const RUNTIME: &str = include_str!("templates/errors.ts");

/// The module.
pub(crate) fn module(data: &CatalogData) -> String {
    let mut text = String::from("// Made by errcode; do not edit.\n");
    let codes: Vec<&Entry> = data.entries().filter(|entry| !entry.is_internal()).collect();
    // Writing to a `String` cannot fail.
    let _ = write_details(&mut text, &codes);
    let _ = write_codes(&mut text, &codes);
    text.push_str(RUNTIME);
    text
}

/// The type of each code's details.
fn write_details(text: &mut String, codes: &[&Entry]) -> core::fmt::Result {
    text.push_str("\n/** What `details` holds, by code. */\nexport interface ErrorDetails {\n");
    for entry in codes {
        writeln!(text, "  /** {} */", comment(&entry.title))?;
        let members: Vec<String> = entry
            .details
            .iter()
            .map(|detail| format!("{}: {}", quoted(&detail.name), ty(&detail.shape())))
            .collect();
        let members = if members.is_empty() {
            "Record<string, never>".to_owned()
        } else {
            format!("{{ {} }}", members.join("; "))
        };
        let members = if entry.details_optional { format!("Partial<{members}>") } else { members };
        writeln!(text, "  {}: {members};", quoted(&entry.code))?;
    }
    text.push_str("}\n");
    Ok(())
}

/// What the decoder knows of each code.
fn write_codes(text: &mut String, codes: &[&Entry]) -> core::fmt::Result {
    text.push_str("\n/** What the catalog says of each code. */\nexport const CODES: { readonly [C in KnownCode]: CodeFacts } = {\n");
    for entry in codes {
        let checks: Vec<String> = entry
            .details
            .iter()
            .map(|detail| {
                let check = check(&detail.shape());
                let check =
                    if entry.details_optional { format!("isAbsentOr({check})") } else { check };
                format!("{}: {check}", key(&detail.name))
            })
            .collect();
        let retryable = match entry.retryable {
            errcode_catalog::Retryable::Conditional => "\"conditional\"",
            errcode_catalog::Retryable::Yes => "true",
            errcode_catalog::Retryable::No => "false",
        };
        writeln!(
            text,
            "  {}: {{ status: {}, category: {}, retryable: {retryable}, title: {}, details: {{ {} }} }},",
            key(&entry.code),
            entry.status,
            quoted(entry.category.as_str()),
            quoted(&entry.title),
            checks.join(", ")
        )?;
    }
    text.push_str("};\n");
    Ok(())
}

fn ty(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string".to_owned(),
        Shape::Integer | Shape::Number => "number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Optional(inner) => format!("{} | null", ty(inner)),
        Shape::List(item) => format!("Array<{}>", ty(item)),
        Shape::Map(value) => format!("Record<string, {}>", ty(value)),
        Shape::Unknown(_) => "unknown".to_owned(),
    }
}

/// The function of the runtime that tells whether a value is of the type.
fn check(shape: &Shape) -> String {
    match shape {
        Shape::Text => "isString".to_owned(),
        Shape::Integer | Shape::Number => "isNumber".to_owned(),
        Shape::Boolean => "isBoolean".to_owned(),
        Shape::Null => "isNull".to_owned(),
        Shape::Optional(inner) => format!("isOptional({})", check(inner)),
        Shape::List(item) => format!("isList({})", check(item)),
        Shape::Map(value) => format!("isMap({})", check(value)),
        Shape::Unknown(_) => "isAnything".to_owned(),
    }
}

/// A string literal. JSON's are JavaScript's (ECMA-262, since 2019).
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The name of a member of an object. `"__proto__": …` would make no member, but set the object's prototype (ECMA-262, annex B.3.1).
fn key(name: &str) -> String {
    if name == "__proto__" { format!("[{}]", quoted(name)) } else { quoted(name) }
}

/// A text that cannot end its comment.
fn comment(text: &str) -> String {
    text.replace("*/", "*\u{2215}").replace(['\n', '\r', '\u{2028}', '\u{2029}'], " ")
}
