//! How bodies are written.

use super::view::ErrorView;
use std::cell::Cell;

/// How a failure's body is written. [`Envelope`] is the default; a service whose clients depend on an older shape brings its own.
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
    /// The body's media type.
    fn content_type(&self) -> &'static str;

    /// Appends the body.
    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>);

    /// The HTTP status of the answer.
    fn status(&self, error: &ErrorView<'_>) -> u16 {
        error.status()
    }
}

/// The body as a vector of exactly its length: one allocation, since the text grows in a buffer that the thread keeps.
#[must_use]
pub fn render(form: &dyn BodyFormat, error: &ErrorView<'_>) -> Vec<u8> {
    /// A rare huge body must not stay with the thread for good.
    const KEEP: usize = 64 * 1024;
    thread_local! { static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) }; }
    let mut buffer = BUFFER.take();
    buffer.clear();
    // Enough for most bodies, so that the pieces of the first one do not move it again and again.
    buffer.reserve(512);
    form.write(error, &mut buffer);
    let body = buffer.as_slice().to_vec();
    if buffer.capacity() <= KEEP {
        BUFFER.set(buffer);
    }
    body
}
