//! The ids in a body.

use crate::json::push_escaped;

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

/// Ids of characters that need no escape in JSON, all of ASCII.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainIds<'a> {
    pub request_id: Option<&'a [u8]>,
    pub trace_id: Option<&'a [u8]>,
    pub task_id: Option<&'a [u8]>,
}

impl PlainIds<'_> {
    /// Writes the ids as members of a body.
    #[inline]
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let ids = [self.request_id, self.trace_id, self.task_id];
        write_members(ids, out, Vec::extend_from_slice);
    }
}

/// Writes the ids as members of a body.
#[inline]
pub(super) fn write_ids(ids: &Ids<'_>, out: &mut Vec<u8>) {
    write_members([ids.request_id, ids.trace_id, ids.task_id], out, |out, id| {
        if ids.are_plain {
            out.extend_from_slice(id.as_bytes());
        } else {
            push_escaped(out, id);
        }
    });
}

#[inline]
fn write_members<T>(
    [request, trace, task]: [Option<T>; 3],
    out: &mut Vec<u8>,
    push: impl Fn(&mut Vec<u8>, T),
) {
    // Each name is in a call of its own, where its length is a constant.
    if let Some(id) = request {
        out.extend_from_slice(b",\"request_id\":\"");
        push(out, id);
        out.push(b'"');
    }
    if let Some(id) = trace {
        out.extend_from_slice(b",\"trace_id\":\"");
        push(out, id);
        out.push(b'"');
    }
    if let Some(id) = task {
        out.extend_from_slice(b",\"task_id\":\"");
        push(out, id);
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, PlainIds, write_ids};

    #[test]
    fn plain_ids_are_the_same_members() {
        let [request, trace, task] = ["r-1", "4bf92f3577b34da6a3ce929d0e0e4736", "APEX-17"];
        let none = (Ids::default(), PlainIds::default());
        let most = (
            Ids::default().request_id(request).trace_id(trace),
            PlainIds {
                request_id: Some(request.as_bytes()),
                trace_id: Some(trace.as_bytes()),
                task_id: None,
            },
        );
        let all = (most.0.task_id(task), PlainIds { task_id: Some(task.as_bytes()), ..most.1 });
        for (ids, plain) in [none, most, all] {
            let mut written = [Vec::new(), Vec::new(), Vec::new()];
            write_ids(&ids, &mut written[0]);
            write_ids(&ids.plain(), &mut written[1]);
            plain.write(&mut written[2]);
            assert!(written[0] == written[1] && written[1] == written[2], "{ids:?}");
        }
        let mut escaped = Vec::new();
        write_ids(&Ids::default().request_id("\"\n"), &mut escaped);
        assert_eq!(escaped, br#","request_id":"\"\n""#);
    }
}
