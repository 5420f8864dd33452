//! The one table of keys. It says where a key may stand, how it is written and what it does; from it come the parser's "expected one of",
//! the suggestions, the completion hints, and a test of the derive's documentation.

use crate::nearest;

/// What carries the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Enum,
    Struct,
    Variant,
}

impl Place {
    /// With its article.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Enum => "an enum",
            Self::Struct => "a struct",
            Self::Variant => "a variant",
        }
    }
}

/// Where a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// On variants, structs and, as their variants' default, on enums.
    Everywhere,
    /// On what has a code: variants, structs, and enums with a `code` that their variants share.
    WithCode,
    /// On variants and structs.
    Variants,
    /// On variants and, as their default, on enums.
    VariantsAndEnums,
    /// On enums and structs.
    Containers,
    /// On enums.
    Enums,
}

impl Allowed {
    pub(crate) fn at(self, place: Place) -> bool {
        match self {
            Self::Everywhere | Self::WithCode => true,
            Self::Variants => place != Place::Enum,
            Self::VariantsAndEnums => place != Place::Struct,
            Self::Containers => place != Place::Variant,
            Self::Enums => place == Place::Enum,
        }
    }

    /// Where it belongs, for a message.
    pub(crate) fn whereabouts(self) -> &'static str {
        match self {
            Self::Everywhere | Self::WithCode => "on the enum, the struct or the variant",
            Self::Variants => "on a variant or a struct",
            Self::VariantsAndEnums => "on a variant or the enum",
            Self::Containers => "on the enum or struct",
            Self::Enums => "on the enum",
        }
    }
}

macro_rules! keys {
    ($($key:ident $name:literal $allowed:ident [$($form:literal)*] $doc:literal)*) => {
        /// A key of `#[error(…)]` or `#[app(…)]`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Key {
            $(#[doc = $doc] $key,)*
        }

        impl Key {
            pub(crate) const ALL: &[Self] = &[$(Self::$key,)*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)* }
            }

            /// The name as messages show it.
            pub(crate) fn quoted(self) -> &'static str {
                match self { $(Self::$key => concat!("`", $name, "`"),)* }
            }

            pub(crate) fn allowed(self) -> Allowed {
                match self { $(Self::$key => Allowed::$allowed,)* }
            }

            /// The ways to write it.
            pub(crate) fn forms(self) -> &'static [&'static str] {
                match self { $(Self::$key => &[$($form,)*],)* }
            }

            /// One line of documentation.
            pub(crate) fn doc(self) -> &'static str {
                match self { $(Self::$key => $doc,)* }
            }
        }
    };
}

keys! {
    Code "code" Everywhere [r#"code = "E2001""#]
        "The code: letter or digit, then letters, digits, `_ - . :`; at most 64. On an enum: shared by the variants that give none."
    Codes "codes" Enums [r#"codes = "snake_case""#]
        "Codes made from the variants' names, behind the `prefix`."
    Alias "alias" WithCode [r#"alias = "OLD-1""# r#"alias("OLD-1", "OLD-2")"#]
        "Other names that lookup accepts; unique like codes."
    Status "status" Everywhere ["status = 404" "status = NOT_FOUND"]
        "The HTTP status, 400 to 599. Default: the category's."
    Category "category" Everywhere ["category = business"]
        "`business`, `external`, `internal`, `specialized` or `unknown`. Default: by status."
    Level "level" Everywhere ["level = warn"]
        "`error`, `warn`, `info`, `debug` or `trace`. Default: 5xx error, 4xx warn."
    Retryable "retryable" Everywhere ["retryable" "retryable = false" r#"retryable(after = "2s")"# "retryable(after = field)" "retryable(when = *.upstream >= 500)" "retryable(inherit)"]
        "Whether the same call may succeed later, and when. Default: the category's."
    UserMsg "user_msg" Everywhere [r#"user_msg = "project {id} not found""# r#"user_msg(zh = "…", "pt-BR" = "…")"#]
        "What clients read. Default: the category's neutral text, never `Display`."
    Public "public" Everywhere ["public"]
        "The message is the user message too."
    Log "log" Variants [r#"log = "{field} failed""#]
        "The log line's message, where it should differ from `Display`."
    Title "title" WithCode [r#"title = "project not found""#]
        "Short constant summary. Default: the doc comment's first line, else the variant's name in words."
    Help "help" WithCode [r#"help = "check the id""#]
        "What to do, for the catalog."
    Since "since" WithCode [r#"since = "1.2""#]
        "The version that brought the code."
    Deprecated "deprecated" WithCode [r#"deprecated = "the endpoint is gone""#]
        "Why the code should no longer be produced."
    ReplacedBy "replaced_by" WithCode [r#"replaced_by = "E2010""#]
        "The code that took this one's place."
    Owner "owner" Everywhere [r#"owner = "team-projects""#]
        "Who owns it; to logs, alerts and the page."
    Runbook "runbook" Everywhere [r#"runbook = "https://run/{code}""#]
        "The runbook's address; `{code}` is replaced."
    Tags "tags" Everywhere [r#"tags("billing", "pci")"#]
        "Tags; an enum's are added to each variant's."
    Internal "internal" Everywhere ["internal"]
        "Clients never see this code."
    PublicAs "public_as" Everywhere [r#"public_as = "E1000""#]
        "Clients see that code instead. Implies `internal`."
    Headers "headers" WithCode [r#"headers("WWW-Authenticate" = "Bearer")"#]
        "Constant response headers; `#[header(\"Name\")]` on a field for a value."
    Retired "retired" Containers [r#"retired("E2009" = "merged into E2003")"#]
        "Codes that must never be used again."
    Prefix "prefix" Containers [r#"prefix = "E2""#]
        "What every code begins with; checked, never prepended (but for `codes`)."
    Module "module" Containers [r#"module = "project""#]
        "The module of the catalog's grammar."
    Breaker "breaker" Everywhere ["breaker = count" "breaker = ignore"]
        "Whether it counts against a circuit breaker. Default: 5xx and external or internal count."
    Alert "alert" Everywhere ["alert" "alert = false" r#"alert(page, over = "20/1m")"#]
        "Whether it raises an alert, and from how many in which time. Default: the category's."
    Grpc "grpc" Everywhere ["grpc = NOT_FOUND"]
        "The canonical gRPC status. Default: by HTTP status."
    Transparent "transparent" Everywhere ["transparent"]
        "Alone: the field is an errcode error and everything comes from it. With `code`: `Display` and `source` are the field's, the rest is this variant's."
    Fmt "fmt" VariantsAndEnums ["fmt = path::to::function"]
        "A function that writes `Display` from the fields."
    Extend "extend" Containers ["extend" "extend(display)"]
        "`Display`, `Error` and `From` (or only `Display`) come from another derive or by hand."
    Debug "debug" Containers ["debug" r#"debug = "std""#]
        "The derive writes a redacting `Debug`; `\"std\"`: the type's own shows sensitive fields knowingly."
    Docs "docs" Containers ["docs"]
        "Under `extend`: doc comments are title and explanation."
    Decode "decode" Containers ["decode"]
        "Typed decoding on the client."
    Constructors "constructors" Containers ["constructors"]
        "`ProjectError::not_found(id)`."
    Predicates "predicates" Enums ["predicates"]
        "`error.is_not_found()`."
    Crate "crate" Containers ["crate = ::my_errors::core"]
        "Where `errcode_core` is, if renamed or re-exported."
    Axum "axum" Containers ["axum = ::my_errors::axum"]
        "Where `errcode_axum` is, if renamed or re-exported."
}

impl Key {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// The keys that may stand at the place.
    pub(crate) fn names_at(place: Place) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |key| key.allowed().at(place)).map(|key| key.name())
    }

    /// What is wrong with a word that is no key, and which ones there are.
    pub(crate) fn unknown(word: &str, place: Place) -> String {
        let known = nearest::list(Self::names_at(place), "and");
        let hint = match elsewhere(word) {
            Some(key) => format!("; did you mean `{key}`?"),
            None => nearest::hint(word, Self::names_at(place)),
        };
        format!("unknown key `{word}`{hint}\n{} has the keys {known}", place.noun())
    }
}

/// What other crates call our keys.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "http_status" | "status_code" | "http" => "status",
        "message" | "display" | "msg" => r#""the message""#,
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
            assert!(!key.forms().is_empty(), "{}", key.name());
            assert!(key.doc().ends_with('.'), "{}", key.doc());
        }
    }

    #[test]
    fn the_documentation_has_every_key() {
        let page = include_str!("../docs/app_error.md");
        for key in Key::ALL {
            assert!(page.contains(&format!("| `{}`", key.name())), "`{}` is missing", key.name());
        }
    }
}
