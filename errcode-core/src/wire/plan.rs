//! The constant parts of a row's bodies, prepared once for each row, language and catalog: its facts, and the
//! envelope's bytes between the values. A service answers with the same few codes repeatedly.

use super::{
    body_format,
    facts::Facts,
    ids::{Ids, PlainIds, write_ids},
    timestamp::{Moment, Second},
    value::{REMEMBERED, push_detail, push_text},
};
use crate::{
    catalog::Catalog,
    failure::{default_faults::DefaultFaults, failure::Failure},
    json::{push_escaped, push_u64},
    spec::{
        arg::{Arg, Kind},
        detail_spec::DetailSpec,
        error_spec::ErrorSpec,
        neutral,
        retry::Retry,
        retry_hint,
        rows::{self, Rows},
        template::Template,
    },
};
use errcode_format::DetailKind;
use std::{
    any::Any,
    cell::Cell,
    collections::HashMap,
    fmt, mem,
    sync::{LazyLock, Mutex, OnceLock, PoisonError},
};

/// The parts of a body that do not depend on a value.
pub(crate) struct Plan {
    spec: ErrorSpec,
    catalog: usize,
    language: Option<String>,
    pub(super) facts: Facts,
    /// The retry hint, if it does not depend on the value.
    pub(super) retry: Option<Retry>,
    /// `None` if the body depends on more than the values of fields, or if clients do not see the row.
    envelope: Option<Envelope>,
    /// The row is one that a framework's fault may have, which has more than its code.
    is_fault: bool,
    /// What an adapter keeps for the row.
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// The default body up to the ids: a piece before each value, and one after the last value.
#[derive(Default)]
struct Envelope {
    pieces: Vec<(Box<[u8]>, Value)>,
    tail: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Value {
    /// The escaped text of an argument, in the message.
    Text(u8),
    /// An argument as a member of `details`.
    Detail { argument: u8, kind: DetailKind, is_text: bool },
}

/// The row's table and number, the catalog's number, and the language.
type Key = (usize, u32, usize, Option<String>);

static PLANS: LazyLock<Mutex<HashMap<Key, &'static Plan>>> = LazyLock::new(Mutex::default);

/// Enough for the codes that a thread uses repeatedly.
const CACHED: usize = 64;

thread_local! {
    static CACHE: [Cell<Option<&'static Plan>>; CACHED] = const { [const { Cell::new(None) }; CACHED] };
}

/// Returns the plan of a row in a language of the catalog. `None` for any other language, so that clients cannot fill
/// the memory by asking for every language.
#[inline]
pub(super) fn of(
    spec: ErrorSpec,
    language: Option<&str>,
    catalog: Option<&Catalog>,
) -> Option<&'static Plan> {
    let id = catalog.map_or(0, Catalog::id);
    // Records are larger than 32 bytes, so the lower bits of an address do not matter.
    let slot = ((spec.place() >> 5) ^ spec.index() as usize ^ (id >> 4)) % CACHED;
    match CACHE.with(|cache| cache.get(slot)?.get()) {
        Some(plan) if plan.is_of(spec, language, id) => Some(plan),
        _ => {
            let plan = find(spec, language, catalog, id)?;
            CACHE.with(|cache| cache.get(slot).map(|slot| slot.set(Some(plan))));
            Some(plan)
        }
    }
}

#[cold]
fn find(
    spec: ErrorSpec,
    language: Option<&str>,
    catalog: Option<&Catalog>,
    id: usize,
) -> Option<&'static Plan> {
    if let Some(language) = language
        && !catalog.is_some_and(|catalog| catalog.speaks(language))
    {
        return None;
    }
    let key = (spec.place(), spec.index(), id, language.map(str::to_owned));
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    let plan = plans.entry(key).or_insert_with(|| {
        let facts = Facts::new(spec, language, catalog);
        let retry = retry_hint::constant(spec);
        let is_shown =
            !spec.is_internal() && catalog.is_none_or(|catalog| catalog.conflict(spec).is_none());
        let envelope = retry
            .filter(|_| is_shown)
            .and_then(|retry| Envelope::new((spec, retry), &facts, language, catalog));
        Box::leak(Box::new(Plan {
            spec,
            catalog: id,
            language: language.map(str::to_owned),
            facts,
            retry,
            envelope,
            is_fault: DefaultFaults::has(spec),
            kept: OnceLock::new(),
        }))
    });
    Some(*plan)
}

impl Plan {
    /// Returns what an adapter keeps for the row. `None` if another adapter was first.
    pub(super) fn keep<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        self.kept.get_or_init(|| Box::new(make())).downcast_ref()
    }

    /// Writes the envelope of a value. Returns `false`, and writes nothing, if the plan has none.
    #[inline]
    pub(super) fn write_envelope(
        &self,
        rows: &dyn Rows,
        retry: Retry,
        (ids, second): (&Ids<'_>, Second),
        out: &mut Vec<u8>,
    ) -> bool {
        let Some(envelope) = self.envelope.as_ref().filter(|_| self.retry == Some(retry)) else {
            return false;
        };
        envelope.write_all(rows, (|out: &mut _| write_ids(ids, out), second), out).is_some()
    }

    fn is_of(&self, spec: ErrorSpec, language: Option<&str>, catalog: usize) -> bool {
        self.spec.is_same(spec) && self.catalog == catalog && self.language.as_deref() == language
    }
}

/// A failure whose body in the default format is planned: its answer needs no view.
#[doc(hidden)]
pub struct Planned<'a> {
    plan: &'static Plan,
    envelope: &'static Envelope,
    rows: &'a dyn Rows,
}

impl<'a> Planned<'a> {
    /// Returns `None` if the body depends on more than the values of fields, for example on the violations of a
    /// framework's fault.
    #[inline]
    #[must_use]
    pub fn new(
        failure: &'a Failure,
        catalog: Option<&Catalog>,
        language: Option<&str>,
    ) -> Option<Self> {
        let rows = failure.rows();
        let language = language.or_else(|| catalog.and_then(Catalog::default_language));
        let plan = of(rows.row(), language, catalog).filter(|plan| !plan.is_fault)?;
        Some(Self { plan, envelope: plan.envelope.as_ref()?, rows })
    }

    /// Returns whether and when the same call may succeed.
    #[inline]
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.plan.retry.unwrap_or_default()
    }

    /// Returns what the adapter has kept for the row through [`ErrorView::keep`](super::ErrorView::keep).
    #[inline]
    #[must_use]
    pub fn kept<T: Any + Send + Sync>(&self) -> Option<&'static T> {
        self.plan.kept.get()?.downcast_ref()
    }

    /// Returns the body, at the current time. `None` if the value does not pass on its fields.
    #[must_use]
    pub fn body(&self, ids: &Ids<'_>) -> Option<Vec<u8>> {
        self.body_with(|out| write_ids(ids, out))
    }

    /// Does the same with ids that need no escape. As text, each would be checked to be UTF-8 once more.
    #[must_use]
    pub fn body_with_plain(&self, ids: PlainIds<'_>) -> Option<Vec<u8>> {
        self.body_with(|out| ids.write(out))
    }

    #[inline]
    fn body_with(&self, ids: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<u8>> {
        let second = Moment::now().to_seconds();
        let write = |out: &mut Vec<u8>| self.envelope.write_all(self.rows, (ids, second), out);
        let (body, written) = body_format::written(write);
        written.map(|()| body)
    }
}

/// Without values, which may be secret.
impl fmt::Debug for Planned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planned").field("spec", &self.plan.spec).finish_non_exhaustive()
    }
}

impl Envelope {
    /// Writes the whole body of a value. Returns `None`, and writes nothing, if the value does not pass on its fields.
    #[inline]
    fn write_all(
        &self,
        rows: &dyn Rows,
        (ids, second): (impl FnOnce(&mut Vec<u8>), Second),
        out: &mut Vec<u8>,
    ) -> Option<()> {
        rows::with_args(rows, |args| {
            self.write(args, out);
            ids(out);
            write_timestamp(second, out);
            out.push(b'}');
        })
    }

    fn new(
        (spec, retry): (ErrorSpec, Retry),
        facts: &Facts,
        language: Option<&str>,
        catalog: Option<&Catalog>,
    ) -> Option<Self> {
        if facts.depends_on_more() {
            return None;
        }
        let mut plan = Self::default();
        plan.bytes(b"{\"success\":false,\"error\":{\"code\":\"");
        plan.bytes(spec.code().as_bytes());
        plan.bytes(b"\",\"message\":\"");
        match facts.message {
            Some(template) => plan.message(template),
            None => plan.text(neutral::neutral(spec, language)),
        }
        plan.bytes(b"\"");
        push_retry(retry, &mut plan.tail);
        let mut before: &[u8] = b",\"details\":{\"";
        for detail in spec.details() {
            plan.bytes(before);
            plan.detail(detail);
            before = b",\"";
        }
        if before.len() == 2 {
            plan.bytes(b"}");
        }
        if let Some(docs) = catalog.and_then(|catalog| catalog.docs(&spec.code())) {
            plan.bytes(b",\"docs\":\"");
            plan.text(&docs);
            plan.bytes(b"\"");
        }
        plan.bytes(b"}");
        Some(plan)
    }

    fn message(&mut self, template: Template) {
        let tail = template.each(|literal, argument| {
            self.text(literal);
            self.value(Value::Text(argument as u8));
        });
        self.text(tail);
    }

    /// Adds the name, after its opening quote, and the value.
    fn detail(&mut self, detail: DetailSpec) {
        self.text(detail.name());
        self.bytes(b"\":");
        let (argument, kind, is_text) = (detail.argument() as u8, detail.kind(), detail.is_text());
        self.value(Value::Detail { argument, kind, is_text });
    }

    fn text(&mut self, text: &str) {
        push_escaped(&mut self.tail, text);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
    }

    /// Ends the piece before the value.
    fn value(&mut self, value: Value) {
        self.pieces.push((mem::take(&mut self.tail).into(), value));
    }

    fn write(&self, args: &[Arg<'_>], out: &mut Vec<u8>) {
        // Where in the output the escaped text of each argument is, to be copied if it occurs again.
        let mut texts = [(0_u32, 0_u32); REMEMBERED];
        for (before, value) in &self.pieces {
            out.extend_from_slice(before);
            match *value {
                Value::Text(argument) => {
                    let start = out.len();
                    push_text(out, *arg(args, argument));
                    if let Some(text) = texts.get_mut(usize::from(argument)) {
                        *text = (start as u32, out.len() as u32);
                    }
                }
                Value::Detail { argument, kind, is_text } => {
                    let text = texts.get(usize::from(argument)).filter(|(from, to)| to > from);
                    let text = text.map(|(from, to)| (*from as usize, *to as usize));
                    push_value(out, *arg(args, argument), kind, is_text, text);
                }
            }
        }
        out.extend_from_slice(&self.tail);
    }
}

#[inline]
fn arg<'a>(args: &'a [Arg<'_>], index: u8) -> &'a Arg<'a> {
    args.get(usize::from(index)).unwrap_or(&Arg::NONE)
}

/// Writes the value of a detail. If the message has the same text already, it is copied.
#[inline]
pub(super) fn push_value(
    out: &mut Vec<u8>,
    arg: Arg<'_>,
    kind: DetailKind,
    is_text: bool,
    written: Option<(usize, usize)>,
) {
    let is_text = is_text || matches!(arg.0, Kind::Str(_));
    match written {
        Some((from, to)) if is_text => {
            out.push(b'"');
            out.extend_from_within(from..to);
            out.push(b'"');
        }
        Some((from, to)) if matches!(arg.0, Kind::U64(_) | Kind::I64(_)) => {
            out.extend_from_within(from..to);
        }
        _ => push_detail(out, arg, kind),
    }
}

#[inline]
pub(super) fn push_retry(retry: Retry, out: &mut Vec<u8>) {
    out.extend_from_slice(if retry.retryable {
        b",\"retryable\":true"
    } else {
        b",\"retryable\":false"
    });
    if let Some(seconds) = retry.after_seconds() {
        out.extend_from_slice(b",\"retry_after\":");
        push_u64(out, seconds);
    }
}

/// Writes `,"timestamp":"2026-02-21T10:00:00Z"`.
#[inline]
pub(super) fn write_timestamp(second: Second, out: &mut Vec<u8>) {
    let mut member = *b",\"timestamp\":\"0000-00-00T00:00:00Z\"";
    member[14..34].copy_from_slice(&second);
    out.extend_from_slice(&member);
}
