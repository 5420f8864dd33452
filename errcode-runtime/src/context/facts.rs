//! The facts that a context adds to log events.

use crate::{contain, log::Room};
use std::{
    borrow::Cow,
    fmt::{self, Write as _},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The key and the text of a fact.
type Fact = (Cow<'static, str>, String);

/// Facts for the log.
#[derive(Default)]
pub(super) struct Facts {
    /// Whether the list has any: most lists are empty, and every log line checks.
    any: AtomicBool,
    /// `None` without facts, so that a context without any allocates nothing for them.
    list: Mutex<Option<Arc<Vec<Fact>>>>,
}

impl Facts {
    fn list(&self) -> MutexGuard<'_, Option<Arc<Vec<Fact>>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, key: Cow<'static, str>, value: impl fmt::Display) {
        let mut text = String::new();
        // What a `Display` wrote before it returned an error is kept.
        if let Err(panicked) = contain::nested(|| write!(Room::new(&mut text), "{value}")) {
            let _ = write!(text, "`Display` {panicked}");
        }
        let mut list = self.list();
        let list = Arc::make_mut(list.get_or_insert_default());
        match list.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = text,
            None => list.push((key, text)),
        }
        self.any.store(true, Ordering::Release);
    }

    pub(super) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    pub(super) fn now(&self) -> Arc<Vec<Fact>> {
        self.list().clone().unwrap_or_default()
    }

    /// Returns a copy that later facts of this list are not added to.
    pub(super) fn fork(&self) -> Self {
        let list = self.list().clone();
        Self { any: AtomicBool::new(list.is_some()), list: Mutex::new(list) }
    }
}
