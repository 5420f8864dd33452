//! Errors of a catalog's types whose type is no longer known, for example in a tower layer's `BoxError`.

use super::{
    catalog::Catalog,
    list,
    recognizer::{Recognized, Recognizer},
};
use crate::{
    failure::{
        chain::held,
        default_faults::DefaultFaults,
        failure::{Failure, Origin, Shared},
        journey::Journey,
    },
    spec::{
        coded::Coded,
        error_spec::ErrorSpec,
        rows::{Fields, OfValue, Rows},
    },
};
use core::{any::Any, error::Error, fmt, panic::Location};
use std::sync::Arc;

type BoxError = Box<dyn Error + Send + Sync>;

impl Catalog {
    /// Returns an error of unknown type as a failure, if it or one of its sources is of one of the catalog's types, or
    /// a [`FailureError`](crate::FailureError). Code, headers and retry hint are those of that error, and the history
    /// of the call is kept. It is found in a `Box`, an `Arc` and an [`io::Error`](std::io::Error) too.
    ///
    /// ```
    /// use errcode_core::AppError;
    ///
    /// #[derive(Debug, AppError)]
    /// #[error("no token", code = "E1003", status = 401)]
    /// struct NoToken;
    /// errcode_core::catalog! { static CATALOG = [NoToken]; }
    ///
    /// let error: Box<dyn std::error::Error + Send + Sync> = NoToken.into();
    /// let failure = CATALOG.recognize(error).unwrap();
    /// assert_eq!(failure.spec().code(), "E1003");
    /// assert!(failure.downcast_ref::<NoToken>().is_some());
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error if it is neither.
    #[track_caller]
    pub fn recognize(&self, error: BoxError) -> Result<Failure, BoxError> {
        let error = match Failure::from_boxed(error) {
            Ok(failure) => return Ok(failure),
            Err(error) => error,
        };
        let found = held(&*error)
            .enumerate()
            .find_map(|(depth, error)| Some((depth, list::recognizer_of(self.lists(), error)?)));
        let Some((depth, recognizer)) = found else { return Err(error) };
        // The location where the error was boxed is not known.
        let origin = Origin::new(Location::caller(), false);
        let journey = Journey::of(&*error);
        let failure = Failure::from_shared(Arc::new(Within { error, depth, recognizer, origin }));
        Ok(match journey {
            Some(journey) => failure.with_journey(journey),
            None => failure,
        })
    }
}

/// An error of one of the catalog's types in a box.
struct Within {
    error: BoxError,
    /// The number of sources above it.
    depth: usize,
    recognizer: Recognizer,
    origin: Origin,
}

impl Within {
    /// Returns the error; `None` only if a `source` returns another error than before.
    fn recognized(&self) -> Option<Recognized<'_>> {
        (self.recognizer.0)(held(&*self.error).nth(self.depth)?)
    }
}

impl Shared for Within {
    fn error(&self) -> &(dyn Coded + Send + Sync) {
        self
    }
    fn rows(&self) -> &dyn Rows {
        self
    }
    fn origin(&self) -> &Origin {
        &self.origin
    }
    fn as_any(&self) -> &dyn Any {
        self.recognized().map_or(self, |error| error.any)
    }
}

impl Fields for Within {
    type Row = OfValue;

    fn row_of_value(&self) -> ErrorSpec {
        DefaultFaults::Unexpected.row()
    }
    fn inner(&self) -> Option<&dyn Rows> {
        self.recognized().map(|error| error.rows)
    }
}

impl Coded for Within {}

impl Error for Within {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.recognized()?.rows.caused_by()
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.recognized() {
            Some(error) => error.rows.fmt(f),
            None => self.error.fmt(f),
        }
    }
}

impl fmt::Debug for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}
