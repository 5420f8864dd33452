//! Policies in a gRPC service, on real listeners: fault drills that travel on, and calls that must not be retried.

mod support;

use errcode_core::{
    AppError,
    drill::{self, DrillKey},
};
use errcode_resilience::{CircuitBreaker, Dependency, Jitter, Policy, Retry};
use errcode_runtime::Context as Work;
use errcode_tonic::{ErrorLayer, OrStatus as _};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use support::{Client, Listener, Log, Text};
use tonic::{
    Code, Request, Response, Status,
    body::Body,
    metadata::{AsciiMetadataKey, MetadataMap},
    server::{Grpc, NamedService, UnaryService},
    transport::Server,
};

#[derive(Debug, AppError)]
enum ShopError {
    #[error("the stock of {item} is unknown", code = "S1", category = external, user_msg = "no stock of {item}",
        retryable(after = "2s"))]
    NoStock {
        #[detail(example = "tea")]
        item: String,
    },
    #[error("the shelf is unreachable", code = "S2", category = external)]
    NoShelf,
}

errcode_core::catalog! { static CATALOG = [ShopError]; service = "shop"; }

const SECRET: &str = "a secret of the staging system";
static STOCK: Dependency = Dependency::new("stock");
static SHELF: Dependency = Dependency::new("shelf");

fn key() -> DrillKey {
    DrillKey::new(SECRET).expect("a key")
}

fn order(code: &str, dependency: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    key().sign(code, dependency, 1.0, now + 60).expect("an order")
}

/// A shop that asks the stock of another one, if it has one, and else its own shelf.
#[derive(Clone)]
struct Shop {
    stock: Option<Client>,
    shelf: Policy,
}

impl Shop {
    fn new(stock: Option<Client>) -> Self {
        Self { stock, shelf: Policy::new(&SHELF) }
    }

    async fn get(self, what: String) -> Result<Response<String>, Status> {
        let Some(stock) = &self.stock else {
            let shelf = || async {
                if what == "broken" { Err(ShopError::NoShelf) } else { Ok("from the shelf") }
            };
            return Ok(Response::new(self.shelf.call(shelf).await.or_status()?.to_owned()));
        };
        let ask = || async {
            let mut request = Request::new(what.clone());
            for (name, value) in Work::current().expect("a context").outgoing() {
                let name: AsciiMetadataKey = name.parse().expect("a key");
                request.metadata_mut().insert(name, value.parse().expect("a value"));
            }
            let answered = stock.call("/shop.Shop/Get", request).await;
            // What the other shop says is passed on as a text.
            match answered {
                Ok(answer) => Ok(answer.into_inner()),
                Err(status) if status.metadata().contains_key("x-error-code") => Ok(code(&status)),
                Err(_) => Err(ShopError::NoStock { item: what.clone() }),
            }
        };
        Ok(Response::new(Policy::new(&STOCK).call(ask).await.or_status()?))
    }
}

impl UnaryService<String> for Shop {
    type Response = String;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Status>> + Send>>;
    fn call(&mut self, request: Request<String>) -> Self::Future {
        Box::pin(self.clone().get(request.into_inner()))
    }
}

impl NamedService for Shop {
    const NAME: &'static str = "shop.Shop";
}

impl tower::Service<http::Request<Body>> for Shop {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let shop = self.clone();
        Box::pin(async move { Ok(Grpc::new(Text).unary(shop, request).await) })
    }
}

fn serve(layer: ErrorLayer, shop: Shop) -> Listener {
    Listener::start(|connections, stopped| async {
        let server = Server::builder().layer(layer).add_service(shop);
        let stopped = async { drop(stopped.await) };
        server.serve_with_incoming_shutdown(connections, stopped).await.expect("the server runs");
    })
}

fn obedient() -> ErrorLayer {
    ErrorLayer::new(&CATALOG).fault_drill(key())
}

fn code(status: &Status) -> String {
    let code = status.metadata().get("x-error-code").expect("a code");
    code.to_str().expect("a text").to_owned()
}

async fn call(client: &Client, what: &str, drill: Option<&str>) -> Result<String, Status> {
    let mut request = Request::new(what.to_owned());
    if let Some(drill) = drill {
        request.metadata_mut().insert(drill::HEADER, drill.parse().expect("a value"));
    }
    client.call("/shop.Shop/Get", request).await.map(Response::into_inner)
}

/// The messages of the log's lines about drills.
fn of_drills(log: &Log) -> Vec<String> {
    let lines = log.lines();
    let drills = lines.iter().filter(|line| line["event"] == "drill");
    drills.map(|line| line["msg"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn a_drill_in_the_metadata_makes_the_dependency_fail_and_travels_on() {
    let back = serve(obedient(), Shop::new(None));
    let front = serve(obedient(), Shop::new(Some(back.client().await)));
    let client = front.client().await;
    assert_eq!(call(&client, "tea", None).await.expect("no drill"), "from the shelf");

    // The front's own call fails, with the example values of the code.
    let status = call(&client, "tea", Some(&order("S1", "stock"))).await.expect_err("a drill");
    assert_eq!((status.code(), code(&status)), (Code::Unavailable, "S1".to_owned()));
    assert_eq!(status.message(), "no stock of tea");
    assert_eq!(status.metadata().get("grpc-retry-pushback-ms").expect("a delay"), "2000");

    // The call behind it fails, two hops away.
    let answered = call(&client, "tea", Some(&order("S2", "shelf"))).await;
    assert_eq!(answered.expect("the front succeeds"), "S2");

    drop(client);
    let front = front.stop().await;
    assert_eq!(of_drills(&front), ["obeying a fault drill: S1", "obeying a fault drill: S2"]);
    let lines = front.lines();
    let failure = lines.iter().find(|line| line["event"] == "failure").expect("a failure");
    assert!(failure["msg"].as_str().expect("a text").starts_with("fault drill: "), "{failure}");
    assert_eq!(of_drills(&back.stop().await), ["obeying a fault drill: S2"]);
}

#[tokio::test]
async fn a_drill_that_is_not_signed_by_the_key_is_refused_and_logged() {
    let order = order("S2", "shelf");
    let (unsigned, _) = order.split_once(";sig=").expect("a signature");
    for (layer, text, refusal) in [
        (obedient(), unsigned, "refused a fault drill: it is not signed"),
        (obedient(), "S2", "refused a fault drill: it is not of the form"),
        (ErrorLayer::new(&CATALOG), &order, "refused a fault drill: the service has no key for it"),
    ] {
        let shop = serve(layer, Shop::new(None));
        let client = shop.client().await;
        assert_eq!(call(&client, "tea", Some(text)).await.expect("no drill"), "from the shelf");
        drop(client);
        let log = shop.stop().await;
        let [line] = &of_drills(&log)[..] else { panic!("{}", log.text()) };
        assert!(line.starts_with(refusal), "{line}");
    }
}

fn no_retry(metadata: &MetadataMap) -> [Option<&str>; 2] {
    ["grpc-retry-pushback-ms", "x-retries-exhausted"]
        .map(|name| metadata.get(name).map(|value| value.to_str().expect("a text")))
}

#[tokio::test]
async fn a_call_whose_retries_are_exhausted_must_not_be_retried_and_a_refused_one_later() {
    let retry = Retry::new(2).base(Duration::ZERO).jitter(Jitter::None);
    let breaker = CircuitBreaker::consecutive(2, Duration::from_secs(3600), 1);
    let once = serve(obedient(), Shop::new(None));
    let shelf = Policy::new(&SHELF).retry(retry).breaker(breaker);
    let twice = serve(obedient(), Shop { stock: None, shelf });
    for (shop, expected) in [
        // One attempt: the client may try again, when it likes.
        (&once, [None, None]),
        (&twice, [Some("-1"), Some("true")]),
    ] {
        let client = shop.client().await;
        let status = call(&client, "broken", None).await.expect_err("a broken shelf");
        assert_eq!(status.code(), Code::Unavailable);
        assert_eq!(no_retry(status.metadata()), expected, "{status:?}");
    }
    // The breaker is open now. The call was not attempted, and the rest of the open time is the delay.
    let refused = call(&twice.client().await, "broken", None).await.expect_err("a refusal");
    let [Some(pushback), None] = no_retry(refused.metadata()) else { panic!("{refused:?}") };
    assert!((3_500_000..=3_600_000).contains(&pushback.parse().expect("milliseconds")));
    once.stop().await;
    twice.stop().await;
}
