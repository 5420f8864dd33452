use std::{error::Error as StdError, io, num::ParseIntError};

use thiserror::{self, Error};

/// What goes wrong with orders.
#[derive(Clone, Debug, /* the display, too */ Error, PartialEq)]
// A remark between the attributes.
#[non_exhaustive] // and behind one
pub enum OrderError {
    /// Nobody has it.
    #[error("订单 {id} 不存在: order not found")] // 备注, a remark stays
    NotFound { id: u64 },
    #[error(
        // Why it is so long.
        "the order {} cannot be shipped: it's already on its way", // and this
        .0
    )]
    Shipped(String),
    #[error("{name} was given twice: {first} and {second}", name = "the total", first = .totals.0, second = .totals.1)]
    Totals { totals: (u32, u32) },
    #[cfg(unix)]
    #[error("unix only")]
    UnixOnly,
    #[cfg(not(unix))]
    #[error("elsewhere")]
    Elsewhere,
    #[cfg_attr(unix, error("too many requests"))]
    #[cfg_attr(not(unix), error("busy"))]
    Often,
    #[error("r#\"{{}}\"#: }}{{")]
    r#Braces,
    #[error("{type} of {}", .r#type.len())]
    r#Type { r#type: String },
    #[error(r#"a "raw" message"#)] Raw,
}

/// The causes are others' errors.
#[derive(Debug, thiserror::Error)]
pub enum CauseError {
    #[error("i/o")]
    Io(#[from] io::Error),
    #[error("no number: {source}")]
    Number { source: ParseIntError, text: String },
    #[error("the remote side")]
    Remote(#[source] Box<dyn StdError + Send + Sync>),
    #[error("{0}")]
    Text(#[from] std::str::Utf8Error),
    #[error(transparent)]
    Other(Box<dyn StdError + Send + Sync + 'static>),
    #[error(transparent)]
    Parse(#[from] std::num::ParseFloatError),
    #[error(transparent)]
    Int(ParseIntError),
    #[error(transparent)]
    Own(#[from] super::r#type::ParseIntError),
}

#[derive(
    Clone,
    Debug,
    thiserror::Error,
)]
#[error("limit of {limit} exceeded: the request is too large")]
pub struct TooMuch {
    pub limit: u32,
}

#[derive(Debug, Error)]
#[error(transparent)]
pub struct Wrapper(#[from] OrderError);

#[derive(Debug, Error)]
#[error(transparent)]
pub struct Foreign(#[from] io::Error);

#[derive(Debug, Error)]
#[error("nothing")]
pub(crate) struct Unit;

/// Derives another `Error`, or none.
#[derive(Debug)]
pub enum Untouched {
    NotFound,
}

/// It has no variant to give a code to.
#[derive(Debug, Error)]
pub enum Never {}

#[derive(Debug, Error)]
pub enum HoldsNever {
    #[error(transparent)]
    Never(Never),
    #[error(transparent)]
    Dynamic(#[from] Box<dyn StdError>),
}
