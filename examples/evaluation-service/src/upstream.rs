//! The services that this one calls, in a process of their own: a vector store and two language models. They are
//! simple, and they fail as they are told: `PUT /faults`.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Json, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

/// What one of the services does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It works.
    #[default]
    Ok,
    /// It does not answer.
    Slow,
    /// It answers with a page instead of data; its streams break off.
    Broken,
    /// It answers 503, as a proxy does for a service that is not there.
    Down,
}

/// What each of the services does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Modes {
    /// The search of the vector store.
    pub search: Mode,
    /// The index of the vector store.
    pub index: Mode,
    /// The large language model.
    pub large: Mode,
    /// The small language model.
    pub small: Mode,
}

/// A section of an indexed document.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Section {
    heading: String,
    text: String,
}

/// The sections of each document, by project and document.
type Collections = BTreeMap<(i64, i64), Vec<Section>>;

#[derive(Clone, Default)]
struct Upstream {
    modes: Arc<Mutex<Modes>>,
    collections: Arc<Mutex<Collections>>,
}

/// Listens on a port of this machine; 0 picks a free one. Returns the address, and the server to be run.
///
/// # Errors
///
/// Returns the system's error if the port is in use.
pub async fn upstream(port: u16) -> io::Result<(String, impl Future<Output = io::Result<()>>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/faults", get(modes).put(set_modes))
        .route("/collections/{project}/documents/{document}", put(index))
        .route("/collections/{project}/search", get(search))
        .route("/models/{model}/answers", post(answer))
        .route("/models/{model}/answers/stream", post(answer_streaming))
        .with_state(Upstream::default());
    Ok((url, async move { axum::serve(listener, app).await }))
}

impl Upstream {
    fn modes(&self) -> MutexGuard<'_, Modes> {
        self.modes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn collections(&self) -> MutexGuard<'_, Collections> {
        self.collections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mode_of(&self, model: &str) -> Mode {
        if model == "small" { self.modes().small } else { self.modes().large }
    }
}

impl Mode {
    /// Answers instead of the service, unless it works.
    async fn disturb(self) -> Result<(), Response> {
        match self {
            Self::Ok => Ok(()),
            Self::Slow => std::future::pending().await,
            Self::Broken => {
                Err(([(CONTENT_TYPE, "text/html")], "<h1>It works!</h1>").into_response())
            }
            Self::Down => {
                Err((StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response())
            }
        }
    }
}

async fn modes(State(upstream): State<Upstream>) -> Json<Modes> {
    Json(*upstream.modes())
}

async fn set_modes(State(upstream): State<Upstream>, Json(modes): Json<Modes>) -> Json<Modes> {
    *upstream.modes() = modes;
    Json(modes)
}

async fn index(
    State(upstream): State<Upstream>,
    Path(document): Path<(i64, i64)>,
    Json(sections): Json<Vec<Section>>,
) -> Result<Json<usize>, Response> {
    let mode = upstream.modes().index;
    mode.disturb().await?;
    let count = sections.len();
    upstream.collections().insert(document, sections);
    Ok(Json(count))
}

#[derive(Deserialize)]
struct Search {
    query: String,
}

/// A section that was found.
#[derive(Serialize)]
struct Found {
    document_id: i64,
    heading: String,
    text: String,
    score: f64,
}

async fn search(
    State(upstream): State<Upstream>,
    Path(project): Path<i64>,
    Query(Search { query }): Query<Search>,
) -> Result<Json<Vec<Found>>, Response> {
    let mode = upstream.modes().search;
    mode.disturb().await?;
    let wanted = trigrams(&query);
    let mut found: Vec<Found> = upstream
        .collections()
        .range((project, i64::MIN)..=(project, i64::MAX))
        .flat_map(|((_, document), sections)| sections.iter().map(|section| (*document, section)))
        .map(|(document_id, Section { heading, text })| {
            let score = likeness(&wanted, &trigrams(&format!("{heading} {text}")));
            Found { document_id, heading: heading.clone(), text: text.clone(), score }
        })
        .filter(|found| found.score > 0.0)
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(5);
    Ok(Json(found))
}

/// Returns the vector of a text: how often it has each three characters in a row.
fn trigrams(text: &str) -> BTreeMap<String, f64> {
    let characters: Vec<char> = text.to_lowercase().chars().collect();
    let mut counts = BTreeMap::new();
    for three in characters.windows(3.min(characters.len().max(1))) {
        *counts.entry(three.iter().collect()).or_default() += 1.0;
    }
    counts
}

/// Returns the cosine of the angle between two vectors.
fn likeness(a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>) -> f64 {
    let dot: f64 = a.iter().filter_map(|(key, count)| Some(count * b.get(key)?)).sum();
    let length = |of: &BTreeMap<String, f64>| of.values().map(|n| n * n).sum::<f64>().sqrt();
    let lengths = length(a) * length(b);
    if lengths > 0.0 { dot / lengths } else { 0.0 }
}

/// A question, with the passages that may have the answer.
#[derive(Deserialize)]
struct Question {
    question: String,
    passages: Vec<String>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

impl Question {
    fn answer(&self, model: &str) -> String {
        let Self { question, passages } = self;
        let best = passages.first().map_or("There is nothing about it.", |best| best.trim());
        format!("The {model} model on “{question}”: {best}")
    }
}

async fn answer(
    State(upstream): State<Upstream>,
    Path(model): Path<String>,
    Json(question): Json<Question>,
) -> Result<Json<Text>, Response> {
    upstream.mode_of(&model).disturb().await?;
    Ok(Json(Text { text: question.answer(&model) }))
}

/// Answers word by word. A broken model breaks off after the second one.
async fn answer_streaming(
    State(upstream): State<Upstream>,
    Path(model): Path<String>,
    Json(question): Json<Question>,
) -> Result<Response, Response> {
    let mode = upstream.mode_of(&model);
    if mode != Mode::Broken {
        mode.disturb().await?;
    }
    let text = question.answer(&model);
    let words = text.split_inclusive(' ').map(|word| Ok(Bytes::from(word.to_owned())));
    let pieces: Vec<io::Result<Bytes>> = match mode {
        Mode::Broken => words.take(2).chain([Err(io::Error::other("broken"))]).collect(),
        _ => words.collect(),
    };
    // A pause after each word, so that it is sent before the next one.
    let pieces = stream::iter(pieces).then(async |piece| {
        tokio::task::yield_now().await;
        piece
    });
    Ok(Body::from_stream(pieces).into_response())
}
