//! Durations as attributes spell them.

/// The units, the longest first, each with its milliseconds.
pub(crate) const UNITS: [(&str, u64); 4] =
    [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Parses a whole number and a unit, as `2s` or `1500ms`, into milliseconds.
///
/// Returns `None` if the text is not a duration, or has more milliseconds than a `u64` can hold.
#[must_use]
pub fn parse_millis(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = unit.trim();
    let (_, millis) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(millis)
}

#[cfg(test)]
mod tests {
    use super::parse_millis;

    #[test]
    fn a_number_and_a_unit() {
        for (text, millis) in [
            ("2s", Some(2_000)),
            ("1500ms", Some(1_500)),
            ("1h", Some(3_600_000)),
            ("90 m", Some(5_400_000)),
            ("0s", Some(0)),
            ("2", None),
            ("s", None),
            ("2 days", None),
            ("1.5s", None),
            ("-1s", None),
            ("99999999999999999999ms", None),
            ("9999999999999999999h", None),
        ] {
            assert_eq!(parse_millis(text), millis, "{text}");
        }
    }
}
