#!/usr/bin/env not-an-attribute
//! A crate that has used thiserror for long, in every way that people write it.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use std::fmt;
use thiserror::Error as ThisError;

mod billing;
pub mod errors;
pub mod legacy_names;
pub mod nested;
pub mod storage;
pub mod r#type;
#[cfg(unix)]
pub mod unix;
#[cfg(windows)]
pub mod windows;
/// Made by a build script of long ago.
#[cfg(feature = "generated")]
mod generated;
#[path = "odd/place.rs"]
pub mod placed;

pub mod outer {
    pub mod deep;

    pub(crate) mod hidden {
        /// What its parent alone sees.
        #[derive(Debug, thiserror::Error)]
        pub(super) enum Local {
            #[error("nobody outside {0}")]
            Outside(&'static str),
        }

        fn within() {
            use thiserror::Error;
            #[derive(Debug, Error)]
            #[error("gone with the function")]
            struct Passing;
            let _ = Passing;
        }
    }
}

macro_rules! when_unix {
    ($($item:item)*) => { $(#[cfg(unix)] $item)* };
}
when_unix! {
    pub mod in_macro;
}

/// Its own `Error`, beside thiserror's of another name.
#[derive(ThisError, Debug)]
pub enum Error {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Order(#[from] errors::OrderError),
    #[error(transparent)]
    Bill(#[from] crate::billing::BillError),
    #[error(transparent)]
    Stored(Box<storage::StorageError>),
    #[error(transparent)]
    Format(#[from] fmt::Error),
}
