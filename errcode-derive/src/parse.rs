//! Attributes as they are written: keys in their slots, values as domain types, without defaults.

pub(crate) mod alert;
pub(crate) mod argument;
pub(crate) mod code;
pub(crate) mod documentation;
pub(crate) mod field;
pub(crate) mod item;
pub(crate) mod key;
pub(crate) mod localized;
pub(crate) mod names;
pub(crate) mod punctuation;
pub(crate) mod retryable;
pub(crate) mod slot;
pub(crate) mod value;
