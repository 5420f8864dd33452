//! The answers that a document has, compared with those that a service gave.

use crate::{
    beside_success::{self, HAS_SUCCESS},
    responses::ERROR_CODES,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, PoisonError},
};
use utoipa::openapi::{OpenApi, PathItem, RefOr, path::Operation};

/// An answer's status, and its error code if it has one. Displayed as `404 E2001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: Option<String>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} {code}", self.status),
            None => write!(f, "{}", self.status),
        }
    }
}

/// The answers that an OpenAPI document has, by operation, and a record of those that were seen. An adapter's test
/// layer checks every answer with it.
#[derive(Debug)]
pub struct DocumentedAnswers {
    /// `GET /projects/{id}` and its answers.
    operations: BTreeMap<String, BTreeSet<Answer>>,
    seen: Mutex<BTreeSet<(String, Answer)>>,
}

impl DocumentedAnswers {
    /// Creates the record for a document.
    #[must_use]
    pub fn new(openapi: &OpenApi) -> Self {
        let paths = openapi.paths.paths.iter();
        let operations = paths.flat_map(|(path, item)| {
            operations(item)
                .map(move |(method, operation)| (format!("{method} {path}"), answers(operation)))
        });
        Self { operations: operations.collect(), seen: Mutex::default() }
    }

    /// Records an answer to a request with this method that matched the route with this pattern.
    ///
    /// # Panics
    ///
    /// Panics if the document does not have the operation or the answer. A method that the route does not allow is not
    /// in the document, so 405 passes.
    pub fn check(&self, method: &str, route: &str, answer: Answer) {
        const METHOD_NOT_ALLOWED: u16 = 405;
        // Routers answer HEAD with the operation of GET.
        let method = if method == "HEAD" { "GET" } else { method };
        let operation = format!("{method} {route}");
        let Some(documented) = self.operations.get(&operation) else {
            assert!(
                answer.status == METHOD_NOT_ALLOWED,
                "`{operation}` is not in the OpenAPI document"
            );
            return;
        };
        assert!(
            documented.contains(&answer),
            "`{operation}` answered {answer}, which its OpenAPI document does not have; it has {}",
            documented.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        );
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((operation, answer));
    }

    /// Returns the documented answers that have not been seen so far, sorted: `GET /projects/{id}: 404 E2001`.
    #[must_use]
    pub fn unseen(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let documented = self.operations.iter().flat_map(|(operation, answers)| {
            answers.iter().map(move |answer| (operation.clone(), answer.clone()))
        });
        documented
            .filter(|pair| !seen.contains(pair))
            .map(|(operation, answer)| format!("{operation}: {answer}"))
            .collect()
    }
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("DELETE", &item.delete),
        ("OPTIONS", &item.options),
        ("HEAD", &item.head),
        ("PATCH", &item.patch),
        ("TRACE", &item.trace),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn answers(operation: &Operation) -> BTreeSet<Answer> {
    let mut answers = BTreeSet::new();
    for (status, response) in &operation.responses.responses {
        let (Some(status), RefOr::T(response)) = (beside_success::status(status), response) else {
            continue;
        };
        let extension = |name: &str| response.extensions.as_ref()?.get(name);
        if extension(HAS_SUCCESS).is_some() {
            answers.insert(Answer { status, code: None });
        }
        let codes = extension(ERROR_CODES).and_then(|codes| codes.as_array());
        match codes {
            Some(codes) => {
                let codes = codes.iter().filter_map(|code| code.as_str());
                answers.extend(codes.map(|code| Answer { status, code: Some(code.to_owned()) }));
            }
            None => {
                answers.insert(Answer { status, code: None });
            }
        }
    }
    answers
}
