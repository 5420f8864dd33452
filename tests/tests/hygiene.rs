//! The expansion in hostile surroundings: shadowed names, denied lints, a renamed core.

#![allow(missing_debug_implementations, reason = "the names count, not the types")]
#![deny(
    warnings,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    unused_qualifications,
    unused_lifetimes
)]
#![forbid(unsafe_code)]
// A module for each test, and their types are only there to compile.
#![allow(dead_code, clippy::items_after_statements, clippy::redundant_pub_crate)]

use errcode_core::{AppError, Coded};

/// Everything that an expansion might take for granted.
pub mod shadowed {
    #![allow(non_camel_case_types, missing_docs, unused_macros)]

    pub mod core {}
    pub mod std {}
    pub mod errcode_core {}
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Box;
    pub struct Vec;
    pub struct Table;
    pub struct Arg;
    pub struct bool;
    pub struct u32;
    pub struct str;
    pub trait Display {}
    pub trait Debug {}
    pub trait Error {}
    pub trait From {}
    pub trait Into {}
    pub trait Coded {}
    pub trait Rows {}
    pub trait Fn {}
    pub trait FnMut {}
    pub trait Sized {}
    pub trait Location {}
    pub trait Captured {}
    pub trait Send {}
    macro_rules! write {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }
    macro_rules! concat {
        () => {};
    }

    #[derive(::errcode_core::AppError)]
    #[error(debug, constructors, predicates, category = business)]
    pub enum ProjectError {
        /// No project.
        #[error(
            "project {id} not found",
            code = "E1",
            user_msg = "no {id}",
            retryable(after = "2s")
        )]
        NotFound { id: ::core::primitive::u64 },
        #[error("{number:>5} {}", 1 + 1, code = "E2")]
        Format { number: ::core::primitive::u8 },
        #[error("cause", code = "E3", retryable(when = *.number > 3))]
        Cause {
            number: ::core::primitive::u8,
            #[source]
            cause: ::std::io::Error,
        },
        #[error("from", code = "E4")]
        Converted(#[from] ::std::fmt::Error),
        #[error("denied {token}", code = "E5")]
        Denied {
            #[sensitive]
            token: ::std::string::String,
        },
        #[error(transparent)]
        Inner(#[from] Inner),
        #[error("{0}", code = "E6", retryable(inherit))]
        Inherit(::std::path::PathBuf, #[source] Inner),
        #[error("{path} {path:?}{}", "", code = "E7")]
        PathByCompiler { path: ::std::path::PathBuf },
        #[error("captured", code = "E8")]
        Captured {
            #[from]
            cause: ::std::num::ParseIntError,
            location: ::std::option::Option<&'static ::std::panic::Location<'static>>,
            backtrace: ::std::backtrace::Backtrace,
        },
    }

    #[derive(Debug, ::errcode_core::AppError)]
    #[error("inner {0}", code = "I1")]
    pub struct Inner(pub ::core::primitive::i32);
}

/// Constants called like fields, which a shorthand pattern would match against.
pub mod constants {
    #![allow(non_upper_case_globals, missing_docs)]

    pub const id: u64 = 3;
    pub const source: u64 = 3;

    #[derive(Debug, errcode_core::AppError)]
    pub enum Error {
        #[error("{id}", code = "E1")]
        NotFound { id: u64, source: std::io::Error },
    }
}

/// Types called like the derive and the traits.
pub mod same_names {
    use errcode_core::AppError;

    /// An `AppError`.
    #[derive(Debug, AppError)]
    pub enum AppErrors {
        /// One.
        #[error("x", code = "E1")]
        Coded,
        /// Two.
        #[error("{fmt} {f} {__f}", code = "E2")]
        Fields {
            /// A field.
            fmt: u8,
            /// A field.
            f: u8,
            /// A field.
            __f: u8,
        },
        /// Three.
        #[error("{__0} {__1:>3}", code = "E3")]
        Bindings {
            /// A field.
            __0: u8,
            /// A field.
            __1: u8,
        },
    }

    /// An `Error`.
    #[derive(Debug, AppError)]
    #[error("x", code = "E4")]
    pub struct Error;
}

/// The enum that half of all services call so.
mod app_error {
    use errcode_core::AppError;

    #[derive(Debug, AppError)]
    pub(super) enum AppError {
        #[error("x", code = "E1")]
        NotFound,
    }
}

/// Core under another path.
mod renamed {
    mod my_errors {
        pub(super) use errcode_core as core;
    }

    #[derive(Debug, errcode_core::AppError)]
    #[error(crate = crate::renamed::my_errors::core)]
    pub(super) enum Error {
        #[error("x {id}", code = "E1", user_msg = "{id}")]
        NotFound { id: u64 },
    }
}

/// Fields called like methods and members.
#[derive(Debug, AppError)]
#[error(
    "{code} {status} {message} {details} {field} {level} {title}",
    code = "E1",
    status = 404,
    user_msg = "{code} {status} {message} {details} {field} {level} {title}"
)]
pub struct Clash {
    code: String,
    status: u16,
    message: String,
    details: String,
    field: String,
    level: u8,
    title: String,
}

/// Borrowed and generic.
#[derive(Debug, AppError)]
pub enum Generic<'a, T, const N: usize>
where
    T: Copy,
{
    /// Borrowed.
    #[error("{0}", code = "E1")]
    Borrowed(&'a str),
    /// Generic.
    #[error("{0} {1:?}", code = "E2", user_msg = "{0}")]
    Generic(#[detail(skip)] T, [u8; N]),
    /// From.
    #[error("from", code = "E3")]
    From(#[from] std::io::Error),
    /// The backtrace of a source whose type is not known here.
    #[error("{0}", code = "E4")]
    Traced(#[backtrace] T),
}

/// A keyword.
#[derive(Debug, AppError)]
#[error(constructors, predicates)]
#[allow(non_camel_case_types)]
pub enum Keywords {
    /// A type.
    #[error("{type}", code = "E1", user_msg = "{type}")]
    r#type {
        /// A field.
        r#type: String,
    },
    /// A self.
    #[error("self", code = "E2")]
    SelfX,
}

#[test]
fn shadowed_names_do_no_harm() {
    use shadowed::{Inner, ProjectError};
    let error = ProjectError::not_found(17);
    assert_eq!(
        (error.to_string().as_str(), error.user_message().as_str()),
        ("project 17 not found", "no 17")
    );
    assert_eq!(ProjectError::Format { number: 3 }.to_string(), "    3 2");
    assert_eq!(ProjectError::from(Inner(3)).to_string(), "inner 3");
    assert!(ProjectError::from(Inner(3)).is_inner());
    assert_eq!(format!("{:?}", ProjectError::denied("x")), "Denied { token: [redacted] }");
    assert!(ProjectError::Cause { number: 4, cause: std::io::Error::other("x") }.retry().retryable);
    assert_eq!(ProjectError::PathByCompiler { path: "/a".into() }.to_string(), "/a \"/a\"");
}

#[test]
fn names_do_not_clash() {
    assert_eq!(same_names::AppErrors::Fields { fmt: 1, f: 2, __f: 3 }.to_string(), "1 2 3");
    assert_eq!(same_names::AppErrors::Bindings { __0: 1, __1: 2 }.to_string(), "1   2");
    assert_eq!(
        constants::Error::NotFound { id: 1, source: std::io::Error::other("x") }.to_string(),
        "1"
    );
    assert_eq!(app_error::AppError::NotFound.spec().code(), "E1");
    assert_eq!(renamed::Error::NotFound { id: 3 }.user_message(), "3");
    let clash = Clash {
        code: "c".to_owned(),
        status: 1,
        message: "m".to_owned(),
        details: "d".to_owned(),
        field: "f".to_owned(),
        level: 2,
        title: "t".to_owned(),
    };
    assert_eq!(clash.user_message(), "c 1 m d f 2 t");
    assert_eq!(clash.spec().code(), "E1");
}

#[test]
fn generics_and_keywords() {
    let error: Generic<'_, u8, 2> = Generic::Generic(3, [1, 2]);
    assert_eq!((error.to_string().as_str(), error.user_message().as_str()), ("3 [1, 2]", "3"));
    let text = String::from("text");
    assert_eq!(Generic::<u8, 2>::Borrowed(&text).to_string(), "text");
    let error = Keywords::r#type("x");
    assert_eq!(error.user_message(), "x");
    assert_eq!(
        error.spec().details().map(errcode_core::DetailSpec::name).collect::<Vec<_>>(),
        ["type"]
    );
    assert!(Keywords::self_x().is_self_x());
}

/// A catalog whose types are fragments of a macro.
pub mod fragments {
    #![allow(missing_docs)]

    #[derive(Debug, errcode_core::AppError)]
    #[error("one", code = "M1", status = 404)]
    pub struct One;

    macro_rules! catalog {
        ($name:ident, $path:path, $ty:ty, $merged:path, $service:literal) => {
            errcode_core::catalog! { pub static $name = [$path, $ty, ..$merged]; service = $service; }
        };
    }
    pub mod merged {
        errcode_core::catalog! { pub static CATALOG = []; }
    }
    catalog!(CATALOG, One, super::Clash, merged::CATALOG, "fragments");
}

#[test]
fn catalogs_made_by_macros() {
    assert!(fragments::CATALOG.lookup("M1").is_some() && fragments::CATALOG.lookup("E1").is_some());
    assert_eq!(fragments::CATALOG.service(), "fragments");
}

#[allow(non_upper_case_globals)]
const id: u8 = 3;

/// Names of fields that are constants too, which a pattern would compare with the value.
#[derive(Debug, AppError)]
enum Constants {
    #[error("template {id}", code = "C1", user_msg = "{id}")]
    Template { id: u8 },
    #[error("write {id:>2}", code = "C2")]
    Write { id: u8 },
    #[error("generic {id}", code = "C3")]
    Other { id: u16 },
}

/// The same for a type with a parameter, whose `Display` the derive writes.
#[derive(Debug, AppError)]
#[error("generic {id}", code = "C4")]
struct GenericConstant<T: std::fmt::Display> {
    id: T,
}

#[test]
fn a_field_may_be_called_like_a_constant() {
    assert_eq!(id, 3);
    assert_eq!(Constants::Template { id: 4 }.to_string(), "template 4");
    assert_eq!(Constants::Template { id: 4 }.user_message(), "4");
    assert_eq!(Constants::Write { id: 4 }.to_string(), "write  4");
    assert_eq!(Constants::Other { id: 4 }.to_string(), "generic 4");
    assert_eq!(GenericConstant { id: 4 }.to_string(), "generic 4");
}

/// Bounds that the expansion adds too.
#[derive(Debug, AppError)]
#[error("bound", code = "B1")]
struct Bound<T: std::error::Error + 'static> {
    #[source]
    cause: T,
}

/// An `allow` in an expansion does not compile where the lint is forbidden.
pub mod forbidden {
    #![forbid(
        deprecated,
        unexpected_cfgs,
        unused_imports,
        unused_qualifications,
        unused_variables,
        clippy::same_name_method,
        clippy::used_underscore_binding
    )]

    use errcode_core::AppError;

    /// Everything for which the expansion has code of the user's.
    #[derive(Debug, AppError)]
    #[error(constructors, predicates)]
    pub enum Error {
        /// Arguments can name every field.
        #[error("{}", .used.len(), code = "F1")]
        #[deprecated]
        Arguments {
            /// A field.
            used: String,
            /// A field.
            unused: u8,
            /// A field.
            #[deprecated]
            old: u8,
        },
        /// So can conditions.
        #[error("{}", _0, code = "F2", retryable(when = *.0 > 3))]
        Condition(u8, u16),
        /// A conversion, and what is found by method resolution.
        #[error("{}", "converted", code = "F3")]
        Converted {
            /// A field.
            #[from]
            cause: std::io::Error,
            /// A field.
            location: &'static std::panic::Location<'static>,
            /// A field.
            backtrace: Option<std::backtrace::Backtrace>,
        },
        /// A child.
        #[error(transparent)]
        Child(#[from] Child),
        /// No child.
        #[error(transparent)]
        Object(Box<dyn errcode_core::Coded>),
    }

    /// A child.
    #[derive(Debug, AppError)]
    #[error("{}", .0 + 1, code = "F4")]
    pub struct Child(
        /// A field.
        pub u8,
    );

    errcode_core::catalog! {
        /// Both.
        pub static CATALOG = [Error];
    }
}

/// The types of deprecated fields are in the expansion too.
pub mod allowed {
    #![deny(deprecated)]

    use errcode_core::AppError;

    /// An old error.
    #[deprecated]
    #[derive(Debug, AppError)]
    #[error("old", code = "O1")]
    pub struct Old;

    /// On the type.
    #[derive(Debug, AppError)]
    #[error("type", code = "O2", constructors)]
    #[allow(deprecated)]
    pub struct OnType(#[from] Old);

    /// On the variant and the field.
    #[derive(Debug, AppError)]
    #[error(constructors)]
    pub enum OnPart {
        /// A variant.
        #[error("variant", code = "O3")]
        #[expect(deprecated, reason = "until it is gone")]
        Variant(#[from] Old),
        /// A field.
        #[error("field", code = "O4")]
        Field {
            /// A field.
            #[allow(deprecated)]
            source: Box<Old>,
        },
    }
}
