#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod attempt;
mod call;
mod error;
mod idempotency_key;
#[cfg(feature = "json")]
mod json;
mod observed;
mod peer;
mod reading;
mod streaming;

pub use call::Call;
pub use error::{HttpError, HttpFault, PeerAnswer};
pub use peer::Peer;
pub use streaming::Streaming;
