//! The probes of a half-open breaker.

use super::{Outcome, count_window::Totals};

/// Admits a fixed number of calls, and no more until each of them has ended.
#[derive(Debug)]
pub(super) struct HalfOpen {
    size: usize,
    patience: u64,
    under_way: Vec<Probe>,
    next_ticket: u64,
    results: Totals,
}

#[derive(Debug)]
struct Probe {
    ticket: u64,
    since: u64,
}

impl HalfOpen {
    pub(super) fn new(size: usize, patience: u64) -> Self {
        let under_way = Vec::with_capacity(size);
        Self { size, patience, under_way, next_ticket: 0, results: Totals::default() }
    }

    pub(super) fn begin(&mut self) {
        self.under_way.clear();
        self.results = Totals::default();
    }

    /// The results so far.
    pub(super) fn results(&self) -> Totals {
        self.results
    }

    pub(super) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    pub(super) fn is_complete(&self) -> bool {
        self.results.calls as usize >= self.size
    }

    /// Returns the ticket of a new probe, if there is room for one.
    pub(super) fn admit(&mut self, now: u64) -> Option<u64> {
        if self.results.calls as usize + self.under_way.len() >= self.size {
            return None;
        }
        self.next_ticket += 1;
        self.under_way.push(Probe { ticket: self.next_ticket, since: now });
        Some(self.next_ticket)
    }

    /// Records the result of a probe, which `outcome` decides from the time when the probe began. Returns
    /// `false` if the probe was already given up.
    pub(super) fn end(
        &mut self,
        ticket: u64,
        outcome: impl FnOnce(u64) -> Option<Outcome>,
    ) -> bool {
        let Some(at) = self.under_way.iter().position(|probe| probe.ticket == ticket) else {
            return false;
        };
        let probe = self.under_way.swap_remove(at);
        if let Some(outcome) = outcome(probe.since) {
            self.results.calls += 1;
            self.results.failures += u64::from(outcome.failed);
            self.results.slow += u64::from(outcome.slow);
        }
        true
    }

    /// Counts probes that have hung for too long as failed. Returns whether there were any.
    pub(super) fn give_up(&mut self, now: u64) -> bool {
        let before = self.under_way.len();
        let patience = self.patience;
        self.under_way.retain(|probe| now.saturating_sub(probe.since) < patience);
        let hung = (before - self.under_way.len()) as u64;
        self.results.calls += hung;
        self.results.failures += hung;
        hung > 0
    }
}
