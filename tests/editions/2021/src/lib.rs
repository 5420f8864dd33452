//! A strict user crate: what the derive and `catalog!` emit must pass in every edition. The code is the same in
//! all of them.

#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]

include!("../../user.rs");
