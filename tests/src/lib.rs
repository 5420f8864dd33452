//! Behaviour of the derive and of core: see `tests/`.
