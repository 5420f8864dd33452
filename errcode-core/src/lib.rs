#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_debug_implementations)]

// The derive's expansion names this crate by its path, also in core itself, which derives its own codes.
extern crate self as errcode_core;

mod accept_language;
mod catalog;
#[cfg(feature = "inject")]
pub mod drill;
mod failure;
pub mod json;
mod quality;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod section;
mod spec;
pub mod wire;

pub use catalog::{Catalog, Listing, Public, Untranslated};
#[cfg(feature = "derive")]
pub use errcode_derive::AppError;
#[doc(inline)]
pub use errcode_format::{Alert, AlertThreshold, Category, Level, ParseError, SubjectKind};
pub use failure::{
    database_fault::DatabaseFault,
    default_faults::DefaultFaults,
    failure::Failure,
    failure_error::FailureError,
    fault_codes::{DefaultFaultCodes, FaultCodes},
    fault_error::FaultError,
    framework_fault::FrameworkFault,
    hints::{Hinted, Hints},
    idempotency_fault::IdempotencyKeyFault,
    into_failure::IntoFailure,
    journey::Journey,
    result_ext::ResultExt,
};
#[doc(hidden)]
pub use spec::shape;
pub use spec::{
    code::Code,
    coded::{Catalogued, Coded},
    detail_spec::DetailSpec,
    error_spec::ErrorSpec,
    retry::{Retry, Retryable},
    sensitive::Sensitive,
    table::{Retired, Table},
    text_kind::TextKind,
    violation::{FieldViolation, Subject},
};
pub use wire::Timestamp;

/// The names that most modules of a service need.
pub mod prelude {
    #[cfg(feature = "derive")]
    pub use crate::AppError;
    pub use crate::{Coded as _, Failure, ResultExt as _, bail, ensure};
}

/// The names that the derive's expansion uses. Not part of the public interface: any release may change it.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        Catalogued, Coded, ErrorSpec, FieldViolation, Retired, Table,
        catalog::{
            Index, List, ListedType, Settings, TranslationsCell, build_index, capacity, check,
            concat, total, variant,
        },
        failure::result_ext::ToFailure,
        json::Serialize,
        section::{CatalogRecord, Head},
        spec::{
            arg::{Arg, AsText, RetryAfter, Shown, Violations},
            as_dyn_error::{AsDynError, IsError, OfError, OfPointer, OfPointers, Source},
            captured::{AsBacktrace, LocationField, NoBacktrace},
            child::{Child, ChildTable, NoChildTable},
            message::show,
            rows::{
                Captured, Dynamic, Fields, Inner, LocateInner, LocateNothing, OfType, OfValue, Rows,
            },
            table::{OneRow, Reference, Rest, table},
        },
        wire::Own,
    };
    pub use core::{
        convert::From,
        error::Error,
        fmt::{Debug, Display, Formatter, Result as FmtResult},
        option::Option::{self, None, Some},
        panic::Location,
    };
    pub use errcode_derive::catalog;
    pub use std::backtrace::Backtrace;
}
