//! What becomes of tasks.

use errcode_runtime::{Context, guarded};
use std::net::TcpListener;
use {{ crate }}::{CATALOG, Queue, check, run};

/// Returns how the check of an address ends.
async fn ends(address: &str) -> String {
    guarded(Context::task(address), check(address)).await.to_string()
}

/// Returns an address that nothing listens at.
fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

#[tokio::test]
async fn the_code_says_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let open = listener.local_addr().expect("an address").to_string();
    assert_eq!(ends(&open).await, "done");
    assert_eq!(ends("nowhere").await, "failed: B1001");
    assert_eq!(ends(&closed()).await, "retry: B2001 (after 100ms)");
}

{% if database %}
{% if database == "sqlite" %}
async fn queue() -> Option<Queue> {
    Some(Queue::open("sqlite::memory:").await.expect("a database"))
}
{% else %}
/// Returns the queue, or says that the test is skipped.
async fn queue() -> Option<Queue> {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("skipped: `DATABASE_URL` is not set");
        return None;
    };
    Some(Queue::open(&url).await.expect("a database"))
}
{% endif %}

#[tokio::test]
async fn the_table_has_how_each_task_ended() {
    let Some(queue) = queue().await else { return };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let open = listener.local_addr().expect("an address").to_string();
    queue.add(&open).await.expect("a task");
    queue.add("nowhere").await.expect("a task");
    run(queue.clone()).await;
    let rows = queue.rows().await.expect("the rows");
    let row = |address: &str, state: &str, result: &str| {
        (address.to_owned(), state.to_owned(), result.to_owned())
    };
    assert!(rows.contains(&row(&open, "done", "")), "{rows:?}");
    let result = "B1001 Write an IP address, a colon and a port.";
    assert!(rows.contains(&row("nowhere", "failed", result)), "{rows:?}");
}
{% else %}
#[tokio::test]
async fn a_task_is_done_again_as_its_code_says() {
    let closed = closed();
    let queue = Queue::new([closed.clone(), "nowhere".to_owned()]);
    let tally = run(queue.clone()).await;
    assert_eq!((tally.failed, tally.retried), (1, 3));
    let ended = queue.ended();
    let end = |address: &str, end: &str| (address.to_owned(), end.to_owned());
    assert_eq!(ended, [end("nowhere", "failed: B1001"), end(&closed, "failed: B2001")]);
}
{% endif %}

#[test]
fn every_text_is_translated() {
    CATALOG.check_translations().unwrap();
}
