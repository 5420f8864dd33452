//! The keys of a call site's fields, computed once for each `info!` in the program.

use super::known::Known;
use std::{
    cell::Cell,
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};
use tracing_core::Metadata;

/// The key of each field of a call site, by the field's index.
pub(super) struct Site {
    pub(super) keys: Box<[Key]>,
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    /// A field that the dialects have names for.
    Known(Known),
    /// `,"name":`
    Other(&'static [u8]),
    /// Not written.
    Skipped,
}

/// What the call site is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SiteKind {
    Event,
    /// A span, whose fields are never taken for an event's own.
    Span,
}

/// The keys that lines write themselves. Another field with such a name is prefixed with `extra.`.
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

/// Enough for the call sites that a thread uses often.
const CACHED: usize = 64;

type Slot = (usize, Option<&'static Site>);

thread_local! {
    static CACHE: [Cell<Slot>; CACHED] = const { [const { Cell::new((0, None)) }; CACHED] };
}

static SITES: LazyLock<Mutex<HashMap<usize, &'static Site>>> = LazyLock::new(Mutex::default);

/// Returns the keys of the call site. They are never freed, as call sites are not.
pub(super) fn of(metadata: &'static Metadata<'static>, kind: SiteKind) -> &'static Site {
    let address = std::ptr::from_ref(metadata).addr();
    let slot = (address / align_of::<Metadata<'static>>()) % CACHED;
    CACHE.with(|cache| {
        if let (known, Some(site)) = cache[slot].get()
            && known == address
        {
            return site;
        }
        let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
        let site =
            *sites.entry(address).or_insert_with(|| Box::leak(Box::new(Site::new(metadata, kind))));
        cache[slot].set((address, Some(site)));
        site
    })
}

impl Site {
    fn new(metadata: &'static Metadata<'static>, kind: SiteKind) -> Self {
        let mut used: Vec<String> = Vec::new();
        let mut keys = Vec::new();
        for field in metadata.fields() {
            let name = field.name();
            let known = Known::from_name(name).filter(|_| kind == SiteKind::Event);
            keys.push(match known {
                Some(known) => Key::Known(known),
                // `tracing-log` describes a record's origin in fields; the line already has its target.
                None if name.starts_with("log.") => Key::Skipped,
                None => Key::Other(key(name, &mut used)),
            });
        }
        Self { keys: keys.into() }
    }
}

/// Returns a key that the line does not have yet.
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
