//! The one word that callers read: the state, its generation, and a count.

use errcode_runtime::event::BreakerState;

/// Four bits of state, twenty-eight of a count, thirty-two of generation.
///
/// The count is zero only while a success changes nothing. It has the consecutive failures; a window says 1 unless it
/// is full of successes, and every state but the closed one says 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word(pub(super) u64);

const STATE: u64 = 0xF;
/// One more in the count.
pub(super) const ONE: u64 = 1 << 4;
const COUNT: u64 = (1 << GENERATION_SHIFT) - ONE;
const GENERATION_SHIFT: u32 = 32;

const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
const FORCED_OPEN: u64 = 3;
const DISABLED: u64 = 4;
/// Closed, in a breaker that measures how long calls take.
const TIMED: u64 = 5;

impl Word {
    /// The largest count that fits.
    pub(super) const MAX_COUNT: u32 = (COUNT / ONE) as u32;

    pub(super) const fn new(state: BreakerState, is_timed: bool, generation: u64) -> Self {
        let state = match state {
            BreakerState::Open => OPEN,
            BreakerState::HalfOpen => HALF_OPEN,
            BreakerState::ForcedOpen => FORCED_OPEN,
            BreakerState::Disabled => DISABLED,
            _ if is_timed => TIMED,
            _ => CLOSED,
        };
        Self(generation << GENERATION_SHIFT | state)
    }

    /// Returns whether a call may pass, and needs no clock.
    #[inline]
    pub(super) const fn lets_pass(self) -> bool {
        self.0 & STATE == CLOSED
    }

    pub(super) const fn state(self) -> BreakerState {
        match self.0 & STATE {
            OPEN => BreakerState::Open,
            HALF_OPEN => BreakerState::HalfOpen,
            FORCED_OPEN => BreakerState::ForcedOpen,
            DISABLED => BreakerState::Disabled,
            _ => BreakerState::Closed,
        }
    }

    pub(super) const fn generation(self) -> u64 {
        self.0 >> GENERATION_SHIFT
    }

    pub(super) const fn count(self) -> u32 {
        ((self.0 & COUNT) / ONE) as u32
    }

    /// Returns the same state and generation with this count.
    pub(super) const fn with_count(self, count: u32) -> Self {
        Self(self.without_count().0 | (count as u64 * ONE))
    }

    /// Returns the same state and generation with the count zero.
    #[inline]
    pub(super) const fn without_count(self) -> Self {
        Self(self.0 & !COUNT)
    }

    /// Returns the same with one more, up to the largest count that fits.
    pub(super) const fn plus_one(self) -> Self {
        if self.count() == Self::MAX_COUNT { self } else { Self(self.0 + ONE) }
    }
}
