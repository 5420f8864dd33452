//! The matrix of `tests/formats.rs`: messages in every form of a format string, in an enum that is derived twice.

use std::fmt::Write as _;

const FITS: &str = "a string takes everything";

/// How a message names the value.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Number,
    LeadingZeros,
    UnderscoreNumber,
    Field,
    NextArgument,
    NumberedArgument,
    NamedArgument,
}

/// Where a width or precision comes from.
#[derive(Clone, Copy, PartialEq)]
enum Count {
    None,
    Literal,
    Field,
    NamedArgument,
    NumberedArgument,
    Constant,
    /// `.*`, which only a precision can be.
    Next,
}

const STYLES: [Style; 7] = [
    Style::Number,
    Style::LeadingZeros,
    Style::UnderscoreNumber,
    Style::Field,
    Style::NextArgument,
    Style::NumberedArgument,
    Style::NamedArgument,
];
const COUNTS: [Count; 7] = [
    Count::None,
    Count::Literal,
    Count::Field,
    Count::NamedArgument,
    Count::NumberedArgument,
    Count::Constant,
    Count::Next,
];
/// Fill and alignment, among them fills that are a part of the syntax.
const ALIGNMENTS: [&str; 9] = ["", "<", "*^", "_>", "}>", "{<", ":^", "名>", "?^"];
/// Sign, `#` and `0`.
const FLAGS: [&str; 10] = ["", "+", "#", "0", "+#", "+0", "#0", "+#0", "-", "-#0"];
/// The type, and the type and value of the field: each trait, with all types of std that have it.
const TYPES: [(&str, &str, &str); 18] = [
    ("", "&'static str", "\"grün\""),
    ("", "u32", "3_000"),
    ("", "f64", "-1.234_567"),
    ("", "char", "'c'"),
    ("?", "&'static str", "\"a\\n\""),
    ("?", "Option<Vec<u8>>", "Some(vec![10, 200])"),
    ("?", "f64", "1e21"),
    ("x?", "Vec<u8>", "vec![10, 200]"),
    ("X?", "Vec<u8>", "vec![10, 200]"),
    ("x", "u32", "48_879"),
    ("X", "u32", "48_879"),
    ("o", "i16", "-8"),
    ("b", "u8", "5"),
    ("e", "f64", "1_234.5"),
    ("e", "u32", "1_500"),
    ("E", "f32", "0.001"),
    ("p", "&'static str", "PLACE"),
    ("p", "*const u8", "std::ptr::null()"),
];

/// Returns two modules with the same enum: one with this crate's derive, one with thiserror's.
pub(crate) fn matrix() -> String {
    let messages = messages();
    let mut code = String::new();
    for (module, derive) in [
        ("ours", "#[derive(Debug, errcode_core::AppError)]\n#[app(codes = \"snake_case\")]"),
        ("theirs", "#[derive(Debug, thiserror::Error)]"),
    ] {
        write!(code, "mod {module} {{\nuse super::*;\n{derive}\npub(crate) enum Formats {{\n")
            .expect(FITS);
        let mut values = String::new();
        for (number, message) in messages.iter().enumerate() {
            let Message { attribute, fields, value, .. } = message;
            write!(code, "#[error({attribute})]\nV{number} {fields},\n").expect(FITS);
            write!(values, "Formats::V{number} {value}.to_string(),").expect(FITS);
        }
        writeln!(code, "}}\npub(crate) fn texts() -> Vec<String> {{ vec![{values}] }}\n}}")
            .expect(FITS);
    }
    let attributes: Vec<_> = messages.iter().map(|message| message.attribute.as_str()).collect();
    writeln!(code, "const MESSAGES: [&str; {}] = {attributes:?};", attributes.len()).expect(FITS);
    code
}

/// A variant.
struct Message {
    attribute: String,
    fields: String,
    value: String,
}

/// Returns every style with every width and precision, every style with every type, and every alignment with every
/// flag.
fn messages() -> Vec<Message> {
    let mut messages = Vec::new();
    let mut add = |style, width, precision, ty: usize| {
        let turn = messages.len();
        let flags = [ALIGNMENTS[turn % ALIGNMENTS.len()], FLAGS[turn % FLAGS.len()]];
        messages.extend(message(style, width, precision, flags, TYPES[ty % TYPES.len()]));
    };
    let mut turn = 0;
    for style in STYLES {
        for width in COUNTS {
            for precision in COUNTS {
                add(style, width, precision, turn);
                turn += 1;
            }
        }
        for ty in 0..TYPES.len() * 2 {
            add(style, COUNTS[(turn + ty) % 7], COUNTS[turn % 7], ty);
            turn += 1;
        }
    }
    for alignment in ALIGNMENTS {
        for flags in FLAGS {
            let (style, ty) = (STYLES[turn % STYLES.len()], TYPES[turn % TYPES.len()]);
            messages.extend(message(style, Count::Literal, Count::None, [alignment, flags], ty));
            turn += 1;
        }
    }
    messages
}

/// Returns the variant. `None` for what no derive accepts, a number beside arguments in a tuple, and for `{_0:p}`,
/// which shows the address of the field.
fn message(
    style: Style,
    width: Count,
    precision: Count,
    [alignment, flags]: [&str; 2],
    (ty, rust, value): (&str, &str, &str),
) -> Option<Message> {
    // With this fill, thiserror shows the field's own address, which differs from value to value.
    let alignment = if ty == "p" && alignment.starts_with('}') { "" } else { alignment };
    let is_tuple = matches!(style, Style::Number | Style::LeadingZeros | Style::UnderscoreNumber);
    let mut arguments = Arguments::default();
    if precision == Count::Next {
        arguments.unnamed.push(format!("*.{}", if is_tuple { "2" } else { "p" }));
    }
    let placeholder = arguments.value(style, ty);
    let [w, p] = if is_tuple { ["_1", "_2"] } else { ["w", "p"] };
    let width = arguments.count(width, w, "12", "width");
    let precision = match precision {
        Count::None => String::new(),
        Count::Next => ".*".to_owned(),
        other => format!(".{}", arguments.count(other, p, "2", "precision")),
    };
    let is_ambiguous = matches!(style, Style::Number | Style::LeadingZeros);
    if is_ambiguous && !arguments.unnamed.is_empty()
        || style == Style::UnderscoreNumber && ty == "p"
    {
        return None;
    }
    let literal = format!("[{{{placeholder}:{alignment}{flags}{width}{precision}{ty}}}]");
    let arguments = arguments.unnamed.iter().chain(&arguments.named);
    let arguments: String = arguments.map(|argument| format!(", {argument}")).collect();
    let (fields, value) = if is_tuple {
        (format!("({rust}, usize, usize)"), format!("({value}, 11, 3)"))
    } else {
        (format!("{{ x: {rust}, w: usize, p: usize }}"), format!("{{ x: {value}, w: 11, p: 3 }}"))
    };
    Some(Message { attribute: format!("{literal:?}{arguments}"), fields, value })
}

/// The arguments after the literal; those without a name are first.
#[derive(Default)]
struct Arguments {
    unnamed: Vec<String>,
    named: Vec<String>,
}

impl Arguments {
    /// Adds the value, where it is an argument, and returns the name in its placeholder.
    fn value(&mut self, style: Style, ty: &str) -> String {
        // The address that the pointer holds, not that of the field.
        let argument = if ty == "p" { "*.x" } else { ".x" };
        match style {
            Style::Number => "0".to_owned(),
            Style::LeadingZeros => "000".to_owned(),
            Style::UnderscoreNumber => "_0".to_owned(),
            Style::Field => "x".to_owned(),
            Style::NextArgument => {
                self.unnamed.push(argument.to_owned());
                String::new()
            }
            Style::NumberedArgument => {
                self.unnamed.push(argument.to_owned());
                (self.unnamed.len() - 1).to_string()
            }
            Style::NamedArgument => {
                self.named.push(format!("value = {argument}"));
                "value".to_owned()
            }
        }
    }

    /// Adds a width or precision, where it is an argument, and returns it as the spec has it.
    fn count(&mut self, count: Count, field: &str, literal: &str, name: &str) -> String {
        match count {
            Count::None | Count::Next => String::new(),
            Count::Literal => literal.to_owned(),
            Count::Field => format!("{field}$"),
            Count::NamedArgument => {
                self.named.push(format!("{name}_of = {literal}"));
                format!("{name}_of$")
            }
            Count::NumberedArgument => {
                self.unnamed.push(literal.to_owned());
                format!("{}$", self.unnamed.len() - 1)
            }
            Count::Constant => format!("{}$", name.to_uppercase()),
        }
    }
}
