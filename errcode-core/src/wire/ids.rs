//! The ids in a body.

/// The ids of a request, its trace and its task.
///
/// ```
/// use errcode_core::wire::Ids;
///
/// let ids = Ids::default().request_id("req_1").trace_id("4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(ids.task_id, None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Ids<'a> {
    /// The id of the request.
    pub request_id: Option<&'a str>,
    /// The id of the trace: 32 lower-case hexadecimal digits.
    pub trace_id: Option<&'a str>,
    /// The id of the task, if the client sent one.
    pub task_id: Option<&'a str>,
    /// Whether no character of the ids needs an escape in JSON.
    pub(super) are_plain: bool,
}

impl<'a> Ids<'a> {
    /// Sets the request's id.
    #[inline]
    #[must_use]
    pub const fn request_id(self, id: &'a str) -> Self {
        Self { request_id: Some(id), are_plain: false, ..self }
    }

    /// Sets the trace's id.
    #[inline]
    #[must_use]
    pub const fn trace_id(self, id: &'a str) -> Self {
        Self { trace_id: Some(id), are_plain: false, ..self }
    }

    /// Sets the task's id.
    #[inline]
    #[must_use]
    pub const fn task_id(self, id: &'a str) -> Self {
        Self { task_id: Some(id), are_plain: false, ..self }
    }

    /// Marks the ids as checked: they need no escape in JSON.
    #[doc(hidden)]
    #[must_use]
    pub const fn plain(self) -> Self {
        Self { are_plain: true, ..self }
    }
}
