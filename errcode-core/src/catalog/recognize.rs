//! The types of a catalog among errors whose type is not known any more, for example a tower layer's `BoxError`.

use super::{
    catalog::Catalog,
    list,
    recognizer::{Recognized, Recognizer},
};
use crate::{
    failure::{
        chain::chain,
        default_faults::DefaultFaults,
        failure::{Failure, Origin, Shared},
    },
    spec::{arg::Arg, coded::Coded, error_spec::ErrorSpec, rows::Rows},
};
use core::{any::Any, error::Error, fmt, panic::Location};
use std::sync::Arc;

type BoxError = Box<dyn Error + Send + Sync>;

impl Catalog {
    /// Returns the failure that an error of unknown type is: an error of one of the catalog's types, or a
    /// [`FailureError`](crate::FailureError), itself or among its sources. Code, headers and retry hint stay those of that
    /// error.
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
    /// Gives the error back if it is neither.
    #[track_caller]
    pub fn recognize(&self, error: BoxError) -> Result<Failure, BoxError> {
        let error = match Failure::from_boxed(error) {
            Ok(failure) => return Ok(failure),
            Err(error) => error,
        };
        let found = chain(&*error)
            .enumerate()
            .find_map(|(depth, error)| Some((depth, list::recognizer(self.lists(), error)?)));
        let Some((depth, recognizer)) = found else { return Err(error) };
        // The line that made the error a box is not known any more.
        let origin = Origin::new(Location::caller(), false);
        Ok(Failure::from_shared(Arc::new(Within { error, depth, recognizer, origin })))
    }
}

/// An error of one of the catalog's types, inside a box.
struct Within {
    error: BoxError,
    /// How many sources deep it is.
    depth: usize,
    recognizer: Recognizer,
    origin: Origin,
}

impl Within {
    /// `None` only where a `source` gives another error than before.
    fn recognized(&self) -> Option<Recognized<'_>> {
        (self.recognizer.0)(chain(&*self.error).nth(self.depth)?)
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

impl Rows for Within {
    fn row(&self) -> ErrorSpec {
        DefaultFaults::Unexpected.row()
    }
    fn args(&self, then: &mut dyn FnMut(&[Arg<'_>])) {
        then(&[]);
    }
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.recognized() {
            Some(error) => error.rows.show(f),
            None => fmt::Display::fmt(&self.error, f),
        }
    }
    fn inner(&self) -> Option<&dyn Rows> {
        self.recognized().map(|error| error.rows)
    }
}

impl Coded for Within {
    fn as_rows(&self) -> &dyn Rows {
        self
    }
}

impl Error for Within {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.recognized()?.rows.caused_by()
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

impl fmt::Debug for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}
