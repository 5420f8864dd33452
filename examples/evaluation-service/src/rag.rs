//! The vector store and the language models: one policy for each, and what is answered while they are down.

use crate::digest::sha256;
use crate::errors::RagError;
use crate::formats::Section;
use crate::stored::Stored;
use errcode_core::Failure;
use errcode_reqwest::{Peer, Streaming};
use errcode_resilience::{Answer, CircuitBreaker, Dependency, Policy, Retry, with_fallback};
use reqwest::{Client, redirect};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use utoipa::ToSchema;

static VECTOR_STORE: Dependency = Dependency::new("vector-store");
static LLM: Dependency = Dependency::new("llm");
static SMALL_LLM: Dependency = Dependency::new("llm-small");

/// The number of answers that are kept for the time when both models are down.
const MOST_KEPT: usize = 1_000;

/// The clients of the upstream.
#[derive(Debug)]
pub(crate) struct Rag {
    client: Client,
    url: String,
    vector_store: Peer,
    llm: Peer,
    small_llm: Peer,
    /// The last answers, by project and question.
    kept: Mutex<HashMap<(i64, String), String>>,
}

/// A section of a document that may have the answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Passage {
    pub(crate) document_id: i64,
    pub(crate) heading: String,
    pub(crate) text: String,
    /// From 0 to 1.
    pub(crate) score: f64,
}

/// The body of a question to a model.
#[derive(Serialize)]
struct Question<'a> {
    question: &'a str,
    passages: Vec<&'a str>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

impl Rag {
    pub(crate) fn new(url: String, open_time: Duration) -> reqwest::Result<Self> {
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build()?;
        let peer = |dependency, attempt: u64, deadline: u64| {
            let policy = Policy::new(dependency)
                .deadline(Duration::from_millis(deadline))
                .retry(Retry::new(2).base(Duration::from_millis(50)))
                .breaker(CircuitBreaker::consecutive(5, open_time, 3))
                .attempt_timeout(Duration::from_millis(attempt));
            Peer::new(policy).max_body(1024 * 1024).idle_timeout(Duration::from_secs(2))
        };
        Ok(Self {
            client,
            url: url.trim_end_matches('/').to_owned(),
            vector_store: peer(&VECTOR_STORE, 500, 2_000),
            llm: peer(&LLM, 2_000, 10_000),
            small_llm: peer(&SMALL_LLM, 1_000, 5_000),
            kept: Mutex::default(),
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Replaces the sections of a document in the index. The same call again changes nothing, so it is repeated.
    pub(crate) async fn index(
        &self,
        project: i64,
        document: i64,
        sections: &[Section],
    ) -> Result<(), Failure> {
        let url = format!("{}/collections/{project}/documents/{document}", self.url);
        let call = self.vector_store.call(self.client.put(url).json(sections));
        call.json::<usize>().await.map_err(|error| error.map(RagError::IndexingFailed))?;
        Ok(())
    }

    /// Searches the index or, if that fails and `stored` has the documents, the words of these.
    pub(crate) async fn search(
        &self,
        project: i64,
        query: &str,
        stored: Option<Stored<'_>>,
    ) -> Result<Answer<Vec<Passage>>, Failure> {
        let url = format!("{}/collections/{project}/search", self.url);
        let request = self.client.get(url).query(&[("query", query)]);
        let found = async {
            let found = self.vector_store.call(request).json::<Vec<Passage>>().await;
            found.map_err(|error| error.map(RagError::search))
        };
        let is_allowed = stored.is_some();
        with_fallback(&VECTOR_STORE, found)
            .or_if(is_allowed, "keyword-search", async |failure| match stored {
                Some(stored) => Ok(by_words(query, stored.sections().await?)),
                None => Err(failure),
            })
            .await
    }

    /// Asks the large model or, if that fails and `degraded` is allowed, the small one, or repeats the last answer.
    pub(crate) async fn ask(
        &self,
        project: i64,
        question: &str,
        passages: &[Passage],
        degraded: bool,
    ) -> Result<Answer<String>, Failure> {
        let small = || self.ask_model(&self.small_llm, "small", question, passages);
        let answer = with_fallback(&LLM, self.ask_model(&self.llm, "large", question, passages))
            .or_if(degraded, "small-model", async |_| small().await)
            .or_if(degraded, "last-answer", async |failure| {
                self.kept().get(&(project, question.to_owned())).cloned().ok_or(failure)
            })
            .await?;
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert((project, question.to_owned()), answer.value.clone());
        drop(kept);
        Ok(answer)
    }

    async fn ask_model(
        &self,
        peer: &Peer,
        model: &str,
        question: &str,
        passages: &[Passage],
    ) -> Result<String, Failure> {
        let (request, key) = self.question(&format!("{model}/answers"), question, passages);
        let answer = peer.call(request).idempotency_key(&key).json::<Text>().await;
        Ok(answer.map_err(|error| error.map(RagError::llm))?.text)
    }

    /// Asks the large model for an answer word by word.
    pub(crate) async fn ask_streaming(
        &self,
        question: &str,
        passages: &[Passage],
    ) -> Result<Streaming, Failure> {
        let (request, key) = self.question("large/answers/stream", question, passages);
        let stream = self.llm.call(request).idempotency_key(&key).stream().await;
        Ok(stream.map_err(|error| error.map(RagError::llm))?)
    }

    /// Returns the request, and its idempotency key: the same question has the same one.
    fn question(
        &self,
        path: &str,
        question: &str,
        passages: &[Passage],
    ) -> (reqwest::RequestBuilder, String) {
        let passages = passages.iter().map(|passage| passage.text.as_str()).collect();
        let body = Question { question, passages };
        let key = sha256(format!("{path}\n{question}\n{}", body.passages.join("\n")));
        (self.client.post(format!("{}/models/{path}", self.url)).json(&body), key)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(i64, String), String>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the sections that have words of the query.
pub(crate) fn by_words(query: &str, sections: Vec<(i64, Section)>) -> Vec<Passage> {
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let score = |section: &Section| {
        let text = format!("{} {}", section.heading, section.text).to_lowercase();
        let found = words.iter().filter(|word| text.contains(word.as_str())).count();
        found as f64 / words.len().max(1) as f64
    };
    let passage = |(document_id, section): (i64, Section)| {
        let score = score(&section);
        Passage { document_id, heading: section.heading, text: section.text, score }
    };
    let mut found: Vec<Passage> =
        sections.into_iter().map(passage).filter(|passage| passage.score > 0.0).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(5);
    found
}

#[cfg(test)]
mod tests {
    use super::by_words;
    use crate::formats::Section;

    #[test]
    fn words_find_what_has_most_of_them() {
        let section = |text: &str| Section { heading: "Price".into(), text: text.into() };
        let sections = vec![(1, section("ten")), (2, section("ten per day")), (3, section("free"))];
        let found = by_words("Ten DAY", sections);
        let found: Vec<_> = found.iter().map(|one| (one.document_id, one.score)).collect();
        assert_eq!(found, [(2, 1.0), (1, 0.5)]);
    }
}
