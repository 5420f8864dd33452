//! The entries of a row. Readers get zeros where the data is shorter than it should be: a damaged table is wrong, but
//! never a panic.

/// The bytes in front of an entry's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryHead {
    /// One of the constants in [`tag`](crate::tag).
    pub tag: u8,
    /// The length of the entry's text.
    pub text_len: u16,
    /// The length of the data that follows.
    pub data_len: u16,
}

impl EntryHead {
    /// The bytes of a head.
    pub const SIZE: usize = 5;

    /// Returns the bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        let ([t0, t1], [d0, d1]) = (self.text_len.to_le_bytes(), self.data_len.to_le_bytes());
        [self.tag, t0, t1, d0, d1]
    }

    /// Reads a head from its bytes.
    #[inline]
    #[must_use]
    pub const fn from_bytes([tag, t0, t1, d0, d1]: [u8; Self::SIZE]) -> Self {
        Self { tag, text_len: u16::from_le_bytes([t0, t1]), data_len: u16::from_le_bytes([d0, d1]) }
    }
}

/// The first bytes of the data, or zeros.
#[inline]
const fn first<const N: usize>(data: &[u8]) -> [u8; N] {
    match data.first_chunk() {
        Some(bytes) => *bytes,
        None => [0; N],
    }
}

/// How a detail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetailKind {
    /// As the value's text.
    Text,
    /// As the value's JSON.
    Json,
    /// As the value's JSON, with numbers as strings.
    JsonText,
}

/// The data of [`tag::DETAIL`](crate::tag::DETAIL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailData {
    /// The argument with the value.
    pub argument: u8,
    /// How the value is written.
    pub kind: DetailKind,
    /// The length of the member's name.
    pub name_len: u16,
    /// The length of the field's type.
    pub type_len: u16,
}

impl DetailData {
    /// The bytes of the data.
    pub const SIZE: usize = 6;

    /// Returns the bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        let ([n0, n1], [t0, t1]) = (self.name_len.to_le_bytes(), self.type_len.to_le_bytes());
        [self.argument, self.kind as u8, n0, n1, t0, t1]
    }

    /// Reads the data.
    #[inline]
    #[must_use]
    pub const fn read(data: &[u8]) -> Self {
        let [argument, kind, n0, n1, t0, t1] = first(data);
        Self {
            argument,
            kind: match kind {
                0 => DetailKind::Text,
                1 => DetailKind::Json,
                _ => DetailKind::JsonText,
            },
            name_len: u16::from_le_bytes([n0, n1]),
            type_len: u16::from_le_bytes([t0, t1]),
        }
    }
}

/// The data of [`tag::SUBJECT`](crate::tag::SUBJECT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectData {
    /// What the value is: [`SubjectKind::Violations`](crate::SubjectKind::Violations) has an entry of its own.
    pub kind: crate::SubjectKind,
    /// The argument with the value, or [`NO_ARG`](crate::NO_ARG).
    pub argument: u8,
}

impl SubjectData {
    /// Returns the bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 2] {
        [self.kind as u8 + 1, self.argument]
    }

    /// Reads the data.
    #[inline]
    #[must_use]
    pub const fn read(data: &[u8]) -> Self {
        let [kind, argument] = first(data);
        let kind = match kind {
            1 => crate::SubjectKind::Pointer,
            2 => crate::SubjectKind::Parameter,
            _ => crate::SubjectKind::Header,
        };
        Self { kind, argument }
    }
}

/// The data of [`tag::HEADER`](crate::tag::HEADER).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderData {
    /// The length of the header's name.
    pub name_len: u16,
    /// The argument with the value, or [`NO_ARG`](crate::NO_ARG).
    pub argument: u8,
}

impl HeaderData {
    /// The bytes of the data.
    pub const SIZE: usize = 3;

    /// Returns the bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        let [n0, n1] = self.name_len.to_le_bytes();
        [n0, n1, self.argument]
    }

    /// Reads the data.
    #[inline]
    #[must_use]
    pub const fn read(data: &[u8]) -> Self {
        let [n0, n1, argument] = first(data);
        Self { name_len: u16::from_le_bytes([n0, n1]), argument }
    }
}

/// One placeholder of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceholderData {
    /// The length of the literal before it.
    pub literal_len: u16,
    /// The argument that it shows.
    pub argument: u8,
}

impl PlaceholderData {
    /// The bytes of a placeholder.
    pub const SIZE: usize = 3;

    /// Returns the bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        let [l0, l1] = self.literal_len.to_le_bytes();
        [l0, l1, self.argument]
    }

    /// Reads a placeholder from its bytes.
    #[inline]
    #[must_use]
    pub const fn from_bytes([l0, l1, argument]: [u8; Self::SIZE]) -> Self {
        Self { literal_len: u16::from_le_bytes([l0, l1]), argument }
    }
}

/// The data of [`tag::ALERT_OVER`](crate::tag::ALERT_OVER).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdData(pub crate::AlertThreshold);

impl ThresholdData {
    /// Returns the bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 12] {
        let [c0, c1, c2, c3] = self.0.count.to_le_bytes();
        let [w0, w1, w2, w3, w4, w5, w6, w7] = self.0.window_ms.to_le_bytes();
        [c0, c1, c2, c3, w0, w1, w2, w3, w4, w5, w6, w7]
    }

    /// Reads the data.
    #[must_use]
    pub const fn read(data: &[u8]) -> Self {
        let [c0, c1, c2, c3, w0, w1, w2, w3, w4, w5, w6, w7] = first(data);
        let count = u32::from_le_bytes([c0, c1, c2, c3]);
        Self(crate::AlertThreshold::new(
            count,
            u64::from_le_bytes([w0, w1, w2, w3, w4, w5, w6, w7]),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertThreshold, SubjectKind};

    #[test]
    fn data_is_read_as_it_was_written() {
        let head = EntryHead { tag: 5, text_len: 0x0201, data_len: 0x0403 };
        assert_eq!(head.to_bytes(), [5, 1, 2, 3, 4]);
        assert_eq!(EntryHead::from_bytes(head.to_bytes()), head);
        for kind in [DetailKind::Text, DetailKind::Json, DetailKind::JsonText] {
            let detail = DetailData { argument: 7, kind, name_len: 300, type_len: 3 };
            assert_eq!(DetailData::read(&detail.to_bytes()), detail);
        }
        for kind in [SubjectKind::Pointer, SubjectKind::Parameter, SubjectKind::Header] {
            let subject = SubjectData { kind, argument: crate::NO_ARG };
            assert_eq!(SubjectData::read(&subject.to_bytes()), subject);
        }
        let header = HeaderData { name_len: 300, argument: 2 };
        assert_eq!(HeaderData::read(&header.to_bytes()), header);
        let placeholder = PlaceholderData { literal_len: 300, argument: 2 };
        assert_eq!(PlaceholderData::from_bytes(placeholder.to_bytes()), placeholder);
        let threshold = ThresholdData(AlertThreshold::new(20, 60_000));
        assert_eq!(ThresholdData::read(&threshold.to_bytes()), threshold);
    }

    #[test]
    fn short_data_is_zeros() {
        assert_eq!(HeaderData::read(&[1, 2]), HeaderData { name_len: 0, argument: 0 });
        assert_eq!(ThresholdData::read(&[]).0, AlertThreshold::new(0, 0));
    }
}
