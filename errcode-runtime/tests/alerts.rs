//! Alerts, from the failure to the channel.

use errcode_core::{AppError, Failure, Journey};
use errcode_runtime::{
    Context, JsonLines, Report, Served, ServiceInfo, TraceId,
    alert::{AlertKind, AlertMessage, Alerts, Channel, Undelivered, Webhook},
};
use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, SystemTime},
};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, AppError)]
enum BotError {
    #[error(
        "tracker {host} unreachable", code = "E2301", category = external, owner = "integrations",
        title = "Tracker unreachable", help = "Look at the tracker's status page.", runbook = "https://run/{code}",
        alert(page)
    )]
    Unreachable {
        host: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("tracker is slow", code = "E2302", category = external, title = "Tracker is slow")]
    Slow,
    #[error("no ticket", code = "E2303", status = 404)]
    NoTicket,
    #[error(
        "cache missed", code = "E2304", category = external, title = "Cache misses", alert(over = "3/1m")
    )]
    Missed,
}

errcode_core::catalog! {
    static CATALOG = [BotError];
    docs = "https://errors.example.com/{code}";
}

/// Observers are the process's, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unreachable() -> Failure {
    let cause =
        std::io::Error::other("refused: http://bot:secret@tracker/api?key=1\nsecond\u{202e} line");
    BotError::Unreachable { host: "tracker-7".into(), cause }.into()
}

fn report(failure: impl Into<Failure>) {
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    let context = Context::builder().trace_id(trace).catalog(&CATALOG).build();
    context.enter(|| report_here(failure));
}

fn report_here(failure: impl Into<Failure>) {
    let mut served = Served::default();
    (served.method, served.route) = (Some("POST"), Some("/tickets/{id}"));
    Report::new(&failure.into(), served).emit();
}

/// A channel that passes its messages to the test.
struct ToTest(Mutex<Sender<AlertMessage>>);

impl Channel for ToTest {
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
        let sent = self.0.lock().unwrap().send(message.clone());
        sent.map_err(|_| Undelivered::refused("the test has ended"))
    }
}

fn to_test() -> (ToTest, Receiver<AlertMessage>) {
    let (sender, messages) = mpsc::channel();
    (ToTest(Mutex::new(sender)), messages)
}

#[test]
fn the_texts() {
    let _alone = alone();
    ServiceInfo::new("ticket-bot").version("1.2.0").environment("staging").set();
    let (channel, messages) = to_test();
    let (window, quiet) = (Duration::from_millis(20), Duration::from_millis(200));
    let alerts = Alerts::new().to(channel).window(window).resolved_after(quiet).start().unwrap();
    for _ in 0..3 {
        report(unreachable());
    }
    let first = messages.recv().unwrap();
    assert_eq!((first.kind, &*first.codes), (AlertKind::Fired, &[("E2301", 1)][..]));
    assert_eq!(
        first.text,
        "[page] E2301 Tracker unreachable: 1 failure\n\
         service: ticket-bot 1.2.0 (staging)\n\
         route: POST /tickets/{id}\n\
         cause: refused: http://tracker/api\n\
         help: Look at the tracker's status page.\n\
         runbook: https://run/E2301\n\
         owner: integrations\n\
         trace: 4bf92f3577b34da6a3ce929d0e0e4736\n\
         page: https://errors.example.com/E2301"
    );
    let again = messages.recv().unwrap();
    assert_eq!((again.kind, &*again.codes), (AlertKind::Again, &[("E2301", 2)][..]));
    assert_eq!(
        again.text,
        "[page] E2301 Tracker unreachable: 2 more failures in 0s\nservice: ticket-bot 1.2.0 (staging)"
    );
    let resolved = messages.recv().unwrap();
    assert_eq!(resolved.kind, AlertKind::Resolved);
    assert_eq!(
        resolved.text,
        "[resolved] E2301 Tracker unreachable: no failure for 0s, 3 failures in all\n\
         service: ticket-bot 1.2.0 (staging)"
    );
    drop(alerts);
    assert!(messages.recv().is_err(), "nothing is left to say");
}

#[test]
fn an_alert_has_the_facts_of_the_context() {
    let _alone = alone();
    let (channel, messages) = to_test();
    let alerts = Alerts::new().to(channel).start().unwrap();
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    Context::builder().trace_id(trace).build().enter(|| {
        Context::with("tenant", "acme\n\u{202e}[page] E1: all is lost");
        Context::with("plan", "gold");
        report_here(Failure::from(BotError::Slow).attach("note", "for the log"));
    });
    let text = messages.recv().unwrap().text;
    let context = "\ntrace: 4bf92f3577b34da6a3ce929d0e0e4736\ncontext: tenant=acme[page] E1: all is lost, plan=gold";
    assert!(text.ends_with(context), "{text}");
    Context::new().enter(|| {
        Context::with("tenant", "t".repeat(1 << 20));
        Context::with("plan", "gold");
        report_here(unreachable());
    });
    let text = messages.recv().unwrap().text;
    assert!(text.ends_with(&format!("\ncontext: tenant={}…", "t".repeat(293))), "{text}");
    drop(alerts);
}

#[test]
fn the_codes_of_a_dependency_share_their_messages() {
    let _alone = alone();
    let (channel, messages) = to_test();
    let alerts = Alerts::new().to(channel).start().unwrap();
    let mut journey = Journey::default();
    journey.dependency = Some("tracker");
    for failure in [unreachable(), BotError::Slow.into(), unreachable(), BotError::Slow.into()] {
        report(failure.with_journey(journey.clone()));
    }
    report(BotError::NoTicket);
    assert_eq!((alerts.counts().fired, alerts.counts().suppressed), (1, 3));
    drop(alerts);
    let texts: Vec<_> = messages.iter().map(|message| message.text).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    let last = "[page] tracker: 3 more failures in 60s\nE2302 Tracker is slow: 2\nE2301 Tracker unreachable: 1";
    assert!(texts[1].starts_with(last), "{texts:?}");
}

#[test]
fn a_sample_is_counted_and_named_as_one() {
    let _alone = alone();
    let (channel, messages) = to_test();
    let alerts = Alerts::new().to(channel).sample("E2302", 10).sample("E2301", 0).start().unwrap();
    for _ in 0..45 {
        report(BotError::Slow);
    }
    report(unreachable());
    let counts = alerts.counts();
    assert_eq!((counts.sampled, counts.fired, counts.suppressed), (41, 2, 3));
    drop(alerts);
    let texts: Vec<_> = messages.iter().map(|message| message.text).collect();
    let first = |text: &String| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(
        texts.iter().map(first).collect::<Vec<_>>(),
        [
            "[notice] E2302 Tracker is slow: 1 failure in a sample of 1 in 10",
            "[page] E2301 Tracker unreachable: 1 failure",
            "[notice] E2302 Tracker is slow: 3 more failures in 60s in a sample of 1 in 10",
        ]
    );
}

#[test]
fn a_message_over_a_threshold_counts_its_window() {
    let _alone = alone();
    let (channel, messages) = to_test();
    let alerts = Alerts::new().to(channel).start().unwrap();
    for _ in 0..4 {
        report(BotError::Missed);
    }
    assert_eq!((alerts.counts().fired, alerts.counts().suppressed), (1, 3));
    drop(alerts);
    let texts: Vec<_> = messages.iter().map(|message| message.text).collect();
    let first = |text: &String| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(
        texts.iter().map(first).collect::<Vec<_>>(),
        [
            "[notice] E2304 Cache misses: 3 failures (alert over 3/1m)",
            "[notice] E2304 Cache misses: 1 more failure in 60s",
        ]
    );
}

#[test]
fn every_failure_of_a_storm_is_counted_once() {
    let _alone = alone();
    let each = if env::var_os("ERRCODE_TEST_FULL").is_some() { 250_000 } else { 10_000 };
    let (channel, messages) = to_test();
    let alerts = Alerts::new().to(channel).max_groups(1).start().unwrap();
    thread::scope(|scope| {
        for error in
            [|| BotError::Slow, || BotError::Slow, || BotError::Slow, || BotError::NoTicket]
        {
            scope.spawn(move || {
                Context::new().enter(|| (0..each).for_each(|_| report_here(error())));
            });
        }
    });
    // The one group is taken.
    report(unreachable());
    alerts.mute("E2301", SystemTime::now() + Duration::from_secs(3600));
    report(unreachable());
    let counts = alerts.counts();
    assert_eq!((counts.fired, counts.dropped, counts.muted), (1, 1, 1));
    assert_eq!(counts.suppressed, 3 * each - 1);
    drop(alerts);
    let sent: u64 = messages.iter().flat_map(|message| message.codes).map(|(_, count)| count).sum();
    assert_eq!(sent, 3 * each, "the messages count every failure");
}

/// A channel that blocks until the test lets it go.
#[derive(Clone, Default)]
struct Blocked(Arc<(Mutex<bool>, Condvar)>);

impl Channel for Blocked {
    fn send(&self, _: &AlertMessage) -> Result<(), Undelivered> {
        let (free, changed) = &*self.0;
        drop(changed.wait_while(free.lock().unwrap(), |free| !*free));
        Ok(())
    }
}

#[test]
fn a_channel_that_blocks_or_panics_costs_only_its_own_messages() {
    struct Panics;
    impl Channel for Panics {
        fn send(&self, _: &AlertMessage) -> Result<(), Undelivered> {
            panic!("in the channel")
        }
    }
    let _alone = alone();
    let (channel, messages) = to_test();
    let blocked = Blocked::default();
    let alerts = Alerts::new().to(blocked.clone()).to(Panics).to(channel).start().unwrap();
    report(unreachable());
    assert_eq!(messages.recv().unwrap().kind, AlertKind::Fired);
    let (free, changed) = &*blocked.0;
    *free.lock().unwrap() = true;
    changed.notify_all();
    assert_eq!(alerts.counts().fired, 1);
}

#[test]
fn without_a_channel_that_has_room_a_failure_is_dropped() {
    let _alone = alone();
    let alerts = Alerts::new().start().unwrap();
    report(unreachable());
    assert_eq!((alerts.counts().fired, alerts.counts().dropped), (0, 1));
}

#[test]
fn a_file_mutes_codes() {
    let _alone = alone();
    let file = env::temp_dir().join(format!("errcode-mutes-{}", std::process::id()));
    fs::write(&file, "E2301 9999-12-31T00:00:00Z\n").unwrap();
    let (channel, messages) = to_test();
    let alerts = Alerts::new().to(channel).mute_file(&file).start().unwrap();
    report(unreachable());
    report(BotError::Slow);
    assert_eq!((alerts.counts().muted, alerts.counts().fired), (1, 1));
    drop(alerts);
    fs::remove_file(&file).unwrap();
    assert_eq!(messages.iter().map(|message| message.codes).collect::<Vec<_>>(), [[("E2302", 1)]]);
}

/// A receiver on loopback with an answer for each request; an empty one hangs until the client gives up.
fn receiver(answers: &'static [&'static str]) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hooks/s3cret?token=s3cret", listener.local_addr().unwrap());
    let received = thread::spawn(move || {
        let one = |answer: &&str| serve(&mut listener.accept().unwrap().0, answer);
        answers.iter().map(one).collect()
    });
    (address, received)
}

fn serve(stream: &mut TcpStream, answer: &str) -> String {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"}") {
        let read = stream.read(&mut buffer).unwrap();
        assert_ne!(read, 0, "the request is whole");
        request.extend_from_slice(&buffer[..read]);
    }
    if answer.is_empty() {
        let _ = stream.read(&mut buffer);
    } else {
        let head = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
    }
    String::from_utf8(request).unwrap()
}

/// The log of the process: the channel's thread has no subscriber of its own.
fn log() -> &'static Mutex<String> {
    static LOG: OnceLock<Mutex<String>> = OnceLock::new();
    LOG.get_or_init(|| {
        let layer =
            JsonLines::to(|line| log().lock().unwrap().push_str(str::from_utf8(line).unwrap()));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))
            .unwrap();
        Mutex::default()
    })
}

/// Sends one alert, and returns whether it was delivered.
fn alert_to(address: &str) -> bool {
    let webhook = Webhook::new(address).unwrap().timeout(Duration::from_millis(200));
    let done = Arc::new((Mutex::new(None), Condvar::new()));
    let watched = Watched { webhook, done: Arc::clone(&done) };
    let alerts = Alerts::new().to(watched).backoff(Duration::from_millis(1)).start().unwrap();
    report(BotError::Slow);
    let (last, changed) = &*done;
    let last = changed.wait_while(last.lock().unwrap(), |last: &mut Option<bool>| last.is_none());
    drop(alerts);
    last.unwrap().unwrap_or(false)
}

/// Tells the test how the last attempt ended.
struct Watched {
    webhook: Webhook,
    done: Arc<(Mutex<Option<bool>>, Condvar)>,
}

impl Channel for Watched {
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
        let result = self.webhook.send(message);
        if let Err(error) = &result {
            assert!(!format!("{error} {error:?}").contains("s3cret"));
        }
        let is_last = result.as_ref().map_or_else(|error| !error.may_be_repeated(), |()| true);
        if is_last {
            *self.done.0.lock().unwrap() = Some(result.is_ok());
            self.done.1.notify_all();
        }
        result
    }
}

#[test]
fn a_webhook_is_tried_again_where_that_may_help() {
    let _alone = alone();
    const OK: &str = "204 No Content";
    log();
    let cases: [(&'static [&'static str], bool); 5] = [
        (&[OK], true),
        (&["500 Internal Server Error", "503 Service Unavailable", OK], true),
        (&["429 Too Many Requests\r\nRetry-After: 0", OK], true),
        (&["", OK], true),
        (&["404 Not Found"], false),
    ];
    for (answers, sent) in cases {
        let (address, received) = receiver(answers);
        assert_eq!(alert_to(&address), sent, "{answers:?}");
        let received = received.join().unwrap();
        assert_eq!(received.len(), answers.len());
        let (head, body) = received[0].split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /hooks/s3cret?token=s3cret HTTP/1.1\r\n"), "{head}");
        assert!(
            body.starts_with("{\"text\":\"[notice] E2302 Tracker is slow: 1 failure\\n"),
            "{body}"
        );
    }
    let log = log().lock().unwrap();
    assert_eq!(log.matches("alert_undelivered").count(), 5, "{log}");
    assert!(!log.contains("s3cret"), "{log}");
    for wrong in ["", "/hooks", "ftp://a/b", "http://", "not a URL"] {
        let error = Webhook::new(wrong).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the address of the webhook is not a URL; write `https://HOST/PATH`"
        );
    }
}
