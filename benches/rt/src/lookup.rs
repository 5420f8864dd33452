//! A code among ten thousand, seven times of eight one that exists.

use std::{collections::HashMap, hint::black_box};

mod big {
    #![allow(dead_code)]
    include!(concat!(env!("OUT_DIR"), "/big.rs"));
}

fn repeat<T>(count: u64, look_up: impl Fn(&str) -> Option<T>) {
    let number = |i: u32| i * 1237 + if i == 7 { 20_000 } else { 0 };
    let codes: Vec<String> = (0..8).map(|i| format!("E{:05}", number(i))).collect();
    assert_eq!(codes.iter().filter(|code| look_up(code).is_some()).count(), 7);
    let mut at = 0;
    for _ in 0..count {
        at = (at + 1) & 7;
        black_box(look_up(black_box(&codes[at])));
    }
}

pub fn ours(count: u64) {
    repeat(count, |code| big::BIG.lookup(code));
}

pub fn ahash(count: u64) {
    let all: HashMap<&str, u32, ahash::RandomState> =
        big::TABLE.entries().map(|(code, number)| (*code, *number)).collect();
    repeat(count, |code| all.get(code).copied());
}

pub fn phf(count: u64) {
    repeat(count, |code| big::TABLE.get(code).copied());
}
