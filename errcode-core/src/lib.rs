#![doc = include_str!("../README.md")]

// The derive's expansion names this crate from outside; core derives its own codes with it.
extern crate self as errcode_core;

mod arg;
mod catalog;
mod code;
mod coded;
mod database_fault;
mod failure;
mod failure_error;
mod fault;
mod fault_error;
mod hints;
mod idempotency_fault;
mod journey;
pub mod json;
mod language;
mod quality;
mod result_ext;
mod retry;
mod rows;
#[doc(hidden)]
pub mod section;
mod sensitive;
#[doc(hidden)]
pub mod shape;
mod source;
mod spec;
mod table;
mod template;
mod timestamp;
mod violation;
pub mod wire;

pub use catalog::{Catalog, Listing, Public, Untranslated};
pub use code::Code;
pub use coded::{Catalogued, Coded};
pub use database_fault::DatabaseFault;
#[cfg(feature = "derive")]
pub use errcode_derive::AppError;
#[doc(inline)]
pub use errcode_format::{Alert, AlertThreshold, Category, Level, ParseError, SubjectKind};
pub use failure::Failure;
pub use failure_error::FailureError;
pub use fault::{DefaultFaultCodes, DefaultFaults, FaultCodes, FrameworkFault};
pub use fault_error::FaultError;
pub use hints::{Hinted, Hints};
pub use idempotency_fault::IdempotencyKeyFault;
pub use journey::Journey;
pub use result_ext::ResultExt;
pub use retry::{Retry, Retryable};
pub use sensitive::Sensitive;
pub use spec::{DetailSpec, ErrorSpec};
pub use table::{Retired, Table};
pub use timestamp::Timestamp;
pub use violation::{FieldViolation, Subject};

pub(crate) use arg::Arg;
pub(crate) use errcode_format as format;
pub(crate) use rows::Rows;

/// What most modules of a service need.
pub mod prelude {
    #[cfg(feature = "derive")]
    pub use crate::AppError;
    pub use crate::{Coded as _, Failure, ResultExt as _, bail, ensure};
}

/// What the derive's expansion names. No part of the public interface: anything here may change with any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        Catalogued, Coded, ErrorSpec, FieldViolation, Retired, Table,
        arg::{Arg, AsText, RetryAfter},
        catalog::{
            List, Settings, TranslationsCell, Types, build_index, capacity, check, concat,
            recognizer, total, variant,
        },
        rows::{Dynamic, Rows},
        section::{Head, Section},
        source::AsDynError,
        template::show,
    };
    pub use core::{
        convert::From,
        error::Error,
        fmt::{Debug, Display, Formatter, Result as FmtResult},
        option::Option::{self, None, Some},
    };
    pub use serde_core::Serialize;
    pub use std::backtrace::Backtrace;
}
