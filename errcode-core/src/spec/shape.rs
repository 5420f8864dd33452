//! The JSON type of a member of `details`, by the Rust type as it is written.

use core::fmt;

/// A JSON type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// `null`, or a value of this shape.
    Optional(Box<Shape>),
    /// An array of values of one shape.
    List(Box<Shape>),
    /// An object with any names, all values of one shape.
    Map(Box<Shape>),
    /// A type that is not known, by its Rust name.
    Unknown(String),
}

impl Shape {
    /// Returns the shape of a Rust type, as it is written.
    #[must_use]
    pub fn from_type(ty: &str) -> Self {
        let ty = bare(ty);
        if let Some(item) = inside(ty, "[", "]") {
            let item = split_at_top(item, ';').into_iter().next().unwrap_or(item);
            return Self::list(item);
        }
        match ty.split_once('<') {
            Some((name, arguments)) => {
                let arguments = arguments.trim_end().strip_suffix('>').unwrap_or(arguments);
                Self::from_generic(last_segment(name), &split_at_top(arguments, ','))
                    .unwrap_or_else(|| Self::Unknown(ty.to_owned()))
            }
            None => Self::from_name(last_segment(ty)),
        }
    }

    fn from_generic(name: &str, arguments: &[&str]) -> Option<Self> {
        let argument = |at: usize| arguments.get(at).map(|argument| Self::from_type(argument));
        Some(match name {
            "Option" => Self::Optional(Box::new(argument(0)?)),
            "Vec" | "VecDeque" | "LinkedList" | "HashSet" | "BTreeSet" | "BinaryHeap"
            | "IndexSet" => Self::List(Box::new(argument(0)?)),
            "HashMap" | "BTreeMap" | "IndexMap" => Self::Map(Box::new(argument(1)?)),
            "Box" | "Arc" | "Rc" | "Wrapping" | "Reverse" | "Cell" | "RefCell" | "Mutex"
            | "RwLock" => argument(0)?,
            "Cow" => Self::from_type(arguments.last()?),
            _ => return None,
        })
    }

    fn from_name(name: &str) -> Self {
        match name {
            "String" | "str" | "char" | "Uuid" | "Ulid" | "Url" | "PathBuf" | "Path" | "IpAddr"
            | "Ipv4Addr" | "Ipv6Addr" | "SocketAddr" => Self::Text,
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
            | "i128" | "isize" => Self::Integer,
            _ if name.starts_with("NonZero") => Self::Integer,
            "f32" | "f64" => Self::Number,
            "bool" => Self::Boolean,
            "()" => Self::Null,
            _ => Self::Unknown(name.to_owned()),
        }
    }

    fn list(item: &str) -> Self {
        Self::List(Box::new(Self::from_type(item)))
    }
}

/// Returns the type without references, lifetimes and surrounding spaces.
fn bare(ty: &str) -> &str {
    let mut ty = ty.trim();
    while let Some(rest) = ty.strip_prefix('&') {
        ty = rest.trim_start();
        if let Some(lifetime) = ty.strip_prefix('\'') {
            ty = lifetime
                .trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_')
                .trim_start();
        }
        ty = ty.strip_prefix("mut ").unwrap_or(ty).trim_start();
    }
    ty
}

fn inside<'a>(ty: &'a str, open: &str, close: &str) -> Option<&'a str> {
    ty.strip_prefix(open)?.strip_suffix(close)
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim()
}

/// Splits the text at separators outside brackets.
fn split_at_top(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            _ if letter == separator && depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// The JSON type as a lock file spells it.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("string"),
            Self::Integer => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::Boolean => f.write_str("boolean"),
            Self::Null => f.write_str("null"),
            Self::Optional(inner) => write!(f, "{inner}?"),
            Self::List(item) => write!(f, "[{item}]"),
            Self::Map(value) => write!(f, "{{{value}}}"),
            Self::Unknown(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn rust_types_as_json_types() {
        for (ty, shape) in [
            ("String", "string"),
            ("& 'static str", "string"),
            ("&'a mut u8", "integer"),
            ("std :: option :: Option < u64 >", "integer?"),
            ("Vec<Option<f64>>", "[number?]"),
            ("[u8 ; 4]", "[integer]"),
            ("& [String]", "[string]"),
            ("BTreeMap<String, Vec<bool>>", "{[boolean]}"),
            ("Cow<'static, str>", "string"),
            ("Arc<str>", "string"),
            ("HashMap<K, (u8, u8)>", "{(u8, u8)}"),
            ("crate::Status", "Status"),
            ("NonZeroU32", "integer"),
            ("Wrapper<T>", "Wrapper<T>"),
            ("Option", "Option"),
            ("<T as Trait>::Out", "<T as Trait>::Out"),
            ("", ""),
            ("Vec<", "[]"),
        ] {
            assert_eq!(Shape::from_type(ty).to_string(), shape, "{ty}");
        }
    }
}
