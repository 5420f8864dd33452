//! The keys of a call site's fields, worked out once for each `info!` in the program.

use super::fields::Known;
use std::{
    cell::Cell,
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};
use tracing_core::Metadata;

/// What each field of a call site becomes in a line, by the field's index.
pub(super) struct Site {
    pub(super) keys: Box<[Key]>,
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    /// One that the dialects give a name of their own.
    Known(Known),
    /// `,"name":`
    Other(&'static [u8]),
    /// Not written.
    Skipped,
}

/// Where the fields of a call site are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    Event,
    /// A span's field never stands for an event's own, whatever its name.
    Span,
}

/// The keys that every line writes itself: another field of such a name gets `extra.` before it.
const RESERVED: [&str; 12] = [
    "ts",
    "lvl",
    "logger",
    "service",
    "msg",
    "traceId",
    "taskId",
    "requestId",
    "correlationId",
    "httpStatus",
    "durationMs",
    "retryCount",
];

/// Enough for the call sites that a thread uses again and again.
const CACHED: usize = 64;

type Slot = (usize, Option<&'static Site>);

thread_local! {
    static CACHE: [Cell<Slot>; CACHED] = const { [const { Cell::new((0, None)) }; CACHED] };
}

static SITES: LazyLock<Mutex<HashMap<usize, &'static Site>>> = LazyLock::new(Mutex::default);

/// The keys of the call site. Its memory is kept for good, as that of the call site itself.
pub(super) fn of(metadata: &'static Metadata<'static>, place: In) -> &'static Site {
    let address = std::ptr::from_ref(metadata).addr();
    let slot = (address / align_of::<Metadata<'static>>()) % CACHED;
    CACHE.with(|cache| {
        if let (known, Some(site)) = cache[slot].get()
            && known == address
        {
            return site;
        }
        let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
        let site = *sites
            .entry(address)
            .or_insert_with(|| Box::leak(Box::new(Site::new(metadata, place))));
        cache[slot].set((address, Some(site)));
        site
    })
}

impl Site {
    fn new(metadata: &'static Metadata<'static>, place: In) -> Self {
        let mut used: Vec<String> = Vec::new();
        let mut keys = Vec::new();
        for field in metadata.fields() {
            let name = field.name();
            let known = Known::from_name(name).filter(|_| place == In::Event);
            keys.push(match known {
                Some(known) => Key::Known(known),
                // `tracing-log` describes a record's origin in fields; the line has its target.
                None if name.starts_with("log.") => Key::Skipped,
                None => Key::Other(key(name, &mut used)),
            });
        }
        Self { keys: keys.into() }
    }
}

/// A key that the line does not have already.
fn key(name: &'static str, used: &mut Vec<String>) -> &'static [u8] {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let reserved = RESERVED.contains(&name) || Known::is_written_as(name);
    let wanted = if reserved { format!("extra.{name}") } else { name.to_owned() };
    let unused = (1..)
        .map(|number| if number == 1 { wanted.clone() } else { format!("{wanted}_{number}") })
        .find(|key| !used.contains(key))
        .unwrap_or_default();
    let mut text = Vec::from(*b",");
    errcode_core::json::push_string(&mut text, &unused);
    text.push(b':');
    used.push(unused);
    text.leak()
}
