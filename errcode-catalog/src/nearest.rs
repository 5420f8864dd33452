//! What somebody may have meant.

/// The nearest of the names, where one is near enough to have been meant.
#[cfg(any(feature = "diff", feature = "lint"))]
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = allowed(wanted);
    names.filter_map(|name| Some((near(wanted, name, allowed)?, name))).min().map(|(_, name)| name)
}

/// How far a name may be from what was wanted.
pub(crate) fn allowed(wanted: &str) -> usize {
    wanted.chars().count() / 3 + 1
}

/// The distance, where it is no greater. It is at least the difference of the lengths, so most names need no look at their letters.
pub(crate) fn near(a: &str, b: &str, allowed: usize) -> Option<usize> {
    if a.chars().count().abs_diff(b.chars().count()) > allowed {
        return None;
    }
    Some(distance(a, b)).filter(|distance| *distance <= allowed)
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour, without regard to ASCII case.
fn distance(a: &str, b: &str) -> usize {
    let lower =
        |text: &str| text.chars().map(|letter| letter.to_ascii_lowercase()).collect::<Vec<_>>();
    let (a, b) = (lower(a), lower(b));
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut best =
                (last[j] + usize::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = core::mem::replace(&mut last, row);
    }
    last[b.len()]
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
    fn near_is_no_further_than_allowed() {
        assert_eq!(near("E2001", "E2010", 2), Some(1));
        assert_eq!(near("E2001", "E9999", 2), None);
        assert_eq!(near("项目", "项", 1), Some(1), "letters, not bytes");
        // So long that nobody would see the end of the distance itself.
        let long = "E".repeat(1_000_000);
        assert_eq!(near(&long, &format!("{long}2001"), 3), None);
    }
}
