//! The `traceparent` header of W3C Trace Context level 2, section 3.2.

use crate::{SpanId, TraceId};
use std::fmt;

/// The content of a valid `traceparent`.
///
/// ```
/// use errcode_runtime::{Context, TraceParent};
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let parent = TraceParent::parse(header).unwrap();
/// assert_eq!(parent.to_string(), header);
///
/// let context = Context::builder().trace_parent(Some(parent)).build();
/// assert_eq!(*context.trace_id(), parent.trace_id);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// The trace.
    pub trace_id: TraceId,
    /// The caller's span.
    pub parent_id: SpanId,
    /// [`SAMPLED`](Self::SAMPLED) and [`RANDOM`](Self::RANDOM), as far as they are set; flags that are not defined
    /// are dropped (section 3.2.2.5.3).
    pub flags: u8,
}

impl TraceParent {
    /// The caller may have recorded the trace (section 3.2.2.5.1).
    pub const SAMPLED: u8 = 1;
    /// At least the right-most seven bytes of the trace id are random (section 3.2.2.5.2).
    pub const RANDOM: u8 = 2;

    /// Parses the header; `None` if it is invalid by the specification. Such a header counts as absent.
    ///
    /// ```
    /// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let parent = errcode_runtime::TraceParent::parse(header).unwrap();
    /// assert_eq!(parent.trace_id.as_str(), "4bf92f3577b34da6a3ce929d0e0e4736");
    /// assert_eq!(parent.flags, 1);
    /// ```
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let version = hex_byte(header.get(..2)?)?;
        // Later versions may append fields after another dash; version 00 ends here, and `ff` is forbidden.
        let exact = header.len() == 55;
        let longer = version > 0 && header.as_bytes().get(55) == Some(&b'-');
        if version == 0xff || !(exact || longer) {
            return None;
        }
        let fields: [&str; 3] = [header.get(3..35)?, header.get(36..52)?, header.get(53..55)?];
        if [2, 35, 52].iter().any(|&at| header.as_bytes().get(at) != Some(&b'-')) {
            return None;
        }
        let [trace, parent, flags] = fields;
        // Of the flags of later versions only this one is defined (section 3.2.4).
        let known = if version == 0 { Self::SAMPLED | Self::RANDOM } else { Self::SAMPLED };
        let (trace_id, parent_id) = (TraceId::parse(trace)?, SpanId::parse(parent)?);
        Some(Self { trace_id, parent_id, flags: hex_byte(flags)? & known })
    }
}

/// Writes the header in version 00.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id, self.parent_id, self.flags)
    }
}

const fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn hex_byte(text: &str) -> Option<u8> {
    text.bytes().all(is_lower_hex).then(|| u8::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::TraceParent;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn reads_what_is_valid() {
        let parent = TraceParent::parse(GOOD).unwrap();
        assert_eq!(parent.parent_id.as_str(), "00f067aa0ba902b7");
        assert_eq!(parent.to_string(), GOOD);
        let later = GOOD.replacen("00", "cc", 1) + "-what-the-future-brings";
        assert_eq!(TraceParent::parse(&later).map(|parent| parent.trace_id), Some(parent.trace_id));
        assert!(TraceParent::parse(&GOOD.replacen("00", "cc", 1)).is_some());
    }

    #[test]
    fn keeps_the_flags_it_knows() {
        for (version, sent, kept) in
            [("00", "00", 0), ("00", "02", 2), ("00", "03", 3), ("00", "ff", 3), ("cc", "03", 1)]
        {
            let header = GOOD.replacen("00", version, 1).replace("-01", &format!("-{sent}"));
            assert_eq!(
                TraceParent::parse(&header).map(|parent| parent.flags),
                Some(kept),
                "{header}"
            );
        }
    }

    #[test]
    fn ignores_what_is_not() {
        for bad in [
            String::new(),
            "項目".into(),
            GOOD.to_uppercase(),
            GOOD.replacen("00", "ff", 1),
            GOOD.to_owned() + "-more",
            GOOD.to_owned() + "0",
            GOOD.replacen("00", "cc", 1) + ".more",
            GOOD[..54].into(),
            GOOD[..52].into(),
            GOOD.replacen("00", "0", 1),
            GOOD.replacen("00", "000", 1),
            GOOD.replacen("00", ".0", 1),
            GOOD.replace("00f067aa0ba902b7", "00f067aa0ba902b"),
            GOOD.replace("00f067aa0ba902b7", "00f067aa0ba902b77"),
            GOOD.replace("00f067aa0ba902b7", "00F067AA0BA902B7"),
            GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e473"),
            GOOD.replacen("00", "cc", 1) + "0",
            GOOD.replacen("00", "cc", 1)[..54].into(),
            GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)),
            GOOD.replace('-', "_"),
            GOOD.replace("-01", "-0g"),
            GOOD.replace("-01", "-+1"),
        ] {
            assert_eq!(TraceParent::parse(&bad), None, "{bad:?}");
        }
    }
}
