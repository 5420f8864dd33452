//! Questions about the documents of a project. The vector store and the language models are other services
//! ([`crate::rag`]): while they are down, the answers are degraded, unless the client does not allow that.

use crate::accounts::{Account, SignedIn};
use crate::errors::{CATALOG, CommonError, ProjectError, RagError};
use crate::rag::Passage;
use crate::stored::Stored;
use crate::{Feature, Service, projects, rag, validation};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use errcode_axum::Result;
use errcode_axum::extract::{Json, Path};
use errcode_resilience::Batch;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest question, in characters.
const LONGEST: usize = 500;

pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/projects/{id}/index", post(index))
        .route("/projects/{id}/search", post(search))
        .route("/projects/{id}/ask", post(ask))
        .route("/projects/{id}/ask/stream", post(ask_streaming))
        .route("/demo/upstream", get(upstream))
}

/// A document that searches find.
#[derive(Serialize, ToSchema)]
pub(crate) struct Indexed {
    document_id: i64,
    /// The number of its sections.
    sections: usize,
}

/// What was indexed, and what was not.
#[derive(ToSchema)]
#[expect(dead_code, reason = "`Batch` is written, and this describes it")]
pub(crate) struct IndexedDocuments {
    items: Vec<Indexed>,
    skipped: Vec<SkippedDocument>,
}

/// A document that was skipped.
#[derive(ToSchema)]
#[expect(dead_code, reason = "`Skipped` is written, and this describes it")]
pub(crate) struct SkippedDocument {
    /// The index among the project's documents, from 0.
    index: usize,
    /// The error, as the member `error` of an answer has it.
    #[schema(value_type = Object)]
    error: String,
}

errcode_axum::codes!(IndexErrors = [
    ..SignedIn, ProjectError::NotFound, RagError::{IndexingFailed, QueryTimeout, VectorStoreUnavailable}, faults::path
]);

/// Indexes the documents of a project
///
/// Searches find them from then on. Documents that cannot be parsed are skipped, each with its error.
#[utoipa::path(
    post, path = "/projects/{id}/index", operation_id = "indexDocuments", tag = "questions",
    params(("id" = i64, Path, description = "The project's id.")),
    responses(
        (status = 200, description = "The indexed and the skipped documents.", body = IndexedDocuments), IndexErrors
    )
)]
pub(crate) async fn index(
    State(service): State<Service>,
    _: Account,
    Path(project): Path<i64>,
) -> Result<Json<Batch<Indexed>>> {
    projects::find(&service, project).await?;
    let mut batch = Batch::new();
    for (document_id, read) in Stored::new(&service, project).documents().await? {
        let sections = match read {
            Ok(sections) => sections,
            Err(failure) => {
                batch.push(Err(failure));
                continue;
            }
        };
        // The store is down for all of them.
        service.rag.index(project, document_id, &sections).await?;
        batch.push(Ok::<_, errcode_core::Failure>(Indexed {
            document_id,
            sections: sections.len(),
        }));
    }
    Ok(Json(batch))
}

/// What is searched.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Search {
    #[schema(min_length = 1, max_length = 500, example = "price per day")]
    query: String,
    /// Whether a plain search for the words will do while the index does not answer. True by default.
    degraded: Option<bool>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Found {
    /// The best first, at most 5.
    passages: Vec<Passage>,
    /// What answered instead of the index, as in the header `X-Degraded`.
    degraded: Option<&'static str>,
}

errcode_axum::codes!(SearchErrors = [
    ..SignedIn, CommonError::Invalid, ProjectError::NotFound,
    RagError::{RetrievalFailed, QueryTimeout, VectorStoreUnavailable}, faults::{json, path}
]);

/// Searches the documents of a project
///
/// While the index does not answer, a search for the words gives a degraded answer, with the header `X-Degraded`.
#[utoipa::path(
    post, path = "/projects/{id}/search", operation_id = "searchDocuments", tag = "questions",
    params(("id" = i64, Path, description = "The project's id.")), request_body = Search,
    responses((status = 200, description = "The passages.", body = Found), SearchErrors)
)]
pub(crate) async fn search(
    State(service): State<Service>,
    _: Account,
    Path(project): Path<i64>,
    Json(search): Json<Search>,
) -> Result<Json<Found>> {
    let query = validation::text("/query", search.query, LONGEST)?;
    let (passages, degraded) = find(&service, project, &query, search.degraded).await?;
    Ok(Json(Found { passages, degraded }))
}

/// Searches the index or, if `degraded` allows it, the words. Without the feature, only these.
async fn find(
    service: &Service,
    project: i64,
    query: &str,
    degraded: Option<bool>,
) -> Result<(Vec<Passage>, Option<&'static str>)> {
    projects::find(service, project).await?;
    let stored = Stored::new(service, project);
    if !service.features.is_on(Feature::RagEnhanced) {
        return Ok((rag::by_words(query, stored.sections().await?), None));
    }
    let stored = may_be_degraded(service, degraded).then_some(stored);
    let found = service.rag.search(project, query, stored).await?;
    Ok((found.value, found.degraded))
}

/// Returns whether something simpler may answer: unless the client or the service does not allow it.
fn may_be_degraded(service: &Service, asked: Option<bool>) -> bool {
    asked.unwrap_or(true) && service.features.is_on(Feature::DegradedAnswers)
}

/// A question about a project.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Question {
    #[schema(min_length = 1, max_length = 500, example = "What is the price per day?")]
    question: String,
    /// Whether the small model or an earlier answer will do while the model does not answer. True by default.
    degraded: Option<bool>,
}

/// The answer to a question.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reply {
    answer: String,
    passages: Vec<Passage>,
    /// What answered instead of the model or the index, as in the header `X-Degraded`.
    degraded: Option<&'static str>,
}

errcode_axum::codes!(AskErrors = [
    ..SignedIn, CommonError::Invalid, ProjectError::NotFound,
    RagError::{RetrievalFailed, QueryTimeout, VectorStoreUnavailable, LlmUnavailable}, faults::{json, path}
]);

/// Answers a question about a project
///
/// A language model answers from what a search finds. While the model does not answer, a smaller one does, or an
/// earlier answer is repeated.
#[utoipa::path(
    post, path = "/projects/{id}/ask", operation_id = "askQuestion", tag = "questions",
    params(("id" = i64, Path, description = "The project's id.")), request_body = Question,
    responses((status = 200, description = "The answer.", body = Reply), AskErrors)
)]
pub(crate) async fn ask(
    State(service): State<Service>,
    _: Account,
    Path(project): Path<i64>,
    Json(question): Json<Question>,
) -> Result<Json<Reply>> {
    let text = validation::text("/question", question.question, LONGEST)?;
    let (passages, searched) = find(&service, project, &text, question.degraded).await?;
    let is_allowed = may_be_degraded(&service, question.degraded);
    let answer = service.rag.ask(project, &text, &passages, is_allowed).await?;
    let degraded = searched.or(answer.degraded);
    Ok(Json(Reply { answer: answer.value, passages, degraded }))
}

/// Answers a question word by word
///
/// As plain text, while the language model writes. If the model breaks off, so does the answer.
#[utoipa::path(
    post, path = "/projects/{id}/ask/stream", operation_id = "streamAnswer", tag = "questions",
    params(("id" = i64, Path, description = "The project's id.")), request_body = Question,
    responses(
        (status = 200, description = "The answer.", body = String, content_type = "text/plain"), AskErrors
    )
)]
pub(crate) async fn ask_streaming(
    State(service): State<Service>,
    _: Account,
    Path(project): Path<i64>,
    Json(question): Json<Question>,
) -> Result<Response> {
    let text = validation::text("/question", question.question, LONGEST)?;
    let (passages, _) = find(&service, project, &text, question.degraded).await?;
    let stream = service.rag.ask_streaming(&text, &passages).await?;
    let body = Body::from_stream(stream.map_err(RagError::llm));
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response())
}

/// Where the upstream is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Upstream {
    #[schema(format = "uri", example = "http://127.0.0.1:3001")]
    url: String,
}

errcode_axum::codes!(UpstreamErrors = []);

/// Shows where the upstream is
///
/// The vector store and the language models, whose faults can be set by `PUT /faults` there.
#[utoipa::path(
    get, path = "/demo/upstream", operation_id = "showUpstream", tag = "demo", security(()),
    responses((status = 200, description = "Its address.", body = Upstream), UpstreamErrors)
)]
pub(crate) async fn upstream(State(service): State<Service>) -> Json<Upstream> {
    Json(Upstream { url: service.rag.url().to_owned() })
}
