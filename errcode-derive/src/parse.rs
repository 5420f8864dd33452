//! Attributes as they were written: every key in its slot, every value a domain type, nothing resolved yet.

pub(crate) mod argument;
pub(crate) mod documentation;
pub(crate) mod field;
pub(crate) mod item;
pub(crate) mod key;
pub(crate) mod names;
pub(crate) mod slot;
pub(crate) mod value;
