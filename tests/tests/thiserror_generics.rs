//! Generic types with sources mean the same as with thiserror: each type is derived by both, and both are asked the
//! same.

use errcode_core::Coded;
use std::{
    error::Error as StdError,
    fmt::{self, Debug, Display},
    io,
    marker::PhantomData,
    num::ParseIntError,
    sync::Arc,
};

/// Each item with both derives, and with our keys only for ours. `Twin` is written beside the item, because the
/// derive's own place decides what the item's expressions can see.
macro_rules! types {
    ($(($($keys:tt)*) { #[derive($($derive:tt)*)] $($item:tt)* })*) => {
        mod ours {
            use super::*;
            use errcode_core::AppError as Twin;
            $(#[allow(dead_code)] #[derive($($derive)*)] #[app($($keys)*)] $($item)*)*
        }
        mod theirs {
            use super::*;
            use thiserror::Error as Twin;
            $(#[allow(dead_code)] #[derive($($derive)*)] $($item)*)*
        }
    };
}

/// A trait of this crate, which no type of another crate has.
trait Ours: StdError {}

trait Backend {
    type Error: StdError + 'static;
}

#[derive(Debug)]
struct Disk;

impl Backend for Disk {
    type Error = io::Error;
}

#[derive(Debug)]
struct Capacity<const N: usize>;

impl<const N: usize> Display for Capacity<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "capacity {N}")
    }
}

impl<const N: usize> StdError for Capacity<N> {}

#[derive(Debug, errcode_core::AppError)]
#[error("failed", code = "F1")]
struct Failed(#[source] io::Error);

#[derive(Debug)]
struct Wrapped<T: ?Sized>(T);

impl<T: ?Sized> Display for Wrapped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrapped")
    }
}

impl<T: StdError + 'static> StdError for Wrapped<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl<T: StdError + 'static> Ours for Wrapped<T> {}

types! {
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Transparent<E: Coded> {
            #[error(transparent)] Read(#[from] E),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum TransparentNamed<E> where E: Coded {
            #[error(transparent)] Read { #[from] inner: E },
            #[error("other")] Other,
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum TransparentBox<E: Coded> {
            #[error(transparent)] Read(#[from] Box<E>),
        }
    }
    () {
        #[derive(Debug, Twin)]
        #[error(transparent)]
        pub(super) struct TransparentStruct<E: Coded>(#[from] pub(super) E);
    }
    () {
        #[derive(Debug, Twin)]
        #[error(transparent)]
        pub(super) struct TransparentWithout<E>(pub(super) E);
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Tuple<E> where E: Send + StdError + 'static {
            #[error("tuple")] Read(#[from] E),
            #[error("other {0}")] Other(u8),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Unbounded<E> {
            #[error("unbounded")] Read { #[from] cause: E },
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Source<E> {
            #[error("marked")] Marked(#[source] E),
            #[error("named")] Named { source: Box<E> },
            #[error("optional")] Optional(#[source] Option<E>),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Optional<E> {
            #[error("optional")] Read(#[from] Option<E>),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Boxed<E: StdError + 'static> {
            #[error("box")] Read(#[from] Box<E>),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Shared<E: StdError + 'static> {
            #[error("arc")] Read(#[from] Arc<E>),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Number<const N: usize> {
            #[error("number")] Read(#[from] Capacity<N>),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Associated<B: Backend> {
            #[error("short")] Short(#[source] B::Error),
            #[error("long")] Long(#[source] <B as Backend>::Error),
            #[error("unused")] Unused(PhantomData<B>),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Borrowing<'a, E: StdError + 'static> {
            #[error("borrowed {1}")] Read(#[source] E, &'a str),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum HigherRanked<E> where E: StdError + 'static, for<'x> &'x E: Debug {
            #[error("higher")] Read(#[from] E),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Defaulted<E: StdError + 'static = io::Error> {
            #[error("default")] Read(#[from] E),
        }
    }
    // Two conversions that cannot be of the same type.
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Apart<E: Ours + 'static> {
            #[error("ours")] Ours(#[from] E),
            #[error("disk")] Disk(#[from] io::Error),
        }
    }
    (codes = "snake_case") {
        #[derive(Debug, Twin)]
        pub(super) enum Inside<E: StdError + 'static> {
            #[error("wrapped")] Wrapped(#[from] Wrapped<E>),
            #[error("twice")] Twice(#[from] Box<Wrapped<E>>),
            #[error("number")] Number(#[from] ParseIntError),
        }
    }
    (code = "T1") {
        #[derive(Debug, Twin)]
        #[error("struct")]
        pub(super) struct Struct<E>(#[from] pub(super) E) where E: StdError + 'static;
    }
    (code = "T1") {
        #[derive(Debug, Twin)]
        #[error("named struct")]
        pub(super) struct Named<E> { pub(super) source: E }
    }
    (code = "T1") {
        #[derive(Debug, Twin)]
        #[error("{head} {tail:?}")]
        pub(super) struct Unsized<T: ?Sized> { pub(super) head: u8, pub(super) tail: T }
    }
    (code = "T1") {
        #[derive(Debug, Twin)]
        #[error("{}", .1.0.as_ref().len())]
        pub(super) struct UnsizedInside<T>(pub(super) u8, pub(super) Wrapped<T>) where T: ?Sized + AsRef<[u8]>;
    }
}

fn told(error: &dyn StdError) -> Vec<String> {
    let mut told = vec![format!("{error}|{error:>20}|{error:?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        told.push(format!("caused by {cause}"));
        source = cause.source();
    }
    told
}

fn disk() -> io::Error {
    io::Error::other("disk full")
}

fn number() -> ParseIntError {
    "x".parse::<u8>().unwrap_err()
}

macro_rules! all {
    ($module:ident) => {{
        use $module as m;
        vec![
            told(&m::Transparent::from(Failed(disk()))),
            told(&m::TransparentNamed::from(Failed(disk()))),
            told(&m::TransparentBox::from(Box::new(Failed(disk())))),
            told(&m::TransparentStruct::from(Failed(disk()))),
            told(&m::TransparentWithout(Failed(disk()))),
            told(&m::Tuple::from(disk())),
            told(&m::Tuple::<io::Error>::Other(1)),
            told(&m::Unbounded::from(disk())),
            told(&m::Source::Marked(disk())),
            told(&m::Source::Named { source: Box::new(disk()) }),
            told(&m::Source::Optional(Some(disk()))),
            told(&m::Source::<io::Error>::Optional(None)),
            told(&m::Optional::from(disk())),
            told(&m::Boxed::from(Box::new(disk()))),
            told(&m::Shared::from(Arc::new(disk()))),
            told(&m::Number::from(Capacity::<3>)),
            told(&m::Associated::<Disk>::Short(disk())),
            told(&m::Associated::<Disk>::Long(disk())),
            told(&m::Borrowing::Read(disk(), "text")),
            told(&m::HigherRanked::from(disk())),
            told(&<m::Defaulted>::from(disk())),
            told(&m::Apart::from(Wrapped(number()))),
            told(&m::Apart::<Wrapped<io::Error>>::from(disk())),
            told(&m::Inside::from(Wrapped(disk()))),
            told(&m::Inside::from(Box::new(Wrapped(disk())))),
            told(&m::Inside::<io::Error>::from(number())),
            told(&m::Struct::from(disk())),
            told(&m::Named { source: disk() }),
            {
                let error: &m::Unsized<[u8]> = &m::Unsized { head: 1, tail: [2, 3] };
                vec![error.to_string()]
            },
            {
                let error: &m::UnsizedInside<[u8]> = &m::UnsizedInside(1, Wrapped([2, 3]));
                vec![error.to_string()]
            },
        ]
    }};
}

#[test]
fn conversions_and_sources() {
    let (ours, theirs): (Vec<_>, Vec<_>) = (all!(ours), all!(theirs));
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        assert_eq!(ours, theirs);
    }
}

/// A generic error in a `transparent` variant keeps its code where it is converted.
#[test]
fn conversions_keep_the_code() {
    fn fails() -> Result<(), ours::TransparentNamed<Failed>> {
        Err(Failed(disk()))?
    }
    fn passes_on() -> Result<(), errcode_core::Failure> {
        Ok(fails()?)
    }
    assert_eq!(passes_on().unwrap_err().spec().code(), "F1");
}
