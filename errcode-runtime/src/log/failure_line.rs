//! A failure's line in the dialect `plain`. Its constant pieces are joined once for each row, place, status and
//! service: a service logs the same few failures repeatedly.

use super::{escape, failure, fields::Fields, line};
use crate::event::FailureEvent;
use errcode_core::{Level, Timestamp, json};
use std::{
    cell::Cell,
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

/// Writes a failure's line, in the order of [`line::write_plain`]. The quote after the message, an id and the URI is
/// the first byte of what follows, since each copy has a price.
pub(super) fn write(event: &FailureEvent<'_>, fields: &Fields, of_spans: &[u8], out: &mut Vec<u8>) {
    let (served, pieces) = (&event.served, of(event));
    pieces.push_head(out);
    match event.message {
        "" => escape::push_bounded_bytes(out, event.simple),
        message => escape::push_bounded(out, message),
    }
    if let Some(context) = event.context {
        out.push(b'"');
        line::write_ids(out, context);
    }
    out.extend_from_slice(&pieces.code);
    if let Some(uri) = served.uri {
        escape::push_bounded(out, uri);
    }
    out.extend_from_slice(&pieces.method);
    if !pieces.has_method {
        line::push_optional(out, ",\"method\":", served.method);
    }
    out.extend_from_slice(b",\"status\":\"failure\",\"durationMs\":");
    json::push_u64(out, served.millis());
    if let Some(retries) = failure::retries(event) {
        out.extend_from_slice(b",\"retryCount\":");
        json::push_u64(out, retries);
    }
    out.extend_from_slice(&pieces.category);
    line::push_optional(out, ",\"cause\":", event.cause);
    line::push_others(out, &pieces.owner);
    line::push_optional(out, ",\"context\":", event.doing);
    line::push_optional(out, ",\"broken\":", event.broken);
    line::push_optional(out, ",\"phase\":", served.phase);
    if let Some(journey) = event.journey {
        out.extend_from_slice(b",\"journey\":");
        out.extend_from_slice(journey.as_bytes());
    }
    line::push_optional(out, ",\"backtrace\":", event.backtrace);
    line::end(fields, of_spans, out);
}

/// What is constant in the lines of one kind of failure.
struct Pieces {
    key: Key,
    /// Up to the message and its quote, with the time of the first line.
    head: Vec<u8>,
    /// From the quote before it on: the code, the status, and up to the URI and its quote.
    code: Vec<u8>,
    /// The quote after the URI, and the method.
    method: Vec<u8>,
    /// Whether the method is among the pieces.
    has_method: bool,
    /// The category and the place.
    category: Vec<u8>,
    /// The owner, or nothing.
    owner: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    table: usize,
    row: u32,
    status: Option<u16>,
    level: Level,
    /// The address of a usual method.
    method: usize,
    has_uri: bool,
    /// The address of the place.
    place: usize,
    /// The address of the service's name, and its length.
    service: (usize, usize),
}

static ALL: LazyLock<Mutex<HashMap<Key, &'static Pieces>>> = LazyLock::new(Mutex::default);

/// Enough for the failures that a thread logs often.
const CACHED: usize = 64;

thread_local! {
    static CACHE: [Cell<Option<&'static Pieces>>; CACHED] = const { [const { Cell::new(None) }; CACHED] };
}

/// Returns the pieces of a failure's line. All that they depend on is static, so that there are never many.
#[inline]
fn of(event: &FailureEvent<'_>) -> &'static Pieces {
    let (served, service) = (&event.served, line::service(event.context));
    let key = Key {
        table: event.spec.place(),
        row: event.spec.index(),
        status: served.http_status,
        level: event.level,
        method: served.method.and_then(usual).map_or(0, |method| method.as_ptr().addr()),
        has_uri: served.uri.is_some(),
        place: event.location.map_or(0, |place| std::ptr::from_ref(place).addr()),
        service: service.map_or((0, 0), |name| (name.as_ptr().addr(), name.len())),
    };
    CACHE.with(|cache| {
        // Both addresses are those of large structures, so their lower bits do not matter.
        let slot = &cache[((key.table >> 5) ^ key.row as usize ^ (key.place >> 3)) % CACHED];
        match slot.get() {
            Some(pieces) if pieces.key == key => pieces,
            _ => {
                let pieces = find(key, event, service);
                slot.set(Some(pieces));
                pieces
            }
        }
    })
}

#[cold]
fn find(key: Key, event: &FailureEvent<'_>, service: Option<&'static str>) -> &'static Pieces {
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    all.entry(key).or_insert_with(|| Box::leak(Box::new(Pieces::new(key, event, service))))
}

impl Pieces {
    fn new(key: Key, event: &FailureEvent<'_>, service: Option<&'static str>) -> Self {
        let (mut head, mut code, mut category) = (Vec::new(), Vec::new(), Vec::new());
        line::begin(failure::level(event.level), failure::TARGET.as_str(), service, &mut head);
        head.extend_from_slice(b",\"event\":\"failure\",\"msg\":\"");
        push_plain(&mut code, b"\",\"code\":\"", &event.spec.code());
        if let Some(status) = event.served.http_status {
            code.extend_from_slice(b",\"httpStatus\":");
            json::push_u64(&mut code, status.into());
        }
        let mut method = Vec::new();
        if key.has_uri {
            code.extend_from_slice(b",\"uri\":\"");
            method.push(b'"');
        }
        let usual = event.served.method.and_then(usual);
        if let Some(usual) = usual {
            push_plain(&mut method, b",\"method\":\"", usual);
        }
        let has_method = usual.is_some();
        push_plain(&mut category, b",\"category\":\"", event.spec.category().as_str());
        if let Some(place) = event.location {
            category.extend_from_slice(b",\"location\":\"");
            escape::push_text(&mut category, place.file());
            category.push(b':');
            json::push_u64(&mut category, place.line().into());
            category.push(b'"');
        }
        let mut owner = Vec::new();
        line::push_optional(&mut owner, ",\"owner\":", event.spec.owner());
        Self { key, head, code, method, has_method, category, owner }
    }

    /// Appends the line up to the message, with the current time.
    #[inline]
    fn push_head(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.head);
        out[start..][line::TIME].copy_from_slice(&Timestamp::now().to_millis());
    }
}

/// Returns a method that is usual. A client may send any other, so there are no pieces for these.
#[inline]
fn usual(method: &str) -> Option<&'static str> {
    Some(match method {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => return None,
    })
}

/// Appends a member whose value needs no escape.
fn push_plain(out: &mut Vec<u8>, key: &[u8], value: &str) {
    out.extend_from_slice(key);
    out.extend_from_slice(value.as_bytes());
    out.push(b'"');
}
