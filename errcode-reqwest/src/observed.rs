//! The `external` event of an attempt.

use crate::HttpError;
use errcode_runtime::{Context, Event, event::ExternalEvent};
use http::{Method, StatusCode};
use reqwest::{Request, Url};
use tokio::time::Instant;

/// An attempt under way. It is reported exactly once: at its end, or when it is dropped before.
#[derive(Debug)]
pub(crate) struct Observed {
    dependency: &'static str,
    method: Method,
    uri: String,
    retries: u32,
    started: Instant,
    status: Option<StatusCode>,
    /// The context of the caller: a timeout drops an attempt anywhere.
    context: Option<Context>,
    is_reported: bool,
}

/// A timeout of the policy drops the attempt, and so does a caller that goes away.
const CUT_OFF: &str = "cut off before its end";

impl Observed {
    pub(crate) fn new(
        dependency: &'static str,
        request: &Request,
        retries: u32,
        context: Option<Context>,
    ) -> Self {
        Self {
            dependency,
            method: request.method().clone(),
            uri: without_secrets(request.url()),
            retries,
            started: Instant::now(),
            status: None,
            context,
            is_reported: false,
        }
    }

    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    pub(crate) fn end(mut self, error: Option<&HttpError>) {
        self.report(error.map(HttpError::with_causes).as_deref());
    }

    fn report(&mut self, error: Option<&str>) {
        self.is_reported = true;
        let elapsed = self.started.elapsed();
        let method = self.method.as_str();
        let mut event = ExternalEvent::new(self.dependency, method, &self.uri, elapsed);
        event.http_status = self.status.map(|status| status.as_u16());
        event.retry_count = self.retries;
        event.error = error;
        let event = Event::External(&event);
        match &self.context {
            Some(context) => context.enter(|| event.emit()),
            None => event.emit(),
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.is_reported {
            self.report(Some(CUT_OFF));
        }
    }
}

/// Returns the URL without user information, query and fragment.
fn without_secrets(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Fails only for URLs that cannot have any.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn a_url_loses_its_secrets() {
        for (url, shown) in [
            ("http://h/a?key=secret#f", "http://h/a"),
            ("http://user:secret@h:81/a/b", "http://h:81/a/b"),
            ("http://user@h", "http://h/"),
            ("http://h/?", "http://h/"),
        ] {
            assert_eq!(without_secrets(&url.parse().unwrap()), shown);
        }
    }
}
