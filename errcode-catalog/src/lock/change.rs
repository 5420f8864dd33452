//! Updates of a lock.

use super::Lock;
use core::fmt;

/// Why a lock cannot be updated: codes would be lost or reused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// The codes that were removed without being retired, with their variants.
    pub dropped: Vec<(String, String)>,
    /// The retired codes that are in use again, with their variants.
    pub reused: Vec<(String, String)>,
}

/// Why a lock does not fit the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unlocked {
    /// Codes would be lost or reused.
    Dropped(Dropped),
    /// The lines are right but not sorted.
    Unsorted,
    /// The file is out of date; the lines to add (`+`) and to remove (`-`).
    Stale(Vec<String>),
}

impl Lock {
    /// Returns the updated lock: the codes of `now`, and all codes that were ever retired.
    ///
    /// # Errors
    ///
    /// Returns an error if a code was removed without being retired or becoming an alias, or if a
    /// retired code is in use again.
    pub fn update(&self, now: &Self) -> Result<Self, Dropped> {
        let gone = self
            .codes
            .iter()
            .filter(|(code, _)| now.named(code).is_none() && !now.is_retired(code));
        let names = now.codes.values().flat_map(|line| line.names().map(move |name| (name, line)));
        let back = names.filter(|(name, _)| self.is_retired(name));
        let pair = |(code, line): (&String, &super::Line)| (code.clone(), line.variant.clone());
        let dropped =
            Dropped { dropped: gone.map(pair).collect(), reused: back.map(pair).collect() };
        if !dropped.dropped.is_empty() || !dropped.reused.is_empty() {
            return Err(dropped);
        }
        let mut next = now.clone();
        for (code, reason) in &self.retired {
            next.retired.entry(code.clone()).or_insert_with(|| reason.clone());
        }
        Ok(next)
    }

    /// Checks that the text from which this lock was parsed is what [`update`](Self::update) would
    /// write.
    ///
    /// # Errors
    ///
    /// Returns an error with the lines if it is not.
    pub fn check(&self, text: &str, now: &Self) -> Result<(), Unlocked> {
        let next = self.update(now).map_err(Unlocked::Dropped)?;
        if *self == next {
            return if self.is_sorted_in(text) { Ok(()) } else { Err(Unlocked::Unsorted) };
        }
        Err(Unlocked::Stale(changed_lines(&self.to_text(), &next.to_text())))
    }
}

/// Returns the lines that differ. Both texts are sorted by code and have no duplicate lines.
fn changed_lines(old: &str, new: &str) -> Vec<String> {
    let known: std::collections::BTreeSet<&str> = old.lines().collect();
    let wanted: std::collections::BTreeSet<&str> = new.lines().collect();
    let gone = old.lines().filter(|line| !wanted.contains(line)).map(|line| format!("-{line}"));
    let come = new.lines().filter(|line| !known.contains(line)).map(|line| format!("+{line}"));
    let mut lines: Vec<String> = gone.chain(come).collect();
    lines.sort_by(|a, b| (&a[1..], &a[..1]).cmp(&(&b[1..], &b[..1])));
    lines
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (code, variant) in &self.dropped {
            write!(
                f,
                "{separator}`{code}` ({variant}) was removed without being retired; restore it, or retire it: \
                 `#[error(retired(\"{code}\" = \"why it was removed, or what to use instead\"))]`"
            )?;
            separator = "\n";
        }
        for (code, variant) in &self.reused {
            write!(
                f,
                "{separator}`{code}` is retired, but `{variant}` uses it; give the variant a new code"
            )?;
            separator = "\n";
        }
        Ok(())
    }
}

impl fmt::Display for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped(dropped) => dropped.fmt(f),
            Self::Unsorted => f.write_str(
                "the lines are not sorted; regenerate the file with `cargo errcode lock`",
            ),
            Self::Stale(lines) => {
                f.write_str("the lock is out of date; regenerate it with `cargo errcode lock`:")?;
                lines.iter().try_for_each(|line| write!(f, "\n{line}"))
            }
        }
    }
}

impl std::error::Error for Dropped {}
impl std::error::Error for Unlocked {}
