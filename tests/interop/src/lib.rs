//! errcode together with the crates of others: see `tests/`. The README's listing is compiled here as a
//! documentation test.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
