//! Rates, compared without rounding.

/// Millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate(u64);

const WHOLE: u64 = 1_000_000;

impl Rate {
    /// Creates a rate between a millionth and 1. Other values are clamped.
    pub(super) const fn new(rate: f64) -> Self {
        // Negative values and NaN convert to 0, and a rate of 0 would open a breaker without a failure.
        let millionths = (rate * WHOLE as f64) as u64;
        Self(if millionths > WHOLE {
            WHOLE
        } else if millionths == 0 {
            1
        } else {
            millionths
        })
    }

    /// Returns whether this part of the whole reaches the rate.
    pub(super) const fn is_reached(self, part: u64, whole: u64) -> bool {
        part > 0 && part as u128 * WHOLE as u128 >= self.0 as u128 * whole as u128
    }
}
