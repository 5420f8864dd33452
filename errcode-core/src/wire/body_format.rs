//! The format of bodies.

use super::{envelope::Envelope, ids::Ids, plan::Planned, view::ErrorView};
use crate::{
    catalog::{Catalog, Public},
    failure::failure::Failure,
};
use std::cell::Cell;

/// A format of response bodies.
///
/// [`Envelope`](super::Envelope) is the default. A service whose clients depend on an older format implements its own.
///
/// ```
/// use errcode_core::wire::{BodyFormat, ErrorView};
///
/// /// `E2001: no project 17`
/// struct Plain;
///
/// impl BodyFormat for Plain {
///     fn content_type(&self) -> &'static str {
///         "text/plain; charset=utf-8"
///     }
///     fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(error.spec().code().as_bytes());
///         out.extend_from_slice(b": ");
///         out.extend_from_slice(error.message().as_bytes());
///     }
/// }
/// ```
pub trait BodyFormat: Send + Sync {
    /// Returns the media type of the body.
    fn content_type(&self) -> &'static str;

    /// Appends the body.
    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>);

    /// Returns the HTTP status of the response.
    fn status(&self, error: &ErrorView<'_>) -> u16 {
        error.status()
    }
}

impl<F: BodyFormat + ?Sized> BodyFormat for &F {
    fn content_type(&self) -> &'static str {
        (**self).content_type()
    }

    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        (**self).write(error, out);
    }

    fn status(&self, error: &ErrorView<'_>) -> u16 {
        (**self).status(error)
    }
}

/// Returns the body. It is one allocation of exactly its length, because the text is written to a buffer of the thread.
#[must_use]
pub fn render(format: &dyn BodyFormat, error: &ErrorView<'_>) -> Vec<u8> {
    written(|out| format.write(error, out)).0
}

/// Returns the body of a failure as clients see it, in the format [`Envelope`] and at the current time.
///
/// It is written without a view where the code's plan suffices, so it takes less time than [`render`].
///
/// ```
/// use errcode_core::{AppError, Failure, wire::{self, Ids}};
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404, user_msg = "no project {id}")]
/// struct NotFound { id: u64 }
///
/// let body = wire::body(&Failure::from(NotFound { id: 17 }), None, Ids::default().request_id("r-1"));
/// assert!(body.starts_with(br#"{"success":false,"error":{"code":"E2001","message":"no project 17""#));
/// ```
#[must_use]
pub fn body(failure: &Failure, catalog: Option<&Catalog>, ids: Ids<'_>) -> Vec<u8> {
    if let Some(body) = Planned::new(failure, catalog, None).and_then(|planned| planned.body(&ids))
    {
        return body;
    }
    let public = match catalog {
        Some(catalog) => catalog.public(failure),
        None => Public::without_catalog(failure),
    };
    render(&Envelope, &ErrorView::new(&public, catalog, ids))
}

/// Returns what the closure writes, in one allocation of exactly its length, and its result.
#[inline]
pub(super) fn written<R>(write: impl FnOnce(&mut Vec<u8>) -> R) -> (Vec<u8>, R) {
    /// A larger buffer is freed, so that a rare huge body does not occupy memory forever.
    const KEEP: usize = 64 * 1024;
    thread_local! { static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) }; }
    // In the destructor of another thread-local value it may be gone.
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    // Enough for most bodies, so that the first one does not grow the buffer repeatedly.
    buffer.reserve(512);
    let result = write(&mut buffer);
    let body = buffer.as_slice().to_vec();
    if buffer.capacity() <= KEEP {
        let _ = BUFFER.try_with(|kept| kept.set(buffer));
    }
    (body, result)
}
