//! The examples in the catalog's Markdown, HTML, JSON and `explain` are what the service answers, for every
//! code that can be provoked and in each format. What differs between requests (ids, time, the path, the
//! values) is normalized first.

mod support;

use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use errcode_catalog::{Entry, explain::explain};
use errcode_docs::{Audience, CatalogData, Docs, Format};
use evaluation_service::CATALOG;
use serde_json::Value;
use support::{Client, Prepared, post_text};

/// The documentation in every format that shows bodies.
struct Documentation {
    /// As `catalog.json` says it.
    data: CatalogData,
    markdown: String,
}

impl Documentation {
    fn new() -> Self {
        let data = CatalogData::of(&CATALOG, Audience::Public);
        let file = |format: Format| {
            let bytes = Docs::new(&data).files(format).expect("right templates").remove(0).bytes;
            String::from_utf8(bytes).expect("UTF-8")
        };
        let (json, markdown) = (file(Format::Json), file(Format::Markdown));
        Self { data: CatalogData::read("catalog.json", &json).expect("a data"), markdown }
    }

    /// The code's part of each format: its name, the examples that it shows, and its text without markup.
    fn pages(&self, code: &str) -> [(&'static str, Vec<Shown>, String); 3] {
        let anchor = format!("<a id=\"{}\"></a>", code.to_lowercase());
        let (_, markdown) =
            self.markdown.split_once(&anchor).unwrap_or_else(|| panic!("no part for {code}"));
        let markdown = markdown.split("\n<a id=").next().expect("a part");
        let html = Docs::new(&self.data).code_page(code).expect("right templates").expect("a page");
        let html = unescaped(html.split_once("<body>").expect("a body").1);
        let explained = explain(&self.data, code).to_text();
        [
            (
                "Markdown",
                shown(markdown, "Example (`", "`", "):\n\n```json\n", "\n```"),
                plain(markdown),
            ),
            (
                "HTML",
                shown(
                    &in_chinese(&html),
                    "<summary><code>",
                    "</code></summary>",
                    "<pre class=\"body\" tabindex=\"0\"><code>",
                    "</code></pre>",
                ),
                plain(&without_tags(&html)),
            ),
            ("explain", shown(&explained, "\nExample (", ")", "\n", "\n\n"), plain(&explained)),
        ]
    }
}

/// An example on a page: its media type and its body.
type Shown = (String, Value);

/// HTML has the status line and the headers between the media type and the body.
fn shown(page: &str, before: &str, behind: &str, open: &str, close: &str) -> Vec<Shown> {
    let examples = page.split(before).skip(1).map(|example| {
        let (media_type, rest) = example.split_once(behind).expect("a media type");
        let (_, body) = rest.split_once(open).expect("a body");
        (media_type.to_owned(), json(body.split(close).next().expect("an end")))
    });
    examples.collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn unescaped(html: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

/// Returns a page as its style shows it in Chinese, the default language.
fn in_chinese(html: &str) -> String {
    let mut parts = html.split("<span class=\"en\" lang=\"en\">");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once("</span>").map_or("", |(_, rest)| rest));
    let text: String = std::iter::once(first.as_str()).chain(rest).collect();
    text.replace("<span class=\"zh\" lang=\"zh\">", "").replace("</span>", "")
}

fn without_tags(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

/// Without what only one format has around a text: spaces, line breaks, backticks and backslashes.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !['`', '\\'].contains(letter)).collect()
}

/// What each page must say of a code, apart from its examples.
fn said(entry: &Entry) -> Vec<String> {
    let (category, retryable) = (entry.category.to_string(), entry.retryable.to_string());
    let always = [&entry.code, &entry.title, &category, &retryable, &entry.message];
    let details = entry.details.iter().map(|detail| &detail.name);
    let texts = always.into_iter().chain(details).chain(&entry.help).chain(&entry.explanation);
    texts.map(|text| plain(text)).chain([entry.status.to_string()]).collect()
}

fn assert_the_formats_agree(documentation: &Documentation, entry: &Entry) {
    let examples: Vec<Shown> = entry
        .examples
        .iter()
        .map(|example| (example.content_type.clone(), json(&example.body)))
        .collect();
    assert_eq!(examples.len(), 3, "{}", entry.code);
    for (format, shown, text) in documentation.pages(&entry.code) {
        assert_eq!(shown, examples, "{format} of {}", entry.code);
        for said in said(entry) {
            assert!(text.contains(&said), "{format} of {} does not say {said}: {text}", entry.code);
        }
    }
}

/// The names of a body's members, in their order; not RFC 9457's `instance`, which is the request's own path.
fn members(body: &str) -> Vec<&str> {
    let names =
        body.match_indices("\":").map(|(at, _)| body[..at].rsplit('"').next().expect("a name"));
    names.filter(|name| *name != "instance").collect()
}

/// The body with a placeholder for everything that differs between requests. The message must be the template,
/// filled with the details.
fn normalised(body: &str, template: &str) -> Value {
    let mut body = json(body);
    let places = ["/error/details", "/details", "/errors/0/meta/details"];
    let details = places.iter().find_map(|place| body.pointer(place)).cloned().unwrap_or_default();
    let message = details.as_object().into_iter().flatten().fold(
        template.to_owned(),
        |text, (name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.replace(&format!("{{{name}}}"), &value)
        },
    );
    if let Some(members) = body.as_object_mut() {
        members.remove("instance");
    }
    replace(&mut body, "", &|name, value| match name {
        "message" | "detail" => {
            assert_eq!(*value, message, "the template is {template}");
            Some(template.to_owned())
        }
        "id" | "request_id" | "trace_id" | "timestamp" => Some("an id or a time".to_owned()),
        "field" | "pointer" | "retry_after" | "details" => Some(kind(value).to_owned()),
        _ => None,
    });
    body
}

/// Replaces the values for which `with` has a text; `name` is the member's, or `details` for all below it.
fn replace(value: &mut Value, name: &str, with: &dyn Fn(&str, &Value) -> Option<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                replace(value, if name == "details" { name } else { member }, with);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, name, with)),
        _ => {
            if let Some(text) = with(name, value) {
                *value = Value::String(text);
            }
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        _ => "another value",
    }
}

/// A request for each code that the service can be made to produce, the framework's own among them.
fn provoking(prepared: &Prepared) -> Vec<(&'static str, Request<Body>)> {
    let own = prepared.provoking().into_iter().map(|(code, _, request)| (code, request));
    let token = prepared.manager.as_str();
    let method = Request::delete("/projects").body(Body::empty()).expect("a request");
    let media_type = post_text("/projects", token, "text/plain", "{}");
    own.chain([("HTTP_405", method), ("HTTP_415", media_type)]).collect()
}

#[tokio::test]
async fn each_format_shows_what_the_service_answers() {
    let client = Client::open("sqlite::memory:", "documentation").await;
    let prepared = Prepared::new(&client).await;
    let documentation = Documentation::new();
    for form in 0..3 {
        for (code, mut request) in provoking(&prepared) {
            let entry = documentation.data.find(code).expect("a catalogued code");
            let example = &entry.examples[form];
            request
                .headers_mut()
                .insert(header::ACCEPT, HeaderValue::from_str(&example.content_type).unwrap());
            let answer = client.send(request).await;
            assert_eq!(
                (answer.status, answer.header("x-error-code")),
                (entry.status, code),
                "{}",
                answer.text
            );
            assert_eq!(answer.header("content-type"), example.content_type, "{code}");
            assert_eq!(
                members(&answer.text),
                members(&example.body),
                "{code} as {}",
                example.format
            );
            assert_eq!(
                normalised(&answer.text, &entry.message),
                normalised(&example.body, &entry.message),
                "{code} as {}",
                example.format
            );
        }
    }
    for entry in documentation.data.entries() {
        assert_the_formats_agree(&documentation, entry);
    }
}

#[tokio::test]
async fn only_the_codes_without_a_route_are_not_compared() {
    let client = Client::open("sqlite::memory:", "compared").await;
    let compared = provoking(&Prepared::new(&client).await);
    let codes = CATALOG.errors().into_iter().map(|spec| spec.code().to_string());
    let missing = codes.filter(|code| !compared.iter().any(|(compared, _)| compared == code));
    assert!(missing.eq(["E5001", "E5002", "E5003", "E5004", "E5005"]));
}

fn is_chinese(text: &str) -> bool {
    text.contains(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}'))
}

/// A reader of either language meets no sentence of the other one.
#[test]
fn each_code_is_whole_in_chinese_and_english() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    for entry in data.entries() {
        for (language, chinese) in [("zh", true), ("en", false)] {
            let texts = &entry.translations[language];
            let texts = [&texts.title, &texts.explanation, &texts.help];
            let texts = texts.map(|text| text.as_ref().unwrap_or_else(|| panic!("{}", entry.code)));
            for text in texts.into_iter().chain([&entry.messages[language]]) {
                assert_eq!(is_chinese(text), chinese, "{} in {language}: {text}", entry.code);
            }
        }
    }
    let english = Docs::new(&data).in_language("en");
    for format in [Format::Markdown, Format::OpenApi, Format::TypeScript] {
        for file in english.files(format).expect("right templates") {
            let text = String::from_utf8(file.bytes).expect("UTF-8");
            let line = text.lines().find(|line| is_chinese(line));
            assert_eq!(line, None, "{}", file.path);
        }
    }
}
