//! The header of a fault drill: what the layer accepts, and what it says of the rest.

use bytes::Bytes;
use errcode_core::{AppError, drill::DrillKey};
use errcode_http::ErrorLayer;
use errcode_runtime::{Context, Logging};
use http::{Request, Response};
use http_body_util::Full;
use std::{
    convert::Infallible,
    io::{self, Write},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tower::{ServiceExt as _, service_fn};
use tower_layer::Layer as _;

#[derive(Debug, AppError)]
#[error("down", code = "E5004", category = external)]
struct Down;

errcode_core::catalog! { static CATALOG = [Down]; }

/// Where the log goes.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn key() -> DrillKey {
    DrillKey::new("0123456789abcdef").unwrap()
}

/// Returns the code of the order that the context of a request has.
async fn obeyed(layer: ErrorLayer, values: &[&str]) -> Option<String> {
    let seen = Arc::new(Mutex::new(None));
    let to = Arc::clone(&seen);
    let service = layer.layer(service_fn(move |_: Request<()>| {
        let drill = Context::current().and_then(|context| Some(context.drill()?.code().to_owned()));
        *to.lock().unwrap() = drill;
        async { Ok::<_, Infallible>(Response::new(Full::from(Bytes::new()))) }
    }));
    let mut request = Request::get("/").body(()).unwrap();
    for value in values {
        request.headers_mut().append("errcode-inject", value.parse().unwrap());
    }
    service.oneshot(request).await.unwrap();
    seen.lock().unwrap().take()
}

#[tokio::test]
async fn a_signed_order_is_obeyed_and_any_other_is_refused_with_the_reason() {
    let lines = Lines::default();
    let log = Logging::new().writer(lines.clone()).install();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let sign = |expires| key().sign("E5004", "llm", 1.0, expires).unwrap();
    let good = sign(now + 600);
    let layer = || ErrorLayer::new(&CATALOG).fault_drill(key());
    assert_eq!(obeyed(layer(), &[&good]).await.as_deref(), Some("E5004"));
    assert_eq!(obeyed(layer(), &[]).await, None);
    let (unsigned, _) = good.split_once(";sig=").unwrap();
    let late = sign(now - 1);
    let other = DrillKey::new("another key of 16").unwrap().sign("E5004", "llm", 1.0, now + 600);
    let refused: [(&[&str], ErrorLayer, &str); 6] = [
        (&[unsigned], layer(), "it is not signed"),
        (
            &["E5004"],
            layer(),
            "it is not of the form `CODE@DEPENDENCY;rate=RATE;expires=SECONDS;sig=HEX`",
        ),
        (&[&late], layer(), "it has expired"),
        (&[&other.unwrap()], layer(), "its signature is wrong"),
        (&[&good, &good], layer(), "it is not one line of text"),
        (&[&good], ErrorLayer::new(&CATALOG), "the service has no key for it"),
    ];
    for (values, layer, why) in refused {
        assert!(log.flush(Duration::from_secs(10)));
        lines.0.lock().unwrap().clear();
        assert_eq!(obeyed(layer, values).await, None, "{why}");
        assert!(log.flush(Duration::from_secs(10)));
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let line = text.lines().find(|line| line.contains("\"event\":\"drill\"")).expect(&text);
        assert!(line.contains("\"lvl\":\"WARN\""), "{line}");
        assert!(line.contains(&format!("refused a fault drill: {why}")), "{line}");
    }
}
