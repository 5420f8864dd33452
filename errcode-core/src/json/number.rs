//! Whole numbers.
//!
//! `itoa` takes 24 instructions more for the short numbers of bodies and log lines (`benches/run.sh`, body bytes).

const EIGHT_DIGITS: u64 = 100_000_000;

/// Appends a decimal number.
#[inline]
pub fn push_u64(out: &mut Vec<u8>, number: u64) {
    if number < EIGHT_DIGITS {
        let (digits, zeros) = own_digits(number);
        out.extend_from_slice(&digits);
        out.truncate(out.len() - zeros);
    } else {
        push_long_u64(out, number / EIGHT_DIGITS, number % EIGHT_DIGITS);
    }
}

fn push_long_u64(out: &mut Vec<u8>, upper: u64, lower: u64) {
    push_u64(out, upper);
    out.extend_from_slice(&(eight_digits(lower) | ASCII_ZEROS).to_le_bytes());
}

const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;

/// Returns the digits of a number without the zeros before them, of which 0 keeps one, and how many bytes after them
/// do not count.
#[inline]
const fn own_digits(number: u64) -> ([u8; 8], usize) {
    let digits = eight_digits(number);
    let zeros = digits.trailing_zeros() / 8;
    let zeros = if zeros > 7 { 7 } else { zeros };
    (((digits | ASCII_ZEROS) >> (8 * zeros)).to_le_bytes(), zeros as usize)
}

/// Returns the eight digits of a number, one per byte, the first one lowest. It is split into halves of four digits,
/// these into quarters of two, these into bytes. Each multiplication divides all parts at once, by 100 and by 10.
const fn eight_digits(number: u64) -> u64 {
    let halves = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let quarters = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (quarters - 10 * tens) << 8
}

/// Appends a decimal number.
pub fn push_i64(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    push_u64(out, number.unsigned_abs());
}

#[cfg(test)]
mod tests {
    use super::{push_i64, push_u64};

    #[test]
    fn numbers() {
        let around = |power: u32| [10_u64.pow(power) - 1, 10_u64.pow(power), 10_u64.pow(power) + 1];
        let edges = (0..20).flat_map(around).chain([u64::MAX, 9_999_000_099_990_000]);
        // Every two digits, at every position.
        let pairs = (0..100_000_000).step_by(9_973).chain(0..10_100);
        for number in edges.chain(pairs) {
            let mut out = Vec::new();
            push_u64(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            push_i64(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
