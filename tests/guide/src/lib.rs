//! The code of `docs/guide.md`, compiled and run as documentation tests.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide.md")]
struct Guide;
