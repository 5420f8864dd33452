#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod body;
mod call;
mod carried;
mod code;
mod deadline;
mod failure;
mod layer;
mod status;
mod untyped;

pub use carried::error_of;
pub use failure::{Failure, IntoStatus, OrStatus, Result};
pub use layer::{ErrorLayer, ErrorService, ResponseFuture};
