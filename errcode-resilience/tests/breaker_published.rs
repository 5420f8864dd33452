//! What the tests of other circuit breakers expect (sony/gobreaker, resilience4j, Polly, failsafe-go, cockatiel,
//! Hystrix), as tables of events.
//!
//! An event is one of these words; a word of letters is a call for each letter:
//!
//! - `s`uccess, `f`ailure, `i`gnored, `r`efused; `a` begins a call, which `S`, `F` and `D` end: with a success, with a
//!   failure, dropped. The oldest one ends first.
//! - `+5s`, `+100ms`: time passes.
//! - `!open`, `!close`, `!force`, `!disable`: it is steered by hand.
//! - `=Open`: its state; `#5/2`: five calls in the window, of which two failed; `?3`: three refusals so far.

use errcode_resilience::{CircuitBreaker, CircuitBreakerBuilder, Dependency, Permit};
use std::{collections::VecDeque, time::Duration};
use tokio::time::advance;

static LLM: Dependency = Dependency::new("llm");

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn call<'b>(
    breaker: &'b CircuitBreaker,
    under_way: &mut VecDeque<Permit<'b>>,
    event: char,
) -> bool {
    if matches!(event, 'S' | 'F' | 'D') {
        let permit = under_way.pop_front().expect("a call under way");
        match event {
            'S' => permit.success(),
            'F' => permit.failure(),
            _ => drop(permit),
        }
        return true;
    }
    match (event, breaker.try_acquire()) {
        ('s', Ok(permit)) => permit.success(),
        ('f', Ok(permit)) => permit.failure(),
        ('i', Ok(permit)) => permit.ignore(),
        ('a', Ok(permit)) => under_way.push_back(permit),
        (event, result) => return event == 'r' && result.is_err(),
    }
    true
}

fn passed(text: &str) -> Duration {
    let number = |digits: &str| digits.parse().expect("a number");
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(number(millis)),
        None => secs(number(text.trim_end_matches('s'))),
    }
}

async fn replay(of: &str, kind: CircuitBreakerBuilder, events: &str) {
    let breaker = kind.build(&LLM);
    let mut under_way = VecDeque::new();
    for (at, word) in events.split_whitespace().enumerate() {
        let holds = match word.split_at(1) {
            ("+", time) => {
                advance(passed(time)).await;
                true
            }
            ("=", state) => format!("{:?}", breaker.state()) == state,
            ("#", counts) => {
                let metrics = breaker.metrics();
                format!("{}/{}", metrics.calls, metrics.failures) == counts
            }
            ("?", refused) => breaker.metrics().refused.to_string() == refused,
            ("!", by_hand) => {
                match by_hand {
                    "open" => breaker.open(),
                    "close" => breaker.close(),
                    "force" => breaker.force_open(),
                    _ => breaker.disable(),
                }
                true
            }
            _ => word.chars().all(|event| call(&breaker, &mut under_way, event)),
        };
        assert!(holds, "{of}: `{word}` at {at} of `{events}`: {:?}", breaker.metrics());
    }
}

/// Its default opens at the sixth failure in a row, for a minute, and lets one probe through.
#[tokio::test(start_paused = true)]
async fn gobreaker() {
    let default = CircuitBreaker::consecutive(6, secs(60), 1);
    for events in [
        "fffff =Closed s =Closed f =Closed fffff =Open rr ?2 +59s =Open +1s =HalfOpen f =Open",
        "ffffff =Open +60s =HalfOpen s =Closed #0/0",
        // A request of an earlier generation has no effect.
        "a ffffff =Open S =Open +60s a =HalfOpen S =Closed #0/0",
        "a ffffff +60s s =Closed F #0/0 =Closed",
    ] {
        replay("the default", default.clone(), events).await;
    }
    let ratio = CircuitBreaker::time_window(secs(30), 0.6).minimum_calls(3);
    let ratio = ratio.open_for(secs(90)).half_open_calls(3);
    for events in [
        "sfsfsfsfsf =Closed #10/5 +29s s #11/5 =Closed",
        // Its interval starts over after 30 seconds; this window slides, so it still has the success of before.
        "sfsf +29s s +1s f #2/1 s f =Closed #4/2 f =Open",
        "sff =Open +90s =HalfOpen ss =HalfOpen #2/0 a r S =Closed #0/0",
    ] {
        replay("a ratio", ratio.clone(), events).await;
    }
}

#[tokio::test(start_paused = true)]
async fn resilience4j() {
    let count = CircuitBreaker::count_window(10, 1.0).minimum_calls(10);
    replay("counts", count, "ssff #4/2 ffffssss #10/6 sss #10/3").await;
    let count = CircuitBreaker::count_window(10, 0.5).minimum_calls(10);
    replay("counts", count, "ssff =Closed ffff =Closed ss =Open rr ?2").await;

    let time = CircuitBreaker::time_window(secs(5), 0.5).minimum_calls(5).buckets(5);
    let time = time.open_for(secs(5)).half_open_calls(4);
    for events in [
        "fff #3/3 =Closed s #4/3 =Closed s =Open r ?1",
        "!open r +3s =Open r ?2 +3s a =HalfOpen #0/0",
        "!force r ?1 +3600s r =ForcedOpen !close s =Closed",
        "!disable ffffffffffff =Disabled #0/0 !close #0/0",
        "!open +5s aaaa rr D a r",
        // Opened again, the probes of before hold no place.
        "!open +5s aaaa rr !open +5s aaaa rr",
        // Ignored results are none, and make room.
        "iiiiiiiiii #0/0 =Closed !open +5s iiiiiiii =HalfOpen aaaa r",
        "!open +5s ffss =Open",
        "!open +5s sfss =Closed #0/0",
        "!open +5s sss =HalfOpen s =Closed",
        "!open +5s fff =HalfOpen f =Open",
    ] {
        replay("states", time.clone(), events).await;
    }
    let never = time.minimum_calls(u32::MAX);
    for events in [
        "f +100ms s #2/1 +700ms s #3/1 +4s #3/1 +1s #0/0 +100ms s #1/0",
        "f +100ms s +100ms s #3/1 +1s s #4/1 +1s s #5/1 +1s f #6/2 +1s s #7/2 +1s s #5/1 +1s s #5/1 +5s s #1/0",
    ] {
        replay("a time window", never.clone(), events).await;
    }
}

/// Slow calls: of five calls three, one of which failed.
#[tokio::test(start_paused = true)]
async fn resilience4j_slow_calls() {
    let kind = CircuitBreaker::time_window(secs(60), 1.0).minimum_calls(5);
    for events in [
        "a +5s F =Closed a +5s S =Closed a +100ms F a +100ms S =Closed a +5s S =Open",
        // All at once, of which the first ones end in time.
        "aaaaa +3s SS +1s SS =Closed S =Open",
    ] {
        replay("slow calls", kind.clone().slow_calls(secs(4), 0.5), events).await;
    }
}

#[tokio::test(start_paused = true)]
async fn polly() {
    let kind = CircuitBreaker::time_window(secs(10), 1.0).minimum_calls(u32::MAX).buckets(10);
    for events in [
        "#0/0 f ssss #5/1",
        "fs +2s #2/1 fs +2s #4/2 ss +2s ss +2s #8/2 ss +2s #8/1 +2s #6/0",
        "s +1s s +1s s +1s s +1s s +1s s +1s s +1s s +1s s +1s s +1s #9/0 +1s #8/0",
        "ss +10s #0/0",
        "ss +10001ms #0/0",
        "s !close #0/0",
    ] {
        replay("health", kind.clone(), events).await;
    }
    let kind = CircuitBreaker::time_window(secs(30), 0.5).minimum_calls(2).half_open_calls(1);
    for events in [
        "!force r =ForcedOpen !close s",
        "ff =Open r +30s a r =HalfOpen S =Closed",
        "ff =Open +30s a r F =Open +30s s =Closed",
        // A failure that ends while it is open changes nothing.
        "a ff =Open F =Open +29s r +1s s =Closed",
    ] {
        replay("states", kind.clone(), events).await;
    }
}

/// A ratio of its closed and half-open states is the same share of a window and of the probes here.
#[tokio::test(start_paused = true)]
async fn failsafe_go() {
    let in_a_row = CircuitBreaker::consecutive(3, secs(60), 3);
    for events in [
        "fsff =Closed f =Open",
        "sfsfsfsfsfsf =Closed",
        "!open +60s ss =HalfOpen f =Open",
        "!open +60s sf =Open",
        "!open +60s f =Open",
        "!open +60s ss =HalfOpen s =Closed",
    ] {
        replay("failures in a row", in_a_row.clone(), events).await;
    }
    let two_of_three = CircuitBreaker::count_window(3, 2.0 / 3.0).half_open_calls(3);
    for events in [
        "fs =Closed f =Open",
        "!open +30s fs =HalfOpen f =Open",
        "!open +30s fs =HalfOpen s =Closed",
    ] {
        replay("two of three", two_of_three.clone(), events).await;
    }
    let three_of_four = CircuitBreaker::count_window(4, 0.75);
    replay("three of four", three_of_four, "sfsfsfsfsfsfsfsfsfsfsfsfsfsf #4/2 =Closed").await;
    let two_probes_of_four = CircuitBreaker::count_window(5, 0.5).half_open_calls(4);
    for events in ["!open +30s sfs =HalfOpen f =Open", "!open +30s sfs =HalfOpen s =Closed"] {
        replay("probes", two_probes_of_four.clone(), events).await;
    }
}

/// It opens above its threshold, and not at it.
#[tokio::test(start_paused = true)]
async fn cockatiel() {
    let count = CircuitBreaker::count_window(100, 0.51).minimum_calls(50);
    let (s24, f24) = ("s".repeat(24), "f".repeat(24));
    for events in [
        format!("{f24}{f24}f =Closed"),
        format!("{s24}s{f24}f #50/25 =Closed"),
        format!("{s24}{f24}f =Closed f =Open"),
    ] {
        replay("counts", count.clone(), &events).await;
    }
    let sampling = CircuitBreaker::time_window(secs(5), 0.51).minimum_calls(15).buckets(5);
    for events in [
        "+1s fss +1s fssfss +1s fssfssfss +1s fssfssfssfss +1s fssfssfssfssfss \
         +1s fssfssfssfssfssfss #60/20 =Closed"
            .to_owned(),
        format!("{} =Closed", "f +500ms ".repeat(10)),
    ] {
        replay("samples", sampling.clone(), &events).await;
    }
    for pairs in 10..20 {
        let events = format!("{} =Closed f =Open", "sf =Closed +250ms ".repeat(pairs));
        replay("samples", sampling.clone(), &events).await;
    }
}

/// Its defaults: half of at least twenty calls in ten seconds, and one probe each five seconds.
#[tokio::test(start_paused = true)]
async fn hystrix() {
    let kind = CircuitBreaker::time_window(secs(10), 0.5).minimum_calls(20).buckets(10);
    let kind = kind.open_for(secs(5)).half_open_calls(1);
    let f19 = "f".repeat(19);
    for events in [
        format!("{f19} =Closed f =Open r ?1 +4999ms r +1ms a r F =Open +5s a r S =Closed #0/0"),
        "ssssssssssssfffffff =Closed ffff =Closed f =Open".to_owned(),
        // A probe that is neither success nor failure makes room for another one.
        format!("{f19}f =Open +5s i =HalfOpen a r S =Closed"),
        // Low volume never opens it, however long it goes on.
        format!("{} =Closed", "f +600ms ".repeat(40)),
    ] {
        replay("the default", kind.clone(), &events).await;
    }
}
