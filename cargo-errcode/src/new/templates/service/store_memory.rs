//! The notes, in memory.

use crate::NoteError;
use std::sync::{Arc, PoisonError, RwLock};

const MOST_NOTES: usize = 10_000;

/// The notes. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Store(Arc<RwLock<Vec<String>>>);

impl Store {
    /// Adds a note and returns its id.
    pub async fn add(&self, text: &str) -> Result<i64, NoteError> {
        let mut notes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if notes.len() >= MOST_NOTES {
            return Err(NoteError::Full { notes: notes.len() });
        }
        notes.push(text.to_owned());
        Ok(notes.len() as i64)
    }

    /// Returns the text of a note.
    pub async fn find(&self, id: i64) -> Result<Option<String>, NoteError> {
        let notes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let index = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
        Ok(index.and_then(|index| notes.get(index).cloned()))
    }
}
