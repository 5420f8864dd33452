//! See `tests/tests`.
