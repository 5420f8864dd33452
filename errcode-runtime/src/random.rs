//! Random numbers for ids, from a generator per thread: a system call per request would cost more than the rest of the
//! request.

use fastrand::Rng;
use std::{
    cell::Cell,
    hash::{BuildHasher, RandomState},
    thread,
};

thread_local! {
    /// The seed is hashed with the keys of `RandomState`, which come from the operating system's randomness. fastrand's
    /// own seed depends only on the time and the thread's id.
    static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(thread::current().id()));
}

/// Returns the next number of this thread's generator.
pub(crate) fn next() -> u64 {
    let [number] = several();
    number
}

/// Returns the next numbers of this thread's generator.
pub(crate) fn several<const N: usize>() -> [u64; N] {
    STATE.with(|state| {
        let mut generator = Rng::with_seed(state.get());
        let numbers = std::array::from_fn(|_| generator.u64(..));
        state.set(generator.get_seed());
        numbers
    })
}
