//! A tracker that fails in every way, and a chat that receives the alerts, both on this machine.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpListener;

/// The tracker and the chat.
#[derive(Debug)]
pub struct Demonstration {
    /// The tracker's address.
    pub tracker: String,
    /// An address that refuses connections.
    pub mirror: String,
    /// The address of the chat's webhook.
    pub webhook: String,
    alerts: Arc<Mutex<Vec<String>>>,
    seen: Seen,
}

/// What the tracker has seen.
type Seen = Arc<Mutex<Calls>>;

#[derive(Debug, Default)]
struct Calls {
    /// How often each ticket was asked for.
    tickets: HashMap<String, u32>,
    /// The ticket of each comment, by the idempotency key.
    comments: HashMap<String, String>,
}

impl Demonstration {
    /// The tickets, and what the tracker does with each.
    pub const TICKETS: [(&str, &str); 8] = [
        ("APEX-1", "answers"),
        ("APEX-2", "has no such ticket"),
        ("APEX-3", "never answers"),
        ("APEX-4", "takes no more calls, once"),
        ("APEX-5", "fails twice, then answers, and loses an answer to the comment"),
        ("APEX-6", "always fails"),
        ("APEX-7", "sends half an answer"),
        ("APEX-8", "does not accept it"),
    ];

    /// Starts both on free ports.
    ///
    /// # Errors
    ///
    /// Returns the error of the system if there is no port.
    pub async fn start() -> io::Result<Self> {
        let alerts = Arc::new(Mutex::new(Vec::new()));
        let chat =
            Router::new().route("/hooks/demo", post(receive)).with_state(Arc::clone(&alerts));
        let seen = Seen::default();
        let tracker = Router::new()
            .route("/tickets/{key}", get(ticket))
            .route("/tickets/{key}/comments", post(comment));
        Ok(Self {
            tracker: format!("http://{}", serve(tracker.with_state(Arc::clone(&seen))).await?),
            mirror: format!("http://{}", closed().await?),
            webhook: format!("http://{}/hooks/demo", serve(chat).await?),
            alerts,
            seen,
        })
    }

    /// Returns how often the tracker was asked for a ticket.
    #[must_use]
    pub fn calls(&self, ticket: &str) -> u32 {
        lock(&self.seen).tickets.get(ticket).copied().unwrap_or_default()
    }

    /// Returns how many comments a ticket has.
    #[must_use]
    pub fn comments(&self, ticket: &str) -> usize {
        lock(&self.seen).comments.values().filter(|of| *of == ticket).count()
    }

    /// Returns the alerts that the chat has received.
    #[must_use]
    pub fn alerts(&self) -> Vec<String> {
        lock(&self.alerts).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(app: Router) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

/// Returns an address that was free a moment ago.
async fn closed() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()
}

async fn receive(State(alerts): State<Arc<Mutex<Vec<String>>>>, body: String) {
    let message: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let text = message["text"].as_str().unwrap_or_default().to_owned();
    lock(&alerts).push(text);
}

async fn ticket(State(seen): State<Seen>, Path(key): Path<String>) -> Response {
    let call = {
        let mut seen = lock(&seen);
        let call = seen.tickets.entry(key.clone()).or_default();
        *call += 1;
        *call
    };
    match (key.as_str(), call) {
        ("APEX-2", _) => StatusCode::NOT_FOUND.into_response(),
        ("APEX-3", _) => std::future::pending().await,
        ("APEX-4", 1) => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
        ("APEX-5", 1 | 2) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        ("APEX-6", _) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        ("APEX-7", _) => "{\"title\": \"Crash wh".into_response(),
        _ => format!("{{\"title\": \"Ticket {key}\"}}").into_response(),
    }
}

/// Adds a comment once for each idempotency key.
async fn comment(
    State(seen): State<Seen>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> StatusCode {
    let once = headers.get("idempotency-key").and_then(|once| once.to_str().ok());
    let Some(once) = once else { return StatusCode::BAD_REQUEST };
    if key == "APEX-8" {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let is_new = lock(&seen).comments.insert(once.to_owned(), key.clone()).is_none();
    if is_new && key == "APEX-5" {
        // The comment is stored, but its answer is lost.
        std::future::pending::<()>().await;
    }
    StatusCode::OK
}
