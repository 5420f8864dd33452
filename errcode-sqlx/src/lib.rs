#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod changed;
mod database_error;
mod database_result;
mod kind;
mod names;
mod transactions;

pub use changed::Changed;
pub use database_error::DatabaseError;
pub use database_result::DatabaseResult;
/// The kind of a database error.
pub use errcode_core::DatabaseFault;
pub use names::{Names, UNNAMED};
pub use transactions::{OpenTransaction, Transactions, commit};
