//! The one word that callers read: the state, its generation, and the consecutive failures.

use errcode_runtime::event::BreakerState;

/// Four bits of state, twenty of consecutive failures, forty of generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word(pub(super) u64);

const STATE: u64 = 0xF;
const STREAK_SHIFT: u32 = 4;
const STREAK: u64 = ((1 << 20) - 1) << STREAK_SHIFT;
const GENERATION_SHIFT: u32 = 24;

const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
const FORCED_OPEN: u64 = 3;
const DISABLED: u64 = 4;

impl Word {
    /// The largest number of consecutive failures that fits.
    pub(super) const MAX_STREAK: u32 = (1 << 20) - 1;

    pub(super) const fn new(state: BreakerState, generation: u64) -> Self {
        let state = match state {
            BreakerState::Open => OPEN,
            BreakerState::HalfOpen => HALF_OPEN,
            BreakerState::ForcedOpen => FORCED_OPEN,
            BreakerState::Disabled => DISABLED,
            _ => CLOSED,
        };
        Self(generation << GENERATION_SHIFT | state)
    }

    #[inline]
    pub(super) const fn is_closed(self) -> bool {
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

    pub(super) const fn streak(self) -> u32 {
        ((self.0 & STREAK) >> STREAK_SHIFT) as u32
    }

    /// Returns the same state and generation without failures.
    #[inline]
    pub(super) const fn without_streak(self) -> Self {
        Self(self.0 & !STREAK)
    }

    /// Returns the same with one more consecutive failure, up to the largest number that fits.
    pub(super) const fn with_failure(self) -> Self {
        if self.streak() == Self::MAX_STREAK { self } else { Self(self.0 + (1 << STREAK_SHIFT)) }
    }
}
