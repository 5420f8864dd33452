//! One request and its response.

use crate::{
    body_end::{BodyEnd, served},
    body_format::PreferredFormat,
    error_layer::Settings,
    error_of,
    headers::{self, X_ERROR_CODE, X_RETRIES_EXHAUSTED},
    matched::Matched,
    render::{Marked, Rendering, VARY},
    request_path::RequestPath,
    untyped,
    work::InFlight,
};
use bytes::Bytes;
use errcode_core::{
    ErrorSpec, Failure,
    wire::{BodyFormat, Standard},
};
use errcode_runtime::{
    Served,
    boundary::{self, Boundary},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use http_body::Body;
use std::{mem, sync::Arc, time::Duration};

/// The facts about a request that its response needs.
pub(crate) struct Exchange<Route> {
    pub(crate) boundary: Boundary,
    pub(crate) method: Method,
    pub(crate) path: RequestPath,
    pub(crate) matched: Matched<Route>,
    /// The standard format that the request names.
    pub(crate) standard: Option<Standard>,
    pub(crate) settings: Arc<Settings>,
}

impl<Route> InFlight for Exchange<Route> {
    fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    fn path(&self) -> &str {
        self.path.as_str()
    }
}

impl<Route: AsRef<str>> Exchange<Route> {
    /// Returns what the end of a streaming body needs.
    pub(crate) fn body_end(&self, status: StatusCode) -> BodyEnd {
        let (boundary, method) = (self.boundary.clone(), self.method.clone());
        BodyEnd::new(boundary, method, self.path.as_str(), self.route(), status)
    }

    pub(crate) fn route(&self) -> Option<&str> {
        match &self.matched {
            Matched::Route(route) => Some(route.as_ref()),
            Matched::No | Matched::Unknown => None,
        }
    }

    fn served(&self, status: StatusCode) -> Served<'_> {
        let mut served = served(&self.method, self.path(), self.route(), status);
        served.duration = self.boundary.elapsed();
        served
    }

    /// Returns the answer to a failure that has none yet.
    pub(crate) fn fail<B: Body<Data = Bytes> + From<Bytes>>(
        &self,
        failure: Failure,
    ) -> Response<B> {
        let mut response = self.render(failure, None, None);
        self.seal_failure(&mut response);
        response
    }

    /// Returns the service's answer, rendered for this request if it is a failure.
    pub(crate) fn answer<B>(&self, mut response: Response<B>) -> Response<B>
    where
        B: Body<Data = Bytes> + From<Bytes> + Unpin,
    {
        if self.settings.observe {
            self.observe(&response);
            self.write_ids(&mut response);
            return response;
        }
        let preferred =
            response.extensions().get::<PreferredFormat>().map(|one| Arc::clone(&one.0));
        let marked = response.extensions().get::<Marked>();
        let is_untouched = marked.is_some_and(|marked| has_only_its_own(&response, marked));
        let told = marked
            .filter(|marked| !is_untouched || marked.retry_after.is_some())
            .and_then(|marked| told_delay(marked, response.headers()));
        let failure = match marked {
            Some(marked)
                if preferred.is_none()
                    && told.is_none()
                    && self.would_render(marked)
                    && (is_untouched || has_kept_its_own(&response, marked)) =>
            {
                None
            }
            Some(marked) => marked.failure.clone(),
            None => {
                // It asks the body, which is the service's.
                let read = self.boundary.call(|| {
                    untyped::failure_of(&mut response, &self.matched, self.settings.foreign)
                });
                match read {
                    Ok(Some(failure)) | Err(failure) => Some(failure),
                    Ok(None) => {
                        self.seal_untyped(&mut response);
                        return response;
                    }
                }
            }
        };
        if let Some(failure) = failure {
            let rendered = self.render(failure, preferred.as_deref(), told.flatten());
            response = self.replace(response, rendered);
        }
        self.seal_failure(&mut response);
        response
    }

    /// Returns the rendered answer with what the service set on its own, but for what describes its body.
    fn replace<B>(&self, before: Response<B>, mut rendered: Response<B>) -> Response<B> {
        let (mut head, body) = before.into_parts();
        untyped::keep_headers(head.headers, rendered.headers_mut());
        // `Drop` is the service's code too.
        let dropped = self.boundary.call(|| drop(body));
        if let (Err(panicked), Some(marked)) =
            (dropped, rendered.extensions_mut().get_mut::<Marked>())
        {
            marked.broken.get_or_insert_with(|| format!("the replaced body {panicked}"));
        }
        head.extensions.extend(mem::take(rendered.extensions_mut()));
        *rendered.extensions_mut() = head.extensions;
        rendered
    }

    /// Returns whether [`respond`](crate::respond) already rendered the answer as this layer would.
    fn would_render(&self, marked: &Marked) -> bool {
        let same_context =
            marked.context.as_ref().is_some_and(|context| context.is_same(self.boundary.context()));
        same_context
            && self.standard.is_none()
            && self.settings.default_format
            && !self.settings.internals
            && marked.broken.is_none()
    }

    fn render<B: From<Bytes>>(
        &self,
        failure: Failure,
        preferred: Option<&dyn BodyFormat>,
        delay: Option<Duration>,
    ) -> Response<B> {
        // An inner service's format is the default of its answers, so its type means that format.
        let is_offered = |standard: &Standard| {
            preferred.is_none_or(|own| standard.is_offered_beside(own.content_type()))
        };
        let format = match self.standard.filter(is_offered) {
            Some(standard) => standard.format(),
            None => preferred.unwrap_or(&*self.settings.format),
        };
        Rendering {
            format,
            context: Some(self.boundary.context().clone()),
            instance: Some(self.path()),
            internals: self.settings.internals,
            delay,
        }
        .respond(failure)
    }

    /// Reports the response's failure and adds the ids.
    fn seal_failure<B: Body + From<Bytes>>(&self, response: &mut Response<B>) {
        if let Some((failure, broken)) = marked(response) {
            self.boundary.report(failure, self.served(response.status()), broken);
            if boundary::is_exhausted(failure) {
                let yes = HeaderValue::from_static("true");
                response.headers_mut().insert(X_RETRIES_EXHAUSTED, yes);
            }
        }
        if self.method == Method::HEAD {
            strip_body(response);
        }
        self.write_ids(response);
    }

    /// Reports an answer with status 400 or more that stays as the service made it, and adds the ids.
    fn seal_untyped<B: Body>(&self, response: &mut Response<B>) {
        self.report_untyped(response);
        self.write_ids(response);
    }

    fn report_untyped<B: Body>(&self, response: &Response<B>) {
        if let Some(untyped::Shown(failure)) = response.extensions().get() {
            return self.boundary.report(failure, self.served(response.status()), None);
        }
        let (failure, served) =
            (untyped::left(response, &self.matched), self.served(response.status()));
        match self.row_of(response) {
            Some(row) => self.boundary.report_row(row, &failure, served),
            None => self.boundary.report_untyped(&failure, served),
        }
    }

    /// Returns the row of an answer that was rendered, but has lost its error: a layer has copied its head and its body
    /// into a new response.
    fn row_of<B>(&self, response: &Response<B>) -> Option<ErrorSpec> {
        let code = response.headers().get(X_ERROR_CODE)?.to_str().ok()?;
        self.settings.catalog.lookup(code)
    }

    pub(crate) fn write_ids<B>(&self, response: &mut Response<B>) {
        let context = self.boundary.context();
        headers::write_ids(context, &self.settings.request_id, response.headers_mut());
    }

    /// Logs what the layer would answer, and reports the response as it is.
    fn observe<B: Body>(&self, response: &Response<B>) {
        if let Some((failure, broken)) = marked(response) {
            return self.boundary.report(failure, self.served(response.status()), broken);
        }
        if let Some(fault) = untyped::fault_of(response, &self.matched, self.settings.foreign) {
            let code = self.settings.catalog.fault(&fault).spec().code();
            tracing::info!(
                target: "app",
                event = "observe",
                http_status = response.status().as_u16(),
                uri = self.path(),
                "would answer {code}"
            );
        }
        self.report_untyped(response);
    }

    /// Writes the access event of an answer that is not a failure.
    pub(crate) fn emit_access(&self, status: StatusCode) {
        self.served(status).emit_access();
    }
}

/// Returns whether the response is a failure's, by its status or its typed error.
pub(crate) fn is_failure<B>(response: &Response<B>) -> bool {
    untyped::has_failed(response.status()) || error_of(response).is_some()
}

/// Returns the typed error of a response, and what broke while it was rendered.
fn marked<B>(response: &Response<B>) -> Option<(&Failure, Option<&str>)> {
    let marked = response.extensions().get::<Marked>()?;
    Some((marked.failure.as_ref()?, marked.broken.as_deref()))
}

/// Returns the delay that the service has set on an answer to a typed error, if it is not the one that the answer was
/// rendered with: the body must not contradict the header. `Some(None)` if clients cannot read it.
fn told_delay(marked: &Marked, headers: &HeaderMap) -> Option<Option<Duration>> {
    let own = marked.retry_after.map(Duration::from_secs);
    let mut told = headers.get_all(header::RETRY_AFTER).iter().map(untyped::delay_of);
    match (told.next()?, told.next()) {
        (first, None) if first.is_some() && first == own => None,
        (first, second) => {
            let all = [first, second.flatten()].into_iter().chain(told);
            Some(all.flatten().find(|delay| Some(*delay) != own))
        }
    }
}

/// Returns whether a rendered answer has its status, and no headers but its own, since it was rendered.
fn has_only_its_own<B>(response: &Response<B>, marked: &Marked) -> bool {
    let headers = response.headers();
    response.status() == marked.status
        && marked.headers.is_some_and(|(constant, number)| {
            headers.len() == number && begins_with(headers, &constant.list)
        })
}

/// Returns whether a rendered answer still has its status and the headers that say what its body is, and no others that
/// do. axum's tuples, for example, set another status or headers on an error as on any answer.
fn has_kept_its_own<B>(response: &Response<B>, marked: &Marked) -> bool {
    let headers = response.headers();
    response.status() == marked.status
        && marked.headers.is_some_and(|(constant, number)| {
            (begins_with(headers, &constant.list) || has_all(headers, constant.headers()))
                && (headers.len() == number || !untyped::has_foreign(headers))
        })
}

/// Returns whether the first headers are the constant ones. A map returns its headers in the order in which they were
/// added, unless one was removed.
fn begins_with(headers: &HeaderMap, constant: &[(HeaderName, HeaderValue)]) -> bool {
    // In order, since looking names up would hash each.
    headers.len() >= constant.len()
        && headers
            .iter()
            .zip(constant)
            .all(|((name, value), (known, constant))| name == known && is_same(value, constant))
}

fn has_all(headers: &HeaderMap, constant: &HeaderMap) -> bool {
    let of_the_body =
        [header::CONTENT_TYPE, header::CACHE_CONTROL, X_ERROR_CODE, header::CONTENT_LANGUAGE];
    of_the_body.iter().all(|name| headers.get(name) == constant.get(name))
        && headers.get_all(header::VARY).iter().any(|value| *value == VARY)
}

/// Returns whether both have the same text, which clones share.
fn is_same(a: &HeaderValue, b: &HeaderValue) -> bool {
    std::ptr::eq(a.as_bytes(), b.as_bytes()) || a == b
}

/// Removes the body of an answer to HEAD, which has the headers of the one to GET (RFC 9110 section 9.3.2).
fn strip_body<B: Body + From<Bytes>>(response: &mut Response<B>) {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = B::from(Bytes::new());
}
