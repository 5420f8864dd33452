//! A gRPC server on a real listener with a log of its own, and messages without a schema.

// Each test file uses a part of it.
#![allow(dead_code)]

use bytes::{Buf as _, BufMut as _};
use errcode_runtime::JsonLines;
use serde_json::Value;
use std::{
    convert::Infallible,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::{Arc, Condvar, Mutex, PoisonError},
    task::{Context, Poll},
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::oneshot;
use tokio_stream::{Stream, wrappers::TcpListenerStream};
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    server::{Grpc, NamedService},
    transport::Channel,
};
use tower::service_fn;
use tracing_subscriber::layer::SubscriberExt as _;

/// Messages are texts as they are: no schema is needed.
#[derive(Clone, Default)]
pub(crate) struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;
    fn encoder(&mut self) -> Self {
        Self
    }
    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;
    fn encode(&mut self, item: String, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(item.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;
    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;
pub(crate) type Answering = Boxed<Result<Response<String>, Status>>;
pub(crate) type Items = Pin<Box<dyn Stream<Item = Result<String, Status>> + Send>>;

/// What a method does with the text that it is sent.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    Unary(fn(String) -> Answering),
    Listing(fn(String) -> Items),
    Raw(fn() -> http::Response<Body>),
}

/// A service with the methods that this function finds by their paths.
#[derive(Clone, Copy)]
pub(crate) struct Shop(pub(crate) fn(&str) -> Option<Method>);

impl NamedService for Shop {
    const NAME: &'static str = "shop.Shop";
}

impl tower::Service<http::Request<Body>> for Shop {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Boxed<Result<http::Response<Body>, Infallible>>;
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let method = (self.0)(request.uri().path());
        Box::pin(async move {
            // Longer messages are refused.
            let mut grpc = Grpc::new(Text).max_decoding_message_size(64);
            Ok(match method {
                Some(Method::Unary(answer)) => {
                    let service =
                        service_fn(|request: Request<String>| answer(request.into_inner()));
                    grpc.unary(service, request).await
                }
                Some(Method::Listing(items)) => {
                    let service = service_fn(async |request: Request<String>| {
                        Ok(Response::new(items(request.into_inner())))
                    });
                    grpc.server_streaming(service, request).await
                }
                Some(Method::Raw(answer)) => answer(),
                None => Status::unimplemented("").into_http(),
            })
        })
    }
}

/// The lines of errcode's events in a server's log, at every level.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<(Mutex<String>, Condvar)>);

impl Log {
    fn push(&self, line: &[u8]) {
        let line = std::str::from_utf8(line).expect("lines are UTF-8");
        // h2 has much to say.
        if !["app", "access"].iter().any(|ours| line.contains(&format!("\"logger\":\"{ours}\""))) {
            return;
        }
        let (text, pushed) = &*self.0;
        let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(line);
        pushed.notify_all();
    }

    pub(crate) fn text(&self) -> String {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        let read =
            |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.text().lines().map(read).collect()
    }

    /// Waits for a line of this event. A minute is far more than any test needs.
    pub(crate) async fn has(&self, event: &'static str) -> Value {
        let log = self.clone();
        let find = move || log.lines().into_iter().find(|line| line["event"] == event);
        let shared = Arc::clone(&self.0);
        let wait = move || {
            let mut text = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
            while !text.contains(&format!("\"event\":\"{event}\"")) {
                let waited = shared.1.wait_timeout(text, Duration::from_secs(60));
                let (now, waited) = waited.unwrap_or_else(PoisonError::into_inner);
                text = now;
                assert!(!waited.timed_out(), "no `{event}` in {text}");
            }
        };
        tokio::task::spawn_blocking(wait).await.expect("the event");
        find().expect("the event")
    }
}

/// A server on a port and a thread of its own.
pub(crate) struct Listener {
    address: SocketAddr,
    pub(crate) log: Log,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Listener {
    /// Starts what `serve` does with the connections until the receiver says stop.
    pub(crate) fn start<S, F>(serve: S) -> Self
    where
        S: FnOnce(TcpListenerStream, oneshot::Receiver<()>) -> F + Send + 'static,
        F: Future<Output = ()>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let log = Log::default();
        let to = log.clone();
        let thread = std::thread::spawn(move || {
            let layer = JsonLines::to(move |line| to.push(line));
            let subscriber = tracing_subscriber::registry().with(layer);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            tracing::subscriber::with_default(subscriber, || {
                runtime.expect("a runtime").block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                    serve(TcpListenerStream::new(listener), stopped).await;
                });
            });
        });
        Self { address, log, stop, thread }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn client(&self) -> Client {
        let channel = Channel::from_shared(format!("http://{}", self.address)).expect("an address");
        let channel = channel.connect().await.expect("a server");
        Client(tonic::client::Grpc::new(channel))
    }

    /// Waits for the calls that are running, stops the server and returns its log. The end of a connection needs the
    /// client's runtime, so this must not block it.
    pub(crate) async fn stop(self) -> Log {
        drop(self.stop);
        let joined = tokio::task::spawn_blocking(|| self.thread.join());
        joined.await.expect("the server ends").expect("the server does not panic");
        self.log
    }
}

/// A client with a connection of its own.
#[derive(Clone)]
pub(crate) struct Client(tonic::client::Grpc<Channel>);

impl Client {
    pub(crate) async fn call(
        &self,
        path: &str,
        request: Request<String>,
    ) -> Result<Response<String>, Status> {
        let mut client = self.0.clone();
        client.ready().await.expect("a server");
        client.unary(request, path.parse().expect("a path"), Text).await
    }
}
