//! Suggestions for misspelled words.

/// Returns the candidate nearest to `word`, if one is near enough to be meant; of several the first.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut found = None;
    for candidate in candidates {
        let distance = slips(&word, &candidate.to_lowercase());
        let is_near = distance <= candidate.len().max(word.len()).max(3) / 3;
        if is_near && found.is_none_or(|(least, _)| distance < least) {
            found = Some((distance, *candidate));
        }
    }
    found.map(|(_, candidate)| candidate)
}

/// Returns `; did you mean …?` for the end of a message, or nothing.
pub(crate) fn hint(word: &str, candidates: &[&str]) -> String {
    nearest(word, candidates).map_or_else(String::new, |found| format!("; did you mean `{found}`?"))
}

/// Returns `` `a`, `b` or `c` ``.
pub(crate) fn list(items: &[&str], last: &str) -> String {
    match items {
        [] => String::new(),
        [item] => format!("`{item}`"),
        [items @ .., tail] => format!("`{}` {last} `{tail}`", items.join("`, `")),
    }
}

/// Returns the distance; a word that is cut short or extended has the distance 1. How its parts are joined does not
/// count.
fn slips(word: &str, candidate: &str) -> usize {
    let letters = |text: &'_ str| text.replace(['_', '-', '.', ':'], "");
    if letters(word) == letters(candidate) {
        return 0;
    }
    let (short, long) =
        if word.len() < candidate.len() { (word, candidate) } else { (candidate, word) };
    if short.len() > 2 && long.starts_with(short) { 1 } else { distance(word, candidate) }
}

/// Returns the optimal string alignment distance: insertions, deletions, substitutions and swapped neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = above;
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        for (word, expected) in [
            ("statsu", Some("status")),
            ("retriable", Some("retryable")),
            ("catagory", Some("category")),
            ("Status", Some("status")),
            ("xyz", None),
            ("stat", Some("status")),
            ("owner_team", Some("owner")),
            ("publicAs", Some("public_as")),
            ("public-as", Some("public_as")),
        ] {
            assert_eq!(
                nearest(word, &["status", "retryable", "category", "owner", "public", "public_as"]),
                expected,
                "{word}"
            );
        }
    }

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(list(&["a"], "or"), "`a`");
        assert_eq!(list(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(list(&[], "or"), "");
    }
}
