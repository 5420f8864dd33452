//! `drill`

use crate::{
    args::{self, Format},
    codes::Codes,
    output::{Color, Outcome, Result, print_json, print_text, shown},
};
use errcode_catalog::{Audience, Entry, Retryable};
use errcode_core::drill::{DrillKey, HEADER};
use serde::Serialize;
use std::{
    env, fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use ureq::{
    Agent,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri},
};

/// How long an order is valid: the service's clock may differ.
const VALID_FOR: u64 = 300;
/// For one request.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes.
const MAX_BYTES: u64 = 16 << 20;
/// The variable with the key.
const KEY: &str = "ERRCODE_INJECT_KEY";

pub(super) fn run(args: &args::Drill, color: Color) -> Result<Outcome> {
    let (key, request) = (key(args)?, Requests::new(args)?);
    let data = Codes::load(&args.source, color)?.data_for(Audience::Public)?;
    let entries: Vec<&Entry> = data.entries().collect();
    let unknown = |code: &&String| !entries.iter().any(|entry| entry.code == **code);
    if let Some(code) = args.codes.iter().find(unknown) {
        return Err(format!("the catalog has no public code `{code}`").into());
    }
    let is_wanted = |entry: &&&Entry| args.codes.is_empty() || args.codes.contains(&entry.code);
    let mut drilled = Vec::new();
    for entry in entries.iter().filter(is_wanted) {
        let until = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + VALID_FOR;
        let order = key
            .sign(&entry.code, &args.dependency, 1.0, until)
            .map_err(|error| format!("`{}@{}`: {error}", entry.code, args.dependency))?;
        drilled.push(Drilled::new(entry, request.send(&order)?, request.is_write()));
    }
    let failed = drilled.iter().any(|one| one.result == Verdict::Different);
    match args.format {
        Format::Text => print_text(&table(&drilled))?,
        Format::Json => print_json(&Report { failed, codes: drilled })?,
    }
    Ok(Outcome::found(failed))
}

fn key(args: &args::Drill) -> Result<DrillKey> {
    let (name, secret) = match &args.key_file {
        Some(path) => {
            let text = fs::read_to_string(path);
            (shown(path), text.map_err(|error| format!("{}: {error}", shown(path)))?)
        }
        None => {
            let missing = || format!("no key; set `{KEY}` or name a file by `--key-file`");
            (format!("`{KEY}`"), env::var(KEY).map_err(|_| missing())?)
        }
    };
    DrillKey::new(secret.trim()).map_err(|error| format!("{name}: {error}").into())
}

/// The requests, which differ in their orders only.
struct Requests {
    agent: Agent,
    url: Uri,
    method: Method,
    headers: HeaderMap,
    body: String,
}

impl Requests {
    fn new(args: &args::Drill) -> Result<Self> {
        let url: Uri = args.url.parse().map_err(|_| format!("invalid address `{}`", args.url))?;
        if url.scheme_str() != Some("http") {
            let said = "write an address that begins with `http://`; TLS is not supported";
            return Err(format!("invalid address `{}`; {said}", args.url).into());
        }
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        for header in &args.header {
            let (name, value) = parsed(header)
                .ok_or_else(|| format!("invalid header `{header}`; write `NAME: VALUE`"))?;
            headers.insert(name, value);
        }
        let method = Method::from_bytes(args.method.as_bytes());
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build();
        Ok(Self {
            agent: Agent::new_with_config(config),
            url,
            method: method.map_err(|_| format!("invalid method `{}`", args.method))?,
            headers,
            body: args.body.clone(),
        })
    }

    /// Returns whether the service may not say that a retry helps: a call may have had an effect.
    fn is_write(&self) -> bool {
        [Method::POST, Method::PATCH].contains(&self.method)
    }

    fn send(&self, order: &str) -> Result<Came> {
        let mut request = Request::builder().method(self.method.clone()).uri(self.url.clone());
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.headers.clone());
            headers.insert(HeaderName::from_static(HEADER), HeaderValue::from_str(order)?);
        }
        let failed = |error: ureq::Error| format!("{}: {error}", self.url);
        let mut response = match self.body.as_str() {
            "" => self.agent.run(request.body(())?),
            body => self.agent.run(request.body(body)?),
        }
        .map_err(failed)?;
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let mut came = Came {
            status: response.status().as_u16(),
            code: header("x-error-code"),
            retryable: None,
            retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
            degraded: header("x-degraded"),
        };
        let body = response.body_mut().with_config().limit(MAX_BYTES).read_to_vec();
        let body: serde_json::Value =
            serde_json::from_slice(&body.map_err(failed)?).unwrap_or_default();
        came.retryable = body.pointer("/error/retryable").and_then(serde_json::Value::as_bool);
        Ok(came)
    }
}

fn parsed(header: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = header.split_once(':')?;
    Some((name.trim().parse().ok()?, value.trim().parse().ok()?))
}

/// What came back.
#[derive(Debug, PartialEq, Serialize)]
struct Came {
    status: u16,
    code: Option<String>,
    retryable: Option<bool>,
    retry_after: Option<u64>,
    /// The fallback that answered.
    degraded: Option<String>,
}

/// What the catalog says.
#[derive(Debug, Serialize)]
struct Expected {
    status: u16,
    code: String,
    retryable: Retryable,
    retry_after: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Same,
    Degraded,
    Different,
}

#[derive(Serialize)]
struct Report {
    failed: bool,
    codes: Vec<Drilled>,
}

#[derive(Debug, Serialize)]
struct Drilled {
    expected: Expected,
    came: Came,
    result: Verdict,
}

impl Drilled {
    fn new(entry: &Entry, came: Came, is_write: bool) -> Self {
        let Entry { status, retryable, retry_after, .. } = *entry;
        let code = entry.code.clone();
        let expected = Expected { status, code, retryable, retry_after };
        let retry_fits = match (expected.retryable, came.retryable) {
            (Retryable::Yes, Some(false)) => is_write,
            (Retryable::No, Some(retryable)) => !retryable,
            _ => true,
        };
        // A code whose delay depends on the value has an example of it.
        let delay_fits = retry_after.is_none() || retry_after == came.retry_after;
        let is_same = came.status == status
            && came.code.as_deref() == Some(expected.code.as_str())
            && retry_fits
            && delay_fits;
        let result = match (is_same, &came.degraded) {
            (true, _) => Verdict::Same,
            (false, Some(_)) if came.status < 400 => Verdict::Degraded,
            _ => Verdict::Different,
        };
        Self { expected, came, result }
    }

    /// Returns the cells of its row.
    fn cells(&self) -> [String; 4] {
        let retryable = |retryable: &str, after: Option<u64>| match after {
            Some(after) => format!("{retryable}, after {after} s"),
            None => retryable.to_owned(),
        };
        let Self { expected, came, result } = self;
        let said = match came.retryable {
            Some(true) => "yes",
            Some(false) => "no",
            None => "-",
        };
        let code = came.code.as_deref().or(came.degraded.as_deref()).unwrap_or("-");
        let verdict = match result {
            Verdict::Same => "same",
            Verdict::Degraded => "degraded",
            Verdict::Different => "DIFFERENT",
        };
        [
            format!("{} {}", expected.code, expected.status),
            retryable(expected.retryable.as_str(), expected.retry_after),
            format!("{} {code}, {}", came.status, retryable(said, came.retry_after)),
            verdict.to_owned(),
        ]
    }
}

fn table(drilled: &[Drilled]) -> String {
    let head = ["code", "retryable", "came back", "result"].map(str::to_owned);
    let rows: Vec<[String; 4]> =
        std::iter::once(head).chain(drilled.iter().map(Drilled::cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[code, retryable, came, result]: &[String; 4]| {
        let [a, b, c] = widths;
        format!("{code:<a$}  {retryable:<b$}  {came:<c$}  {result}\n")
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{Came, Drilled, Verdict};
    use errcode_catalog::{Audience, CatalogData};
    use errcode_core::AppError;

    #[derive(Debug, AppError)]
    #[expect(dead_code, reason = "only the rows count")]
    enum LlmError {
        #[error("busy", code = "E1", status = 503, category = external, retryable(after = "2s"))]
        Busy,
    }

    errcode_core::catalog! { static CATALOG = [LlmError]; }

    fn verdict(came: Came, is_write: bool) -> Verdict {
        let data = CatalogData::of(&CATALOG, Audience::Public);
        Drilled::new(data.entries().next().unwrap(), came, is_write).result
    }

    fn came() -> Came {
        let (code, retryable) = (Some("E1".into()), Some(true));
        Came { status: 503, code, retryable, retry_after: Some(2), degraded: None }
    }

    #[test]
    fn what_came_back_is_held_against_the_catalog() {
        let of = |came| verdict(came, false);
        assert_eq!(of(came()), Verdict::Same);
        assert_eq!(of(Came { status: 502, ..came() }), Verdict::Different);
        assert_eq!(of(Came { code: Some("E2".into()), ..came() }), Verdict::Different);
        assert_eq!(of(Came { code: None, ..came() }), Verdict::Different);
        assert_eq!(of(Came { retry_after: Some(3), ..came() }), Verdict::Different);
        assert_eq!(of(Came { retryable: None, ..came() }), Verdict::Same, "another format");
        assert_eq!(of(Came { retryable: Some(false), ..came() }), Verdict::Different);
        assert_eq!(verdict(Came { retryable: Some(false), ..came() }, true), Verdict::Same);
        let ok = || Came { status: 200, code: None, ..came() };
        assert_eq!(of(ok()), Verdict::Different);
        assert_eq!(of(Came { degraded: Some("cache".into()), ..ok() }), Verdict::Degraded);
    }
}
