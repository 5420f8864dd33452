//! Names that other types have too.
use self::std_like::Error;
use thiserror::Error as Derive;

pub mod std_like {
    pub use std::io::Error;
}

#[derive(Debug, Derive)]
pub enum NameError {
    #[error(transparent)]
    Io(#[from] Error),
    #[error(transparent)]
    Root(#[from] crate::Error),
    #[error(transparent)]
    Number(#[from] core::num::ParseIntError),
}
