//! The waits between attempts.

use errcode_resilience::{Budget, Jitter, Retry, retry_after};
use std::time::{Duration, SystemTime};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn retry(jitter: Jitter) -> Retry {
    Retry::new(7).base(millis(100)).factor(2.0).cap(millis(1_000)).jitter(jitter)
}

#[test]
fn without_jitter_the_waits_grow_by_the_factor_up_to_the_cap() {
    let waits: Vec<_> = retry(Jitter::None).delays(1).map(|wait| wait.as_millis()).collect();
    assert_eq!(waits, [100, 200, 400, 800, 1_000, 1_000]);
    let thrice = Retry::new(4).base(millis(10)).factor(3.0).jitter(Jitter::None);
    assert_eq!(thrice.delays(1).collect::<Vec<_>>(), [millis(10), millis(30), millis(90)]);
}

#[test]
fn a_seed_replays_the_waits_as_a_table() {
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::Decorrelated] {
        let table: Vec<_> = retry(jitter).delays(42).collect();
        assert_eq!(table.len(), 6);
        assert_eq!(table, retry(jitter).delays(42).collect::<Vec<_>>());
        assert_ne!(table, retry(jitter).delays(43).collect::<Vec<_>>());
    }
}

/// The waits at one place of ten thousand calls, in milliseconds, sorted.
fn spread(jitter: Jitter, place: usize) -> Vec<f64> {
    let of = |seed| retry(jitter).delays(seed).nth(place).expect("a wait").as_secs_f64() * 1_000.0;
    let mut waits: Vec<f64> = (0..10_000).map(of).collect();
    waits.sort_by(f64::total_cmp);
    waits
}

/// Quarters of an even distribution lie where they should, to two percent of its width.
fn assert_even(waits: &[f64], from: f64, to: f64) {
    assert!(waits[0] >= from && waits[waits.len() - 1] <= to, "{} {}", waits[0], waits[9_999]);
    for (part, at) in [(0.01, 100), (0.25, 2_500), (0.5, 5_000), (0.75, 7_500), (0.99, 9_900)] {
        let expected = from + (to - from) * part;
        assert!((waits[at] - expected).abs() < (to - from) * 0.02, "{part}: {}", waits[at]);
    }
}

#[test]
fn full_jitter_is_even_between_nothing_and_the_exponential_wait() {
    for (place, most) in [(0, 100.0), (2, 400.0), (5, 1_000.0)] {
        assert_even(&spread(Jitter::Full, place), 0.0, most);
    }
}

#[test]
fn equal_jitter_is_even_over_the_upper_half() {
    for (place, most) in [(0, 100.0), (2, 400.0), (5, 1_000.0)] {
        assert_even(&spread(Jitter::Equal, place), most / 2.0, most);
    }
}

#[test]
fn decorrelated_jitter_is_even_up_to_three_times_the_wait_before() {
    assert_even(&spread(Jitter::Decorrelated, 0), 100.0, 300.0);
    for seed in 0..1_000 {
        let mut before = millis(100);
        for wait in retry(Jitter::Decorrelated).delays(seed) {
            assert!(wait >= millis(100) && wait <= (before * 3).min(millis(1_000)), "{wait:?}");
            before = wait;
        }
    }
}

#[test]
fn extreme_settings_neither_panic_nor_overflow() {
    assert_eq!(Retry::new(0).attempts(), 1);
    assert_eq!(Retry::new(0).delays(1).count(), 0);
    let huge = Retry::new(40).base(Duration::MAX).cap(Duration::MAX).factor(f64::MAX);
    for jitter in [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated] {
        assert_eq!(huge.clone().jitter(jitter).delays(1).len(), 39);
        assert_eq!(huge.clone().jitter(jitter).delays(1).count(), 39);
    }
    for factor in [f64::NAN, 0.0, -3.0] {
        let waits = Retry::new(3).base(millis(5)).factor(factor).jitter(Jitter::None).delays(1);
        assert_eq!(waits.collect::<Vec<_>>(), [millis(5), millis(5)]);
    }
}

#[test]
fn a_peer_s_wait_is_read_in_each_of_its_forms() {
    // Sun, 06 Nov 1994 08:49:30 GMT
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
    let of = |name: &'static str, value: &'static str| {
        retry_after(|asked| (asked == name).then_some(value), now)
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    for (value, wait) in [
        ("0", seconds(0)),
        ("1", seconds(1)),
        (" 120 ", seconds(120)),
        ("99999999999999999999999", seconds(u64::MAX)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", seconds(7)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", seconds(7)),
        ("Sun Nov  6 08:49:37 1994", seconds(7)),
        ("Sun, 06 Nov 1994 08:49:00 GMT", None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("1, 2", None),
        ("1s", None),
        ("soon", None),
        ("Sun, 06 Nov 1994 25:49:37 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 1969 23:59:59 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", seconds(252_618_189_029)),
        ("Sun, 06 Nov 1994 08:49:37 +0100", None),
        ("-99999999999999999999999", None),
        ("1e3", None),
        ("\u{0661}", None),
    ] {
        assert_eq!(of("retry-after", value), wait, "{value:?}");
    }
    assert_eq!(of("retry-after-ms", "1500"), Some(millis(1_500)));
    assert_eq!(of("retry-after-ms", "fast"), None);
    let both = |name| Some(if name == "retry-after-ms" { "fast" } else { "3" });
    assert_eq!(retry_after(both, now), seconds(3));
}

#[test]
fn a_budget_is_a_part_of_the_calls_and_a_burst() {
    let budget = Budget::new(3, 0.1);
    assert_eq!((0..10).filter(|_| budget.withdraw()).count(), 3);
    for _ in 0..1_000 {
        budget.deposit();
    }
    // It holds no more than its capacity.
    assert_eq!((0..10).filter(|_| budget.withdraw()).count(), 3);
    let retries = (0..1_000).filter(|_| {
        budget.deposit();
        budget.withdraw()
    });
    assert_eq!(retries.count(), 100);
    for part in [f64::NAN, -1.0] {
        let budget = Budget::new(0, part);
        budget.deposit();
        assert!(!budget.withdraw());
    }
}
