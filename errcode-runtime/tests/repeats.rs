//! `Logging::suppress_repeats`: the line of every failure stays, only its causes are not repeated.

use errcode_core::{AppError, Failure};
use errcode_runtime::{Context, Event, Id, Logging, Report, Served, observe};
use serde_json::Value;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

#[derive(Debug, AppError)]
enum ShopError {
    #[error("the card service failed", code = "R1", status = 502)]
    Cards(#[source] io::Error),
}

#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cards() -> Failure {
    ShopError::Cards(io::Error::other("reset by peer")).into()
}

#[test]
fn a_repeated_failure_keeps_its_line_and_its_ids_and_loses_its_causes() {
    let out = Out::default();
    let logging = Logging::new().json().filter("info").writer(out.clone());
    let guard = logging.suppress_repeats(Duration::from_secs(3600)).install();
    let causes = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&causes);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Failure(failure) = event {
            to.lock().unwrap().push(failure.cause.map(str::to_owned));
        }
    });
    let report = |id: &str, failure: Failure| {
        let context = Context::builder().request_id(Id::parse(id)).build();
        context.enter(|| Report::new(&failure, Served::default()).emit());
    };
    for id in ["r-1", "r-2", "r-3"] {
        report(id, cards());
    }
    let elsewhere: Failure = ShopError::Cards(io::Error::other("reset by peer")).into();
    report("r-4", elsewhere);
    observing.stop();
    assert!(guard.flush(Duration::from_secs(60)));

    let out = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = lines.iter().map(|line| {
        assert_eq!((&line["event"], &line["code"]), (&"failure".into(), &"R1".into()));
        (line["requestId"].as_str().unwrap(), line["cause"].as_str())
    });
    let cause = Some("reset by peer");
    assert_eq!(
        said.collect::<Vec<_>>(),
        [("r-1", cause), ("r-2", None), ("r-3", None), ("r-4", cause)]
    );
    assert_eq!(*causes.lock().unwrap(), vec![cause.map(str::to_owned); 4], "observers see all");
}
