//! Codes of whose failures only a sample is looked at.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

#[derive(Debug, Default)]
pub(super) struct Samples(HashMap<String, Sample>);

#[derive(Debug)]
struct Sample {
    one_in: u64,
    seen: AtomicU64,
}

impl Samples {
    pub(super) fn add(&mut self, code: String, one_in: u32) {
        if one_in > 1 {
            let sample = Sample { one_in: u64::from(one_in), seen: AtomicU64::new(0) };
            self.0.insert(code, sample);
        } else {
            self.0.remove(&code);
        }
    }

    /// Returns whether this failure is in the sample: the last of each so many.
    pub(super) fn take(&self, code: &str) -> bool {
        self.0.get(code).is_none_or(|sample| {
            let seen = sample.seen.fetch_add(1, Ordering::Relaxed) + 1;
            seen.is_multiple_of(sample.one_in)
        })
    }

    /// Returns what a message adds to a count of the code.
    pub(super) fn note(&self, code: &str) -> String {
        let sample = self.0.get(code);
        sample.map_or(String::new(), |sample| format!(" in a sample of 1 in {}", sample.one_in))
    }
}
