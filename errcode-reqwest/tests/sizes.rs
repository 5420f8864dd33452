//! Futures of calls are small, since callers move them and keep them in their own.

mod support;

use errcode_core::{AppError, Failure};
use errcode_reqwest::HttpError;
use errcode_resilience::with_fallback;
use support::{client, dependency, with_breaker};

#[derive(Debug, AppError)]
#[error("no answer", code = "E5004", category = external)]
struct NoAnswer(#[source] HttpError);

#[test]
fn a_call_takes_less_than_a_page_and_so_does_a_fallback() {
    let dependency = dependency("sizes");
    let peer = with_breaker(dependency, 3);
    let call = || peer.call(client().get("http://127.0.0.1:1/"));
    let coded = async || call().json::<u8>().await.map_err(|error| error.map(NoAnswer));
    let primary = coded();
    assert!(size_of_val(&primary) < 4096, "{}", size_of_val(&primary));
    let stream = call().stream();
    assert!(size_of_val(&stream) < 4096, "{}", size_of_val(&stream));
    let chain = with_fallback(dependency, primary)
        .or("second", |_: Failure| coded())
        .or("third", |_| coded())
        .or_value("none", || 0);
    assert!(size_of_val(&chain) < 8192, "{}", size_of_val(&chain));
}
