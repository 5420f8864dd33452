//! A tracker that fails in every way, and a chat that receives the alerts, both on this machine.

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
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
    calls: Calls,
}

/// How often each ticket was asked for.
type Calls = Arc<Mutex<HashMap<String, u32>>>;

impl Demonstration {
    /// The tickets, and what the tracker does with each.
    pub const TICKETS: [(&str, &str); 8] = [
        ("APEX-1", "answers"),
        ("APEX-2", "has no such ticket"),
        ("APEX-3", "never answers"),
        ("APEX-4", "takes no more calls, once"),
        ("APEX-5", "fails twice, then answers"),
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
        let calls = Calls::default();
        let tracker = Router::new().route("/tickets/{key}", get(ticket));
        Ok(Self {
            tracker: format!("http://{}", serve(tracker.with_state(Arc::clone(&calls))).await?),
            mirror: format!("http://{}", closed().await?),
            webhook: format!("http://{}/hooks/demo", serve(chat).await?),
            alerts,
            calls,
        })
    }

    /// Returns how often the tracker was asked for a ticket.
    #[must_use]
    pub fn calls(&self, ticket: &str) -> u32 {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(ticket).copied().unwrap_or_default()
    }

    /// Returns the alerts that the chat has received.
    #[must_use]
    pub fn alerts(&self) -> Vec<String> {
        self.alerts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
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
    alerts.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}

async fn ticket(State(calls): State<Calls>, Path(key): Path<String>) -> Response {
    let call = {
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        let call = calls.entry(key.clone()).or_default();
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
        ("APEX-8", _) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        _ => format!("{{\"title\": \"Ticket {key}\"}}").into_response(),
    }
}
