//! The one word that callers read: the state, its generation, and a count.

use errcode_runtime::event::BreakerState;

/// Four bits of state, twenty-eight of a count, and from bit 36 on the generation, so that a window of time can use
/// it as an [`offset`](super::time_window).
///
/// The count is zero only while a success changes nothing. It has the consecutive failures; a window says the most
/// unless it is full of successes, and so does every state but the closed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word(pub(super) u64);

const STATE: u64 = 0xF;
/// One more in the count.
pub(super) const ONE: u64 = 1 << 4;
const COUNT: u64 = (1 << 32) - ONE;
const GENERATION_SHIFT: u32 = 36;

const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
const FORCED_OPEN: u64 = 3;
const DISABLED: u64 = 4;
/// Closed, in a breaker that measures how long calls take.
const TIMED: u64 = 5;
/// Closed, in a breaker with a window of time that does not measure how long calls take.
const CLOSED_BY_TIME: u64 = 8;

/// What a closed breaker needs the clock for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs {
    Nothing,
    /// The end of a call only.
    End,
    /// Its duration.
    Duration,
}

impl Word {
    /// The largest count that fits.
    pub(super) const MAX_COUNT: u32 = (COUNT / ONE) as u32;

    pub(super) const fn new(state: BreakerState, closed: Needs, generation: u64) -> Self {
        let state = match (state, closed) {
            (BreakerState::Open, _) => OPEN,
            (BreakerState::HalfOpen, _) => HALF_OPEN,
            (BreakerState::ForcedOpen, _) => FORCED_OPEN,
            (BreakerState::Disabled, _) => DISABLED,
            (_, Needs::Nothing) => CLOSED,
            (_, Needs::End) => CLOSED_BY_TIME,
            (_, Needs::Duration) => TIMED,
        };
        Self(generation << GENERATION_SHIFT | state)
    }

    /// Returns whether a call may pass, and its beginning needs no clock.
    #[inline]
    pub(super) const fn lets_pass(self) -> bool {
        self.0 & (STATE ^ CLOSED_BY_TIME) == CLOSED
    }

    /// Returns whether the end of a call needs the clock, and its beginning did not.
    #[inline]
    pub(super) const fn is_by_time(self) -> bool {
        self.0 & CLOSED_BY_TIME != 0
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

    #[inline]
    pub(super) const fn count(self) -> u32 {
        ((self.0 & COUNT) / ONE) as u32
    }

    /// Returns the same state and generation with this count.
    pub(super) const fn with_count(self, count: u32) -> Self {
        Self(self.without_count().0 | (count as u64 * ONE))
    }

    /// Returns the same state and generation with the count zero.
    pub(super) const fn without_count(self) -> Self {
        Self(self.0 & !COUNT)
    }

    /// Returns the same state and generation with the largest count that fits.
    #[inline]
    pub(super) const fn with_most(self) -> Self {
        Self(self.0 | COUNT)
    }

    /// Returns whether it has the same state and generation.
    pub(super) const fn is_as(self, other: Self) -> bool {
        (self.0 ^ other.0) & !COUNT == 0
    }

    /// Returns the same with one more, up to the largest count that fits.
    pub(super) const fn plus_one(self) -> Self {
        if self.count() == Self::MAX_COUNT { self } else { Self(self.0 + ONE) }
    }
}
