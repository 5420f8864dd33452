//! Suggestions for misspelled names.

/// Returns the most similar of the names, if one is similar enough.
#[cfg(any(feature = "diff", feature = "lint"))]
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = allowed(wanted);
    names.filter_map(|name| Some((near(wanted, name, allowed)?, name))).min().map(|(_, name)| name)
}

/// Returns how many edits a name may be away from the one that was typed.
pub(crate) fn allowed(wanted: &str) -> usize {
    wanted.chars().count() / 3 + 1
}

/// Returns the distance if it is allowed. It is at least the difference in length, so most names
/// are ruled out without comparing letters.
pub(crate) fn near(a: &str, b: &str, allowed: usize) -> Option<usize> {
    if a.chars().count().abs_diff(b.chars().count()) > allowed {
        return None;
    }
    Some(distance(a, b)).filter(|distance| *distance <= allowed)
}

/// Counts the letters to insert, delete, replace or swap with a neighbor, ignoring ASCII case.
fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(&a.to_ascii_lowercase(), &b.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{distance, near};

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("E2001", "e2001", 0),
            ("E2001", "E2010", 1),
            ("E2001", "E201", 1),
            ("E2001", "X", 5),
            ("项目", "项", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn near_is_within_the_allowed_distance() {
        assert_eq!(near("E2001", "E2010", 2), Some(1));
        assert_eq!(near("E2001", "E9999", 2), None);
        assert_eq!(near("项目", "项", 1), Some(1), "letters, not bytes");
        // Computing this distance would take hours.
        let long = "E".repeat(1_000_000);
        assert_eq!(near(&long, &format!("{long}2001"), 3), None);
    }
}
