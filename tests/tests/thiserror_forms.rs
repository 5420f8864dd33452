//! Every form that thiserror accepts means the same here: each enum is derived twice from the same tokens, and
//! both are asked the same.

use std::{
    borrow::Cow,
    error::Error as StdError,
    fmt::{self, Debug, Display},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is compared of an error: its text, plain and with a width, and its chain of sources.
fn told(error: &dyn StdError) -> Vec<String> {
    let mut told = vec![format!("{error}"), format!("{error:>40}|"), format!("{error:#}")];
    let mut source = error.source();
    while let Some(cause) = source {
        told.push(format!("caused by {cause}"));
        source = cause.source();
    }
    told
}

/// The item with both derives; ours gets its code by one more attribute. `Twin` is written by the test, because
/// the derive's own place decides what the item's expressions can see.
macro_rules! twins {
    ({ #[derive($($derive:tt)*)] $($item:tt)* } $key:ident = $code:literal; $($value:expr),* $(,)?) => {{
        let ours: Vec<Vec<String>> = {
            use errcode_core::AppError as Twin;
            #[allow(dead_code)]
            #[derive($($derive)*)]
            #[app($key = $code)]
            $($item)*
            vec![$(told(&$value)),*]
        };
        let theirs: Vec<Vec<String>> = {
            use thiserror::Error as Twin;
            #[allow(dead_code)]
            #[derive($($derive)*)]
            $($item)*
            vec![$(told(&$value)),*]
        };
        assert_eq!(ours, theirs);
    }};
}

macro_rules! enums {
    ({ $($item:tt)* } $($value:expr),* $(,)?) => { twins!({ $($item)* } codes = "snake_case"; $($value),*) };
}

macro_rules! structs {
    ({ $($item:tt)* } $($value:expr),* $(,)?) => { twins!({ $($item)* } code = "S1"; $($value),*) };
}

fn io() -> io::Error {
    io::Error::other("disk full")
}

const MAX: usize = 9;
#[allow(non_upper_case_globals)]
const limit: usize = 9;
const HINT: &str = "try again";

#[test]
fn tuple_unit_and_struct_forms() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("braced {id}")]
            Braced { id: usize },
            #[error("tuple {0} {1}")]
            Tuple(usize, &'static str),
            #[error("unit")]
            Unit,
            #[error("empty braces")]
            EmptyBraces {},
            #[error("empty tuple")]
            EmptyTuple(),
        }
    }
    Error::Braced { id: 1 }, Error::Tuple(2, "x"), Error::Unit, Error::EmptyBraces {}, Error::EmptyTuple());
    structs!({
        #[derive(Debug, Twin)]
        #[error("{a}{b}")] struct Error { a: u8, b: String }
    } Error { a: 1, b: "b".to_owned() });
    structs!({ #[derive(Debug, Twin)] #[error("{1}{0}")] struct Error(u8, char); } Error(1, 'x'));
    structs!({ #[derive(Debug, Twin)] #[error("unit")] struct Error; } Error);
}

#[test]
fn format_specs() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("{0:>8.3}|{0:<8}|{0:^8}|{0:+}")]
            Widths(f64),
            #[error("{x:?} {x:#?}")]
            Debugs { x: Option<&'static str> },
            #[error("{x:08x} {x:#X} {x:o} {x:#b} {x:e}")]
            Radixes { x: u32 },
            #[error("{0:5}|{1:<5}|{0:?}")]
            Padded(bool, char),
            #[error("{x:>width$}", width = MAX)]
            NamedWidth { x: u8 },
            #[error("{:>1$}", .0, MAX)]
            PositionalWidth(u8),
            #[error("{:.*}", 2, .x)]
            Star { x: f64 },
        }
    }
    Error::Widths(1.23456), Error::Debugs { x: Some("y") }, Error::Radixes { x: 255 }, Error::Padded(true, 'c'),
    Error::NamedWidth { x: 3 }, Error::PositionalWidth(4), Error::Star { x: 1.23456 });
}

#[test]
fn widths_and_locals() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("[{name:>fn$.type$}]")]
            Keywords { name: &'static str, r#fn: usize, r#type: usize },
            #[error("[{0:?}] {_1} [{01:03}] {_0:?}")]
            Locals(Option<u8>, u8),
            #[error("{_0} {_1}", _1 = "given")]
            Given(u8, u8),
        }
    }
    Error::Keywords { name: "abc", r#fn: 5, r#type: 2 }, Error::Locals(Some(1), 2),
    Error::Given(1, 2));
    structs!({ #[derive(Debug, Twin)] #[error("[{x:w$.p$}]")] struct Error<T> { x: T, w: usize, p: usize } }
        Error { x: 1.5, w: 8, p: 3 });
}

/// thiserror leaves these to the user.
#[test]
fn widths_by_number_and_bounds_of_locals() {
    #[derive(Debug, errcode_core::AppError)]
    #[error("[{0:>1$.2$}]", code = "E1")]
    struct Counts(f64, usize, usize);
    assert_eq!(Counts(1.23456, 8, 2).to_string(), "[    1.23]");

    #[derive(Debug, errcode_core::AppError)]
    #[error("{_0} {_0:?}", code = "E2")]
    struct Generic<T>(T);
    assert_eq!(Generic("x").to_string(), "x \"x\"");
}

/// It shows the address of the field, whose type need not be a pointer.
#[test]
fn the_address_of_a_local() {
    #[derive(Debug, errcode_core::AppError)]
    #[error("{_0:p} {0}", code = "E1")]
    struct Address(u8);
    let error = Address(7);
    assert_eq!(error.to_string(), format!("{:p} 7", &raw const error.0));
}

#[test]
fn escapes_and_literals() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("{{}} {{{0}}} }}")]
            Braces(u8),
            #[error(r#"raw "{0}" \x7B"#)]
            Raw(u8),
            #[error("\u{7B}\u{7B}new_\
            line\ttab \"quoted\"")]
            Escaped,
            #[error("项目 {名} 不存在", 名 = "甲")]
            Unicode,
        }
    }
    Error::Braces(1), Error::Raw(2), Error::Escaped, Error::Unicode);
}

#[test]
fn raw_identifiers_and_keywords() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("{fn} {type:?} {match}", match = .r#match)]
            Keywords { r#fn: u8, r#type: &'static str, r#match: u8 },
            #[error("{type}", type = 1)]
            Named,
            #[error("{source} ==> {destination}")]
            NotASource { r#source: char, destination: char },
        }
    }
    Error::Keywords { r#fn: 1, r#type: "t", r#match: 2 }, Error::Named,
    Error::NotASource { source: 'S', destination: 'D' });
}

#[test]
fn constants_and_self() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("at most {MAX}, got {got}; {HINT:?}")]
            TooMany { got: usize },
            #[error("debug: {self:?}")]
            Own(u8),
            // As `{limit}` alone, which thiserror takes too, it would be a misspelled field.
            #[error("over {limit:>3}, got {got}", limit = limit)]
            Over { got: usize },
        }
    }
    Error::TooMany { got: 10 }, Error::Own(3), Error::Over { got: 10 });
}

struct Limits {
    low: u8,
    high: (u8, u8),
}

impl Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limits")
    }
}

fn first(text: &str) -> char {
    text.chars().next().unwrap_or('-')
}

#[test]
fn arguments() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("1 + 1 = {}", 1 + 1)]
            Expression,
            #[error("first of {0:?} is {first}", first = first(.0))]
            Call(String),
            #[error("{index} not in {}..{}", .limits.low, .limits.high.1)]
            Fields { index: u8, limits: Limits },
            #[error("{}", .0.high.0)]
            Nested(Limits),
            #[error("a={a} b={} c={c} d={d}", 1, c = 2, d = 3)]
            Mixed { a: u8, d: u8 },
            #[error("{intro}: {0}", intro = match .1 { Some(n) => format!("with {n}"), None => "empty".to_owned() })]
            Match(String, Option<u8>),
            #[error("{}", if *.left { "left" } else { "right" })]
            If { left: bool },
            #[error("{}", .list.iter().map(|n| format!("{n}")).collect::<Vec<_>>().join(","))]
            ClosureAndTurbofish { list: Vec<u8> },
            #[error("{}", .pairs.iter().fold(0, |sum, (a, b)| sum + a * b))]
            ClosureOfTwo { pairs: Vec<(u8, u8)> },
            #[error("{}", <u8 as Into<u64>>::into(*.0))]
            Qualified(u8),
            #[error("{} {}", *.0 as u64, .0 < &3)]
            CastAndCompare(u8),
            #[error("bare {:?}", token)]
            BareName { token: &'static str },
            #[error("trailing {}", 1,)]
            TrailingComma,
            #[error("only trailing",)]
            OnlyTrailingComma,
            #[error("{0}", '?')]
            NumberOfArgument { v: u8 },
        }
    }
    Error::Expression, Error::Call("abc".to_owned()),
    Error::Fields { index: 7, limits: Limits { low: 1, high: (2, 3) } },
    Error::Nested(Limits { low: 1, high: (2, 3) }), Error::Mixed { a: 0, d: 0 }, Error::Match("x".to_owned(), Some(1)),
    Error::Match("x".to_owned(), None), Error::If { left: true }, Error::ClosureAndTurbofish { list: vec![1, 2] },
    Error::ClosureOfTwo { pairs: vec![(1, 2), (3, 4)] }, Error::Qualified(3),
    Error::CastAndCompare(2), Error::BareName { token: "t" },
    Error::TrailingComma, Error::OnlyTrailingComma, Error::NumberOfArgument { v: 0 });
}

fn unit(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("unit")
}

fn pair(a: &i32, b: &i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{a}:{b}")
}

fn octal<T: fmt::Octal>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "0o{value:o}")
}

#[test]
fn functions() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error(fmt = unit)]
            Unit,
            #[error(fmt = pair)]
            Tuple(i32, i32),
            #[error(fmt = pair)]
            Struct { a: i32, b: i32 },
            #[error(fmt = octal::<i64>)]
            Generic(i64),
            #[error(fmt = core::fmt::Octal::fmt)]
            Trait(i16),
        }
    }
    Error::Unit, Error::Tuple(1, 2), Error::Struct { a: 3, b: 4 }, Error::Generic(8), Error::Trait(8));
    enums!({ #[derive(Debug, Twin)]
        #[error(fmt = octal)]
        enum Error {
            Inherited(i16),
            #[error("own {0}")]
            Own(i16),
        }
    }
    Error::Inherited(8), Error::Own(8));
}

#[test]
fn the_enums_message_is_the_default() {
    enums!({ #[derive(Debug, Twin)]
        #[error("some {0}")]
        enum Error {
            First(&'static str),
            Second(u8),
            #[error("other")]
            Other(u8),
        }
    }
    Error::First("x"), Error::Second(2), Error::Other(3));
}

#[test]
fn sources() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("marked")]
            Marked(#[source] io::Error),
            #[error("named")]
            Named { source: io::Error },
            #[error("from")]
            From(#[from] io::Error),
            #[error("optional")]
            Optional { #[source] cause: Option<io::Error> },
            #[error("boxed")]
            Boxed(#[source] Box<dyn StdError + Send + Sync>),
            #[error("boxed concrete")]
            BoxedConcrete(#[source] Box<fmt::Error>),
            #[error("shared")]
            Shared(#[source] Arc<fmt::Error>),
            #[error("shared object")]
            SharedObject(#[source] Arc<dyn StdError + Send + Sync>),
            #[error("explicit before named")]
            Explicit { source: String, #[source] cause: io::Error },
            #[error("none")]
            None,
        }
    }
    Error::Marked(io()), Error::Named { source: io() }, Error::from(io()), Error::Optional { cause: Some(io()) },
    Error::Optional { cause: None }, Error::Boxed("text".into()), Error::BoxedConcrete(Box::new(fmt::Error)),
    Error::Shared(Arc::new(fmt::Error)), Error::SharedObject(Arc::new(fmt::Error)),
    Error::Explicit { source: "s".to_owned(), cause: io() }, Error::None);
}

#[test]
fn conversions() {
    enums!({
        #[derive(Debug, Twin)]
        enum Error { #[error("optional")] Optional(#[from] Option<io::Error>) }
    } Error::from(io()));
    structs!({ #[derive(Debug, Twin)] #[error("struct")] struct Error { #[from] cause: io::Error } } Error::from(io()));
    structs!({ #[derive(Debug, Twin)] #[error("tuple")] struct Error(#[from] fmt::Error); } Error::from(fmt::Error));
}

#[test]
fn paths_have_no_display_of_their_own() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[error("cannot read {0}")]
            Bare(PathBuf),
            #[error("cannot read {path} {path:?}")]
            Both { path: PathBuf },
            #[error("cannot read {0}")]
            Boxed(Box<Path>),
            #[error("{path} {:>3}", 1)]
            BesideArgument { path: &'static Path },
        }
    }
    Error::Bare("/a".into()), Error::Both { path: "/b".into() }, Error::Boxed(Path::new("/c").into()),
    Error::BesideArgument { path: Path::new("/d") });
}

#[test]
fn pointers() {
    let value = Box::new(1_u8);
    let address = format!("{value:p}");
    #[derive(Debug, errcode_core::AppError)]
    #[error("{field:p}", code = "S1")]
    struct Error {
        field: Box<u8>,
    }
    assert_eq!(Error { field: value }.to_string(), address);
}

#[test]
fn generics() {
    #[derive(Debug)]
    struct OnlyDebug;
    struct OnlyDisplay;
    impl Display for OnlyDisplay {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("shown")
        }
    }
    impl Debug for OnlyDisplay {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("debugged")
        }
    }
    enums!({ #[derive(Debug, Twin)]
        enum Error<T, U: StdError + 'static, const N: usize> {
            #[error("{0}")]
            Shown(T),
            #[error("{0:?}")]
            Debugged(Vec<T>),
            #[error("cause")]
            Cause(#[source] U),
            #[error("{}", .0.len())]
            Array([u8; N]),
        }
    }
    Error::<_, io::Error, 2>::Shown(OnlyDisplay), Error::<_, io::Error, 2>::Debugged(vec![OnlyDisplay]),
    Error::<OnlyDisplay, _, 2>::Cause(io()), Error::<OnlyDisplay, io::Error, 2>::Array([1, 2]));
    structs!({
        #[derive(Debug, Twin)]
        #[error("{underlying:?}")] struct Error<E> { underlying: E }
    } Error { underlying: OnlyDebug });
    structs!({
        #[derive(Debug, Twin)]
        #[error("not {0}", 1)] struct Error<E> { unused: E }
    } Error { unused: OnlyDebug });
    structs!({
        #[derive(Debug, Twin)]
        #[error("0x{thing:x} 0x{thing:X}")] struct Error<T> { thing: T }
    } Error { thing: 255 });
    structs!({
        #[derive(Debug, Twin)]
        #[error("{0}")] struct Error<T: std::str::FromStr>(T::Err);
    } Error::<u8>("x".parse::<u8>().unwrap_err()));
}

#[test]
fn borrowed_fields() {
    let text = String::from("borrowed");
    structs!({
        #[derive(Debug, Twin)]
        #[error("{s} {n}")] struct Error<'a> { s: Cow<'a, str>, n: &'a str }
    } Error { s: Cow::Borrowed(&text), n: &text });
    enums!({
        #[derive(Debug, Twin)]
        enum Error<'a> { #[error("unexpected {:?}", token)] Unexpected { token: &'a str } }
    } Error::Unexpected { token: &text });
}

#[test]
fn unsized_fields() {
    structs!({
        #[derive(Debug, Twin)]
        #[error("{head} {tail}")] struct Error<T: ?Sized> { head: u8, tail: Box<T> }
    } Error::<str> { head: 1, tail: "x".into() });
    // A type without a size is an error, but no `dyn Coded` can be made of it.
    #[allow(dead_code)]
    #[derive(Debug, errcode_core::AppError)]
    #[error("{tail}", code = "S1", user_msg = "{tail}")]
    struct Unsized {
        head: u8,
        tail: str,
    }
    #[allow(dead_code)]
    #[derive(Debug, errcode_core::AppError)]
    #[error("{0}", code = "S2")]
    struct UnsizedPath(Path);
}

#[test]
#[allow(deprecated)]
fn attributes_on_variants() {
    enums!({ #[derive(Debug, Twin)]
        enum Error {
            #[deprecated]
            #[error("old {0}")]
            Old(u8),
            #[cfg(any())]
            #[error("never {0}")]
            Never(Missing),
            #[cfg(all())]
            #[error("always")]
            Always,
            #[error("field {a}")]
            Field {
                a: u8,
                #[cfg(any())]
                b: Missing,
                #[deprecated]
                c: u8,
            },
        }
    }
    Error::Old(1), Error::Always, Error::Field { a: 1, c: 2 });
}

#[test]
fn empty_enums() {
    enums!({
        #[derive(Debug, Twin)]
        #[error("...")]
        enum Error {}
    });
    #[allow(dead_code)]
    #[derive(Debug, errcode_core::AppError)]
    enum Empty {}
}

#[test]
fn enums_made_by_macros() {
    macro_rules! declare {
        ($name:ident, $variant:ident($value:ty), $message:literal, $argument:expr) => {
            #[derive(Debug, errcode_core::AppError)]
            enum $name {
                #[error($message, code = "E1")]
                $variant($value),
                #[error("{} {}", .0, $argument, code = "E2")]
                Argument($value),
            }
            assert_eq!($name::$variant(7).to_string(), "value 7");
            assert_eq!($name::Argument(7).to_string(), "7 3");
        };
    }
    declare!(Error, Repro(u8), "value {0}", 1 + 2);
    macro_rules! pass {
        ($($tokens:tt)*) => {
            #[derive(Debug, errcode_core::AppError)]
            enum Passed { $($tokens)* }
        };
    }
    pass! {
        #[error("{0}", code = "E1")]
        Unnamed(u8),
        #[error("{x}", code = "E2")]
        Named { x: u8 },
    }
    assert_eq!(Passed::Unnamed(1).to_string(), "1");
    assert_eq!(Passed::Named { x: 2 }.to_string(), "2");
}

/// `transparent` with a code forwards as thiserror does; the codes are in `#[app]`, which thiserror does not
/// read.
mod transparent {
    use super::*;

    mod ours {
        use super::StdError;
        use errcode_core::AppError;
        use std::io;

        #[derive(Debug, AppError)]
        pub(super) enum Error<E> {
            #[error(transparent)]
            #[app(code = "T1")]
            Io(#[from] io::Error),
            #[error(transparent)]
            #[app(code = "T2")]
            Boxed(Box<dyn StdError + Send + Sync>),
            #[error(transparent)]
            #[app(code = "T3")]
            Generic(E),
            #[error(transparent)]
            #[app(code = "T4")]
            Named { inner: std::sync::Arc<io::Error> },
        }

        #[derive(Debug, AppError)]
        #[error(transparent)]
        #[app(code = "T5")]
        pub(super) struct Struct(#[from] pub(super) io::Error);

        #[derive(Debug, AppError)]
        #[error("with source", code = "W1")]
        pub(super) struct WithSource(#[source] pub(super) io::Error);
    }

    mod theirs {
        use super::StdError;
        use std::io;
        use thiserror::Error;

        #[derive(Debug, Error)]
        pub(super) enum Error<E> {
            #[error(transparent)]
            Io(#[from] io::Error),
            #[error(transparent)]
            Boxed(Box<dyn StdError + Send + Sync>),
            #[error(transparent)]
            Generic(E),
            #[error(transparent)]
            Named { inner: std::sync::Arc<io::Error> },
        }

        #[derive(Debug, Error)]
        #[error(transparent)]
        pub(super) struct Struct(#[from] pub(super) io::Error);

        #[derive(Debug, Error)]
        #[error("with source")]
        pub(super) struct WithSource(#[source] pub(super) io::Error);
    }

    #[test]
    fn forwards() {
        macro_rules! all {
            ($module:ident) => {{
                use $module::{Error, Struct, WithSource};
                type Of = Error<WithSource>;
                [
                    told(&Of::from(io())),
                    told(&Of::Boxed(Box::new(WithSource(io())))),
                    told(&Of::Generic(WithSource(io()))),
                    told(&Of::Named { inner: Arc::new(io()) }),
                    told(&Struct::from(io())),
                ]
            }};
        }
        assert_eq!(all!(ours), all!(theirs));
    }
}

/// What thiserror does only on nightly.
#[test]
fn backtraces_are_captured_on_stable() {
    use std::backtrace::{Backtrace, BacktraceStatus};

    #[derive(Debug, errcode_core::AppError)]
    enum Error {
        #[error("plain", code = "B1")]
        Plain {
            #[from]
            cause: io::Error,
            backtrace: Backtrace,
        },
        #[error("optional", code = "B2")]
        Optional {
            #[from]
            cause: fmt::Error,
            #[backtrace]
            trace: Option<Arc<Backtrace>>,
        },
        #[error("delegated", code = "B3")]
        Delegated(
            #[from]
            #[backtrace]
            std::num::ParseIntError,
        ),
    }
    assert!(matches!(
        Error::from(io()),
        Error::Plain { backtrace, .. } if backtrace.status() != BacktraceStatus::Unsupported
    ));
    assert!(matches!(Error::from(fmt::Error), Error::Optional { trace: Some(_), .. }));
    assert_eq!(
        told(&Error::from("x".parse::<u8>().unwrap_err()))[3],
        "caused by invalid digit found in string"
    );
}
