//! Instructions and allocations of a policy around a call that succeeds at once: `resilience CASE COUNT` runs a case so
//! many times, `resilience list` names them, and `resilience threads` compares one thread with two.

use backon::Retryable as _;
use errcode_core::AppError;
use errcode_resilience::{
    CircuitBreaker, CircuitBreakerBuilder, Dependency, Limits, Policy, Retry,
};
use failsafe::CircuitBreaker as _;
use std::{
    alloc::{GlobalAlloc, Layout, System},
    future::poll_fn,
    hint::black_box,
    pin::pin,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};
use tower::{Layer as _, Service as _};
use tower_resilience_circuitbreaker::CircuitBreakerLayer;

struct Counting;
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static GLOBAL: Counting = Counting;

#[derive(Debug, AppError)]
#[error("unavailable", code = "E5004", category = external)]
struct Unavailable;

static LLM: Dependency = Dependency::new("llm");

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn drive<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

#[derive(Clone)]
struct Never;

impl tower::retry::Policy<u64, u64, Unavailable> for Never {
    type Future = std::future::Ready<()>;
    fn retry(
        &mut self,
        _: &mut u64,
        result: &mut Result<u64, Unavailable>,
    ) -> Option<Self::Future> {
        result.is_err().then(|| std::future::ready(()))
    }
    fn clone_request(&mut self, request: &u64) -> Option<u64> {
        Some(*request)
    }
}

#[inline(never)]
fn nothing() -> bool {
    black_box(true)
}

#[inline(never)]
fn permit(breaker: &CircuitBreaker) -> bool {
    let Ok(permit) = breaker.try_acquire() else { return false };
    let ok = black_box(true);
    permit.success();
    ok
}

#[inline(never)]
fn policy(policy: &Policy) -> u64 {
    // Opaque when it is polled, as a call is, so that what surrounds it is not optimized away.
    let call = || poll_fn(|_| Poll::Ready(Ok::<_, Unavailable>(black_box(7))));
    drive(policy.call(call)).unwrap_or(0)
}

fn consecutive() -> CircuitBreakerBuilder {
    CircuitBreaker::consecutive(5, secs(30), 3)
}

fn timed() -> CircuitBreakerBuilder {
    CircuitBreaker::time_window(secs(10), 0.5)
}

fn whole(breaker: CircuitBreakerBuilder) -> Policy {
    Policy::new(&LLM)
        .deadline(secs(30))
        .retry(Retry::new(3))
        .limits(Limits::new().concurrency(16))
        .breaker(breaker)
        .attempt_timeout(secs(10))
}

/// The name, and the case of ours that a peer is compared with. Each has the loop and the call itself too.
const CASES: [(&str, &str); 16] = [
    (NOTHING, ""),
    ("breaker, consecutive failures", ""),
    ("breaker, time window", ""),
    ("breaker, count window of 100", ""),
    ("breaker, count window with a failure", ""),
    ("recloser", "breaker, count window of 100"),
    ("tower-resilience", "breaker, count window of 100"),
    ("failsafe", "breaker, consecutive failures"),
    ("retry", ""),
    ("tower retry", "retry"),
    ("backon", "retry"),
    ("tokio-retry2", "retry"),
    ("policy, only the name", ""),
    ("policy, all of it, consecutive failures", ""),
    ("policy, all of it, time window", ""),
    ("a reading of the clock", ""),
];
const NOTHING: &str = "nothing: the loop and the call itself";

fn repeat<R>(count: u64, mut run: impl FnMut() -> R) {
    for _ in 0..count {
        black_box(run());
    }
}

fn run(case: &str, count: u64) {
    match CASES.iter().position(|(known, _)| *known == case).expect("a case of `list`") {
        0 => repeat(count, nothing),
        1 => breaker(count, consecutive()),
        2 => breaker(count, timed()),
        3 => breaker(count, CircuitBreaker::count_window(100, 0.5)),
        4 => {
            let breaker = CircuitBreaker::count_window(1_000_000, 0.5).build(&LLM);
            repeat(10, || permit(&breaker));
            breaker.try_acquire().expect("closed").failure();
            repeat(count, || permit(black_box(&breaker)));
        }
        8 => {
            let retry = Retry::new(3);
            let call = || std::future::ready(Ok::<_, Unavailable>(black_box(7_u64)));
            repeat(count, || drive(black_box(&retry).call(&LLM, call)).unwrap_or(0));
        }
        12 => under(count, &Policy::new(&LLM)),
        13 => under(count, &whole(consecutive())),
        14 => under(count, &whole(timed())),
        15 => repeat(count, tokio::time::Instant::now),
        peer => run_peer(peer, count),
    }
}

fn run_peer(case: usize, count: u64) {
    let inner = tower::service_fn(|n: u64| std::future::ready(Ok::<_, Unavailable>(n)));
    match case {
        5 => {
            let breaker = recloser::Recloser::custom().error_rate(0.5).closed_len(100).build();
            repeat(count, || black_box(&breaker).call(|| Ok::<_, ()>(black_box(true))).is_ok());
        }
        6 => {
            let layer = CircuitBreakerLayer::builder().failure_rate_threshold(0.5).build();
            let mut service = layer.expect("valid settings").layer(inner);
            repeat(count, || {
                drive(poll_fn(|context| service.poll_ready(context)))
                    .and_then(|()| drive(service.call(black_box(7))))
                    .unwrap_or(0)
            });
        }
        7 => {
            let breaker = failsafe::Config::new().build();
            repeat(count, || black_box(&breaker).call(|| Ok::<_, ()>(black_box(true))).is_ok());
        }
        9 => {
            let mut service = tower::retry::Retry::new(Never, inner);
            repeat(count, || drive(service.call(black_box(7))).unwrap_or(0));
        }
        10 => {
            let call = || std::future::ready(Ok::<_, ()>(black_box(7_u64)));
            repeat(count, || {
                drive(call.retry(backon::ExponentialBuilder::default()).into_future()).unwrap_or(0)
            });
        }
        _ => {
            let call =
                || std::future::ready(Ok::<_, tokio_retry2::RetryError<()>>(black_box(7_u64)));
            let delays = || tokio_retry2::strategy::ExponentialBackoff::from_millis(2).take(2);
            repeat(count, || drive(tokio_retry2::Retry::spawn(delays(), call)).unwrap_or(0));
        }
    }
}

fn breaker(count: u64, breaker: CircuitBreakerBuilder) {
    let breaker = breaker.build(&LLM);
    repeat(count, || permit(black_box(&breaker)));
}

fn under(count: u64, under: &Policy) {
    repeat(count, || policy(black_box(under)));
}

/// The time of one call, where one thread makes calls and where two do, as a ratio within the run.
fn threads() {
    const COUNT: u64 = 3_000_000;
    // The interference of two threads that share nothing on this machine, to compare the rest with.
    compare("nothing shared", || repeat(COUNT, nothing));
    for (name, kind) in [("consecutive", consecutive()), ("time window", timed())] {
        let breaker = kind.build(&LLM);
        compare(name, || repeat(COUNT, || permit(black_box(&breaker))));
    }
}

fn compare(name: &str, work: impl Fn() + Sync) {
    let time = |threads: usize| {
        let start = Barrier::new(threads);
        let timed = || {
            start.wait();
            let begun = Instant::now();
            work();
            begun.elapsed()
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..threads).map(|_| scope.spawn(timed)).collect();
            all.into_iter().filter_map(|thread| thread.join().ok()).max().unwrap_or_default()
        })
    };
    let best = |threads| (0..7).map(|_| time(threads)).min().unwrap_or_default().as_secs_f64();
    println!("{name:<20} two threads take {:.2} of the time of one", best(2) / best(1));
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [list] if list == "list" => {
            CASES.iter().for_each(|(case, against)| println!("{case}||{against}"));
        }
        [compare] if compare == "threads" => threads(),
        [case, count] => {
            run(case, count.parse().expect("a count"));
            println!("{}", ALLOCATIONS.load(Ordering::Relaxed));
        }
        _ => eprintln!("usage: resilience list | threads | CASE COUNT"),
    }
}
