//! The keys of `#[error(…)]` and `#[app(…)]`. One row per key generates its parser, its slot with the span,
//! suggestions, completion in editors, and its line in the derive's documentation.

use super::{
    alert::{self, AlertRule},
    code,
    localized::{self, Localized},
    retryable::{self, Retryable},
    slot::Slot,
    value::{self, DebugBy, Extend, Pair},
};
use crate::{
    case::Case,
    errors::Errors,
    format::{Category, Level},
    nearest,
    spanned::Spanned,
};
use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Result};

/// What an attribute is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Enum,
    Struct,
    Variant,
}

impl ItemKind {
    /// Returns the word with its article.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Enum => "an enum",
            Self::Struct => "a struct",
            Self::Variant => "a variant",
        }
    }

    /// Returns the word.
    pub(crate) fn word(self) -> &'static str {
        self.noun().rsplit(' ').next().unwrap_or_default()
    }
}

/// The items that a key is allowed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Variants, structs and, as their variants' default, enums.
    Everywhere,
    /// What has a code: variants, structs, and enums with a `code` that their variants share.
    WithCode,
    /// Variants and structs.
    Variants,
    /// Variants and, as their default, enums.
    VariantsAndEnums,
    /// Enums and structs.
    Containers,
    /// Enums.
    Enums,
}

impl Allowed {
    pub(crate) fn on(self, kind: ItemKind) -> bool {
        match self {
            Self::Everywhere | Self::WithCode => true,
            Self::Variants => kind != ItemKind::Enum,
            Self::VariantsAndEnums => kind != ItemKind::Struct,
            Self::Containers => kind != ItemKind::Variant,
            Self::Enums => kind == ItemKind::Enum,
        }
    }

    /// Returns where the key goes, for a message.
    pub(crate) fn whereabouts(self) -> &'static str {
        match self {
            Self::Everywhere | Self::WithCode => "on the enum, the struct or the variant",
            Self::Variants => "on a variant or a struct",
            Self::VariantsAndEnums => "on a variant or the enum",
            Self::Containers => "on the enum or struct",
            Self::Enums => "on the enum",
        }
    }

    /// Returns the cell of the table in the documentation.
    #[cfg(test)]
    fn column(self) -> &'static str {
        match self {
            Self::Everywhere => "all",
            Self::WithCode => "all with a code",
            Self::Variants => "variant, struct",
            Self::VariantsAndEnums => "variant, enum",
            Self::Containers => "enum, struct",
            Self::Enums => "enum",
        }
    }
}

/// Declares the keys, each as
///
/// ```text
/// /// Documentation.
/// Variant slot: Type = parser, on Allowed, ["a way to write it" "another"];
/// ```
///
/// The key is called like its slot; a trailing `_` keeps a slot from being a keyword.
macro_rules! keys {
    ($(
        $(#[doc = $doc:literal])+
        $key:ident $slot:ident: $ty:ty = $parser:path, on $allowed:ident, [$($form:literal)+];
    )*) => {
        /// A key of `#[error(…)]` or `#[app(…)]`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Key {
            $($(#[doc = $doc])+ $key,)*
        }

        impl Key {
            pub(crate) const ALL: &[Self] = &[$(Self::$key,)*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$key => const { name_of(stringify!($slot)) },)* }
            }

            pub(crate) fn allowed(self) -> Allowed {
                match self { $(Self::$key => Allowed::$allowed,)* }
            }

            /// Returns the ways to write it.
            pub(crate) fn forms(self) -> &'static [&'static str] {
                match self { $(Self::$key => &[$($form,)+],)* }
            }

            /// Returns its documentation as one line.
            pub(crate) fn doc(self) -> &'static str {
                let doc = match self { $(Self::$key => concat!($($doc),+),)* };
                doc.trim_start()
            }
        }

        /// The values of the keys of one item.
        #[derive(Debug, Default)]
        pub(crate) struct Keys {
            $($(#[doc = $doc])+ pub(crate) $slot: Slot<$ty>,)*
        }

        impl Keys {
            /// Parses the key's value into its slot.
            pub(crate) fn parse(
                &mut self,
                key: Key,
                span: Span,
                input: ParseStream<'_>,
                errors: &Errors,
            ) -> Result<()> {
                match key {
                    $(Key::$key => {
                        let value = $parser(input)?;
                        self.$slot.set(format_args!("`{}`", key.name()), span, value, errors);
                    })*
                }
                Ok(())
            }

            pub(crate) fn span(&self, key: Key) -> Option<Span> {
                match key { $(Key::$key => self.$slot.span(),)* }
            }
        }
    };
}

keys! {
    /// The code: a letter or digit, then letters, digits and `_ - . :`; at most 64 characters; unique regardless of
    /// case. On an enum: shared by the variants that have none, which may then only have a message, `log` and `level`.
    Code code: Spanned<String> = code::code, on Everywhere, [r#"code = "E2001""#];
    /// Makes the codes from the variants' names, after the `prefix`.
    Codes codes: Case = value::case, on Enums, [r#"codes = "snake_case""#];
    /// Other names of the code that look-ups accept. They must be unique among all codes and aliases.
    Alias alias: Vec<Spanned<String>> = code::codes, on WithCode,
        [r#"alias = "OLD-1""# r#"alias("OLD-1", "OLD-2")"#];
    /// The HTTP status, from 400 to 599. Default: the category's.
    Status status: u16 = value::status, on Everywhere, ["status = 404" "status = NOT_FOUND"];
    /// `business` (400), `external` (502, retryable, alerts), `internal` (502, retryable, alerts), `specialized` (500,
    /// alerts) or `unknown` (500, alerts). Default: `business` for a 4xx status, else `unknown`.
    Category category: Category = value::category, on Everywhere, ["category = business"];
    /// The log level: `error`, `warn`, `info`, `debug` or `trace`. Default: `warn` for a 4xx status, `error` for 5xx.
    Level level: Level = value::level, on Everywhere, ["level = warn"];
    /// Whether, and when, the same call may succeed. `after` takes a duration or a field: a `Duration`, an `Option` of
    /// one, or whole seconds; `when` an expression over the fields; `inherit` asks the source. Default: the category's.
    Retryable retryable: Retryable = retryable::retryable, on Everywhere,
        ["retryable" "retryable = false" r#"retryable(after = "2s")"# "retryable(after = field)"
         "retryable(when = *.upstream >= 500)" "retryable(inherit)"];
    /// The message for clients, in one or several languages, with bare `{field}` placeholders. Default: the category's
    /// neutral text, never `Display`.
    UserMsg user_msg: Vec<Localized> = localized::user_msg, on Everywhere,
        [r#"user_msg = "project {id} not found""# r#"user_msg(zh = "…", "pt-BR" = "…")"#];
    /// Makes the message the one for clients too.
    Public public: bool = value::flag, on Everywhere, ["public"];
    /// The message of the log line, where it should differ from `Display`.
    Log log: Spanned<String> = value::text, on Variants, [r#"log = "{field} failed""#];
    /// A short constant summary, in one or several languages. Default: the first paragraph of the doc comment, else the
    /// variant's name in words.
    Title title: Vec<Localized> = localized::title, on WithCode,
        [r#"title = "project not found""# r#"title(zh = "…", en = "…")"#];
    /// Why the error happens, in Markdown, in one or several languages. Default: the further paragraphs of the doc
    /// comment.
    Explanation explanation: Vec<Localized> = localized::explanation, on WithCode,
        [r#"explanation = "it was deleted""# r#"explanation(zh = "…", en = "…")"#];
    /// What to do about the error, in one or several languages.
    Help help: Vec<Localized> = localized::help, on WithCode,
        [r#"help = "check the id""# r#"help(zh = "…", en = "…")"#];
    /// The version in which the code was added.
    Since since: String = value::some_text, on WithCode, [r#"since = "1.2""#];
    /// Why the code should no longer be produced, in one or several languages.
    Deprecated deprecated: Vec<Localized> = localized::deprecated, on WithCode,
        [r#"deprecated = "the endpoint is gone""# r#"deprecated(zh = "…", en = "…")"#];
    /// The code that replaces this one.
    ReplacedBy replaced_by: Spanned<String> = code::code, on WithCode, [r#"replaced_by = "E2010""#];
    /// Who owns the code; shown in logs, alerts and the catalog.
    Owner owner: String = value::some_text, on Everywhere, [r#"owner = "team-projects""#];
    /// The address of the runbook, with `{code}` where the code goes.
    Runbook runbook: String = value::address, on Everywhere, [r#"runbook = "https://run/{code}""#];
    /// Tags. An enum's are added to those of each variant.
    Tags tags: Vec<Spanned<String>> = value::texts, on Everywhere, [r#"tags("billing", "pci")"#];
    /// Clients never see the code: they get `public_as`, or the code of an unexpected error.
    Internal internal: bool = value::flag, on Everywhere, ["internal"];
    /// The code that clients see instead. Implies `internal`.
    PublicAs public_as: Spanned<String> = code::code, on Everywhere, [r#"public_as = "E1000""#];
    /// Constant response headers; a field's value goes into one with `#[header("Name")]`. Not those of the message, of
    /// the connection, or that errcode writes.
    Headers headers: Vec<Pair> = value::headers, on WithCode, [r#"headers("WWW-Authenticate" = "Bearer")"#];
    /// Codes that must never be used again, each with the reason.
    Retired retired: Vec<Pair> = code::retired, on Containers, [r#"retired("E2009" = "merged into E2003")"#];
    /// What every code must begin with. It is only prepended to the codes that `codes` makes.
    Prefix prefix: String = value::some_text, on Containers, [r#"prefix = "E2""#];
    /// The module in the catalog's grammar.
    Module module: String = value::some_text, on Containers, [r#"module = "project""#];
    /// Whether the code counts against a circuit breaker. Default: 5xx, `external` and `internal` count.
    Breaker breaker: bool = value::breaker, on Everywhere, ["breaker = count" "breaker = ignore"];
    /// Whether the code raises an alert, whether it pages someone, and the number of failures in a window that raises
    /// it. Default: the category's.
    Alert alert: AlertRule = alert::alert, on Everywhere,
        ["alert" "alert = false" r#"alert(page, over = "20/1m")"#];
    /// The gRPC status. Default: by the HTTP status.
    Grpc grpc: u8 = value::grpc, on Everywhere, ["grpc = NOT_FOUND"];
    /// Without a code: everything comes from the only field, an errcode error. With a code: only `Display` and `source`
    /// come from the field, which can be any error.
    Transparent transparent: bool = value::flag, on Everywhere, ["transparent"];
    /// A function that writes `Display` from the fields.
    Fmt fmt: TokenStream = value::function, on VariantsAndEnums, ["fmt = path::to::function"];
    /// `Display`, `Error` and `From`, or only `Display`, come from another derive or are written by hand. Only in
    /// `#[app(…)]`.
    Extend extend: Extend = value::extend, on Containers, ["extend" "extend(display)"];
    /// Derives a `Debug` that redacts sensitive fields. `"std"`: the type has a `Debug` that may show them.
    Debug debug: DebugBy = value::debug, on Containers, ["debug" r#"debug = "std""#];
    /// With `extend`: doc comments are title and explanation.
    Docs docs: bool = value::flag, on Containers, ["docs"];
    /// Adds a constructor per variant, such as `ProjectError::not_found(id)`; `new` on a struct.
    Constructors constructors: bool = value::flag, on Containers, ["constructors"];
    /// Adds a predicate per variant, such as `error.is_not_found()`.
    Predicates predicates: bool = value::flag, on Enums, ["predicates"];
    /// The path of `errcode_core`, if it is renamed or re-exported.
    Crate crate_: TokenStream = value::root, on Containers, ["crate = ::my_errors::core"];
    /// The path of `errcode_axum` for `#[derive(IntoResponse)]`, if it is renamed or re-exported.
    Axum axum: TokenStream = value::root, on Containers, ["axum = ::my_errors::axum"];
}

/// Returns the name of a key by that of its slot. It is evaluated while the derive is compiled, since every key
/// of every attribute is looked for among the names.
const fn name_of(slot: &'static str) -> &'static str {
    match slot.as_bytes() {
        [.., b'_'] => slot.split_at(slot.len() - 1).0,
        _ => slot,
    }
}

/// Words that will be keys, and what for. They are refused, because a key without an effect would look as if it had
/// one.
const RESERVED: [(&str, &str); 1] = [("decode", "decoding a peer's error into the enum")];

impl Key {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// Returns the names of the keys that are allowed on the item.
    pub(crate) fn names_on(kind: ItemKind) -> Vec<&'static str> {
        Self::ALL.iter().filter(|key| key.allowed().on(kind)).map(|key| key.name()).collect()
    }

    /// Returns the message for a word that is not a key.
    pub(crate) fn unknown(word: &str, kind: ItemKind) -> String {
        if let Some((_, meaning)) = RESERVED.iter().find(|(reserved, _)| *reserved == word) {
            return format!("`{word}` is reserved for {meaning} and has no effect yet; remove it");
        }
        if let Some(instead) = not_a_key(word) {
            return format!("`{word}` is not a key; {instead}");
        }
        let names = Self::names_on(kind);
        let known = nearest::list(&names, "and");
        let plain = word.strip_prefix("r#").filter(|plain| names.contains(plain));
        let hint = match (plain, elsewhere(word)) {
            (Some(plain), _) => format!("; write `{plain}` without `r#`"),
            (None, Some(key)) => format!("; did you mean `{key}`?"),
            // Of `http::status`, the last part is the key.
            (None, None) => nearest::hint(word.rsplit(['.', ':']).next().unwrap_or(word), &names),
        };
        format!("unknown key `{word}`{hint}\n{} takes the keys {known}", kind.noun())
    }
}

impl Keys {
    /// Returns the keys that are written, and where.
    pub(crate) fn written(&self) -> impl Iterator<Item = (Key, Span)> {
        Key::ALL.iter().filter_map(|key| Some((*key, self.span(*key)?)))
    }
}

/// Returns what to write in place of a word for which there is no key.
fn not_a_key(word: &str) -> Option<String> {
    Some(match word {
        "message" | "display" | "msg" => {
            r#"write the message alone, as in `#[error("{id} not found", code = "E2001")]`"#.into()
        }
        "subject" => {
            r#"write `#[subject(pointer = "/name")]`, or `#[subject(…)]` on a field"#.into()
        }
        "details" | "fields" => "write `#[detail]` on each field".into(),
        _ if FIELD_ATTRIBUTES.contains(&word) => format!("write `#[{word}]` on the field"),
        _ => return None,
    })
}

/// The attributes of fields that need no value.
pub(crate) const FIELD_ATTRIBUTES: [&str; 7] =
    ["from", "source", "backtrace", "location", "detail", "violations", "sensitive"];

/// Returns the key that other crates call by this name.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "http_status" | "status_code" | "http" => "status",
        "user_message" | "client_message" => "user_msg",
        "severity" | "log_level" => "level",
        "kind" => "category",
        "retry" => "retryable",
        "retry_after" => "retryable(after = …)",
        "url" | "docs_url" => "runbook",
        "aliases" => "alias",
        "header" => "headers",
        "tag" => "tags",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (i, key) in Key::ALL.iter().enumerate() {
            assert_eq!(Key::from_name(key.name()), Some(*key));
            assert!(Key::ALL[..i].iter().all(|other| other.name() != key.name()), "{}", key.name());
        }
    }

    #[test]
    fn the_form_shows_the_key() {
        for key in Key::ALL {
            assert!(key.forms().iter().all(|form| form.starts_with(key.name())), "{}", key.name());
            assert!(key.doc().ends_with('.'), "{}", key.doc());
        }
    }

    #[test]
    fn a_reserved_word_is_not_a_key() {
        for (word, _) in RESERVED {
            assert_eq!(Key::from_name(word), None);
            assert!(Key::unknown(word, ItemKind::Enum).contains("has no effect yet"));
        }
    }

    /// `ERRCODE_UPDATE=1` rewrites the table instead.
    #[test]
    fn the_documentation_has_the_table_of_keys() {
        let rows = Key::ALL.iter().map(|key| {
            let forms: Vec<_> = key.forms().iter().map(|form| format!("`{form}`")).collect();
            let (name, on, forms) = (key.name(), key.allowed().column(), forms.join(", "));
            format!("| `{name}` | {on} | {forms} | {} |\n", key.doc().trim_end_matches('.'))
        });
        let table: String = rows.collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/app_error.md");
        let page = std::fs::read_to_string(path).unwrap();
        let first = page.find("| `code` |").unwrap();
        let end = first + page[first..].find("\n\n").unwrap() + 1;
        if std::env::var_os("ERRCODE_UPDATE").is_some() {
            std::fs::write(path, [&page[..first], &table, &page[end..]].concat()).unwrap();
        } else {
            assert_eq!(page[first..end], table, "rewrite the table with ERRCODE_UPDATE=1");
        }
    }
}
