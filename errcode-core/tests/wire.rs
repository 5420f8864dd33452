//! Bodies, byte for byte.

use errcode_core::{
    AppError, Catalog, Failure, FaultCodes, FieldViolation, FrameworkFault, Public, Subject,
    Timestamp,
    wire::{
        self, BodyFormat, Envelope, ErrorView, Example, Ids, JsonApi, Problem, render as rendered,
    },
};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Debug, Serialize)]
struct Range {
    min: u8,
    max: Option<u8>,
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error(
        "x",
        code = "E1099",
        status = 422,
        user_msg(en = "bad form of {name}", zh = "{name} 的表单无效")
    )]
    Named {
        name: String,
        #[violations]
        violations: Vec<FieldViolation>,
    },
    #[error(
        "no item",
        code = "E1001",
        status = 404,
        title = "Item not found",
        user_msg(zh = "商品 {id} 不存在", en = "no item {id}")
    )]
    Missing { id: u64 },
    #[error("text", code = "E1002", status = 422, title = "Invalid", user_msg = "参数无效")]
    #[subject(pointer = "/items/3/price")]
    Price {
        #[detail]
        range: Range,
        #[detail(rename = "received_as", as = "string")]
        big: u64,
    },
    #[error(
        "several",
        code = "E1003",
        status = 422,
        title = "Several faults",
        user_msg = "表单无效"
    )]
    Form {
        #[violations]
        violations: Vec<FieldViolation>,
    },
    #[error("upstream said {secret}", code = "E1004", category = external, retryable(after = wait))]
    Upstream { secret: String, wait: Duration },
    #[error("inner {0}", code = "E1005", status = 409, internal, public_as = "E1006")]
    Hidden(String),
    #[error("shown", code = "E1006", status = 400, title = "Refused", user_msg = "被拒绝 \"再试\"")]
    Refused,
    #[error("q", code = "E1007", status = 401, headers("WWW-Authenticate" = "Bearer"), user_msg = "x")]
    Who {
        #[header("RateLimit-Remaining")]
        left: u8,
    },
}

struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        match fault {
            FrameworkFault::Unprocessable => Some(ShopError::Refused.into()),
            FrameworkFault::CircuitOpen { dependency: "tracker", .. } => {
                Some(DefaultTracker.into())
            }
            FrameworkFault::CircuitOpen { dependency: "never", .. } => Some(NeverTracker.into()),
            _ => None,
        }
    }
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    docs = "https://errors.example.com/{code}";
    languages = ["zh", "en"];
    faults = Faults;
}

fn ids() -> Ids<'static> {
    Ids::default()
        .request_id("req_1")
        .trace_id("4bf92f3577b34da6a3ce929d0e0e4736")
        .task_id("APEX-17")
}

fn render_in(format: &dyn BodyFormat, failure: impl Into<Failure>, language: &str) -> String {
    let public = CATALOG.public(&failure.into());
    let view = ErrorView::new(&public, Some(&CATALOG), ids())
        .in_language(language)
        .at(Timestamp::from_unix_millis(1_771_668_000_000));
    let mut out = Vec::new();
    format.write(&view.with_instance("/items/17"), &mut out);
    String::from_utf8(out).expect("UTF-8")
}

fn render(format: &dyn BodyFormat, failure: impl Into<Failure>) -> String {
    render_in(format, failure, "zh")
}

const TAIL: &str = concat!(
    r#""request_id":"req_1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","#,
    r#""task_id":"APEX-17","timestamp":"2026-02-21T10:00:00Z""#
);

#[test]
fn the_envelope() {
    assert_eq!(
        render(&Envelope, ShopError::Missing { id: 17 }),
        format!(
            concat!(
                r#"{{"success":false,"error":{{"code":"E1001","message":"商品 17 不存在","retryable":false,"#,
                r#""details":{{"id":"17"}},"docs":"https://errors.example.com/E1001"}},{TAIL}}}"#
            ),
            TAIL = TAIL
        )
    );
}

#[test]
fn the_problem_of_rfc_9457() {
    assert_eq!(
        render_in(&Problem, ShopError::Missing { id: 17 }, "en"),
        format!(
            concat!(
                r#"{{"type":"https://errors.example.com/E1001","title":"Item not found","status":404,"#,
                r#""detail":"no item 17","instance":"/items/17","code":"E1001",{TAIL},"retryable":false,"#,
                r#""details":{{"id":"17"}}}}"#
            ),
            TAIL = TAIL
        )
    );
}

#[test]
fn the_errors_of_json_api() {
    assert_eq!(
        render_in(&JsonApi::default(), ShopError::Missing { id: 17 }, "en"),
        concat!(
            r#"{"errors":[{"id":"req_1","links":{"type":"https://errors.example.com/E1001"},"#,
            r#""status":"404","code":"E1001","title":"Item not found","detail":"no item 17","#,
            r#""meta":{"details":{"id":"17"},"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","#,
            r#""task_id":"APEX-17","timestamp":"2026-02-21T10:00:00Z","retryable":false}}]}"#
        )
    );
    assert!(
        render(&JsonApi::with_numeric_status(), ShopError::Refused).contains(r#""status":400,"#)
    );
}

#[test]
fn typed_details_and_a_subject() {
    let error = || ShopError::Price { range: Range { min: 3, max: None }, big: u64::MAX };
    let details =
        r#""details":{"range":{"min":3,"max":null},"received_as":"18446744073709551615"}"#;
    let errors = r#""errors":[{"field":"items[3].price","pointer":"/items/3/price","code":"E1002","message":"参数无效"}]"#;
    let body = render(&Envelope, error());
    assert!(
        body.contains(r#""message":"参数无效","field":"items[3].price","retryable":false,"#),
        "{body}"
    );
    assert!(body.contains(&format!(r#"{details},"pointer":"/items/3/price""#)), "{body}");
    let body = render(&Problem, error());
    assert!(body.contains(&format!("{errors},{details}}}")), "{body}");
    let body = render(&JsonApi::default(), error());
    assert!(
        body.contains(&format!(
            r#""source":{{"pointer":"/items/3/price"}},"meta":{{{details},"field":"items[3].price","#
        )),
        "{body}"
    );
}

#[test]
fn several_violations() {
    let violations = || {
        let price = FieldViolation::new(Subject::Pointer("/items/3/price".into()), "至少 3")
            .code("E1002")
            .rule("range")
            .param("min", 3);
        vec![price, FieldViolation::new(Subject::Parameter("page".into()), "")]
    };
    let list = concat!(
        r#"[{"field":"items[3].price","pointer":"/items/3/price","code":"E1002","rule":"range","#,
        r#""params":{"min":3},"message":"至少 3"},{"field":"page","parameter":"page","code":"E1003","#,
        r#""message":"表单无效"}]"#
    );
    let body = render(&Envelope, ShopError::Form { violations: violations() });
    assert!(
        body.contains(&format!(
            r#""field":"items[3].price","retryable":false,"details":{{"errors":{list}}}"#
        )),
        "{body}"
    );
    let body = render(&Problem, ShopError::Form { violations: violations() });
    assert!(body.ends_with(&format!(r#""errors":{list}}}"#)), "{body}");
    let body = render(&JsonApi::default(), ShopError::Form { violations: violations() });
    assert_eq!(body.matches(r#""id":"req_1""#).count(), 2, "{body}");
    assert!(body.contains(r#""source":{"parameter":"page"}"#), "{body}");
    assert!(body.ends_with(r#"],"meta":{"code":"E1003","message":"表单无效"}}"#), "{body}");
}

/// The body of an error with this many violations, of which it lists at most three.
fn of_many(format: &dyn BodyFormat, failure: impl Into<Failure>) -> Value {
    let public = CATALOG.public(&failure.into());
    let view = ErrorView::new(&public, Some(&CATALOG), Ids::default()).max_violations(3);
    serde_json::from_slice(&rendered(format, &view)).expect("JSON")
}

#[test]
fn a_long_value_is_not_repeated_for_each_violation() {
    let violations = || -> Vec<FieldViolation> {
        (0..100)
            .map(|at| FieldViolation::new(Subject::Pointer(format!("/{at}").into()), ""))
            .collect()
    };
    let error = |name: String| ShopError::Named { name, violations: violations() };
    for format in [&Envelope as &dyn BodyFormat, &Problem, &JsonApi::default()] {
        let short = render_in(format, error("Ann".into()), "en");
        assert!(short.matches("bad form of Ann").count() >= 100, "{short}");
        let long = render_in(format, error("x".repeat(100_000)), "en");
        assert!(long.len() < 400_000, "{} bytes", long.len());
        assert!(long.matches("The request could not be completed").count() == 100, "{long:.300}");
        serde_json::from_str::<Value>(&long).expect("JSON");
    }
    let body = render_in(&JsonApi::default(), error("x".repeat(100_000)), "en");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["errors"][0]["meta"]["details"]["name"].as_str().map(str::len), Some(100_000));
    assert_eq!(body["errors"][1]["meta"].get("details"), None);
    assert_eq!(body["meta"]["message"].as_str().map(str::len), Some(100_012));
}

#[test]
fn a_body_lists_some_violations_and_counts_the_others() {
    let violations = |count: usize| -> Vec<FieldViolation> {
        let pointer = |at: usize| Subject::Pointer(format!("/items/{at}").into());
        (0..count).map(|at| FieldViolation::new(pointer(at), "")).collect()
    };
    let refused = |count, omitted| {
        Failure::refusal_of_many(FrameworkFault::Validation, "", violations(count), omitted)
    };
    let own = |count| Failure::from(ShopError::Form { violations: violations(count) });
    for (failure, listed, omitted) in [
        (own(3), 3, Value::Null),
        (own(4), 3, json!(1)),
        (own(100_000), 3, json!(99_997)),
        (refused(2, 0), 2, Value::Null),
        (refused(3, 230_000), 3, json!(230_000)),
        (refused(5, 7), 3, json!(9)),
    ] {
        let body = of_many(&Envelope, failure.clone());
        let details = &body["error"]["details"];
        assert_eq!(details["errors"].as_array().map(Vec::len), Some(listed));
        assert_eq!(details["errors_omitted"], omitted);
        let body = of_many(&Problem, failure.clone());
        assert_eq!(body["errors"], details["errors"]);
        assert_eq!(body["errors_omitted"], omitted);
        let body = of_many(&JsonApi::default(), failure.clone());
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(listed));
        assert_eq!(body["meta"]["errors_omitted"], omitted);
    }
    let public = CATALOG.public(&own(150));
    let view = ErrorView::new(&public, Some(&CATALOG), Ids::default());
    let body: Value = serde_json::from_slice(&rendered(&Problem, &view)).expect("JSON");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(100));
    assert_eq!(body["errors_omitted"], 50);
}

#[test]
fn the_parts_of_a_refused_request_keep_their_place_under_a_mapped_code() {
    let fault = FieldViolation::new(Subject::Pointer("/name".into()), "").rule("required");
    let body =
        render(&Envelope, Failure::refusal(FrameworkFault::Unprocessable, "log text", vec![fault]));
    assert!(
        body.contains(r#""code":"E1006","message":"被拒绝 \"再试\"","field":"name""#),
        "{body}"
    );
    assert!(
        body.contains(
            r#""errors":[{"field":"name","pointer":"/name","code":"E1006","rule":"required""#
        ),
        "{body}"
    );
    assert!(!body.contains("log text"));
}

#[test]
fn a_code_without_a_message_says_its_category_s_text() {
    let error =
        || ShopError::Upstream { secret: "hunter2".into(), wait: Duration::from_millis(1500) };
    let body = render(&Envelope, error());
    assert!(
        body.contains(
            r#""message":"外部系统不可用，请稍后重试。","retryable":true,"retry_after":2"#
        ),
        "{body}"
    );
    assert!(!body.contains("hunter2"));
    assert!(render_in(&Envelope, error(), "en").contains("An external system is unavailable."));
}

#[test]
fn an_internal_code_shows_the_public_one_and_none_of_its_fields() {
    let body = render(&Envelope, ShopError::Hidden("secret".into()));
    assert!(body.contains(r#""code":"E1006","message":"被拒绝 \"再试\"""#), "{body}");
    assert!(!body.contains("secret") && !body.contains("E1005"));
}

#[test]
fn a_write_is_not_retryable_because_of_its_category_alone() {
    let public = CATALOG.public(&DefaultTracker.into());
    let view = || ErrorView::new(&public, Some(&CATALOG as &Catalog), ids());
    assert!(view().retry().retryable && !view().for_write().retry().retryable);
    let said =
        CATALOG.public(&ShopError::Upstream { secret: String::new(), wait: Duration::ZERO }.into());
    let view = ErrorView::new(&said, None, ids()).for_write();
    assert_eq!((view.retry().retryable, view.retry().after_seconds()), (true, Some(1)));
}

#[derive(Debug, AppError)]
#[error("tracker", code = "T1", category = external)]
struct DefaultTracker;

#[derive(Debug, AppError)]
#[error("tracker", code = "T2", status = 503, retryable = false)]
struct NeverTracker;

#[test]
fn the_rest_of_a_breaker_s_open_time_reaches_clients_with_any_code() {
    let retry = |dependency, millis, write| {
        let retry_after = Some(Duration::from_millis(millis));
        let fault = FrameworkFault::CircuitOpen { dependency, retry_after };
        let public = CATALOG.public(&Failure::fault(fault, "open"));
        let view = ErrorView::new(&public, Some(&CATALOG), ids());
        let view = if write { view.for_write() } else { view };
        (view.spec().code().as_str(), view.retry().retryable, view.retry().after_seconds())
    };
    assert_eq!(retry("tracker", 29_001, false), ("T1", true, Some(30)));
    assert_eq!(retry("tracker", 28_000, false), ("T1", true, Some(28)));
    assert_eq!(retry("llm", 0, false), ("HTTP_503", true, Some(1)));
    assert_eq!(retry("tracker", 2_500, true), ("T1", false, Some(3)));
    assert_eq!(retry("never", 2_500, false), ("T2", false, None));
}

#[test]
fn headers_of_a_code() {
    let public = CATALOG.public(&ShopError::Who { left: 3 }.into());
    let view = ErrorView::new(&public, Some(&CATALOG), ids());
    let headers: Vec<_> = view.headers().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(headers, ["WWW-Authenticate: Bearer", "RateLimit-Remaining: 3"]);
}

#[test]
fn the_language_is_the_one_of_the_text() {
    let of = |failure: Failure, language| {
        let public = CATALOG.public(&failure);
        ErrorView::new(&public, Some(&CATALOG), ids())
            .in_language(language)
            .language()
            .map(str::to_owned)
    };
    assert_eq!(of(ShopError::Missing { id: 1 }.into(), "en").as_deref(), Some("en"));
    // Its only text is untagged, so it is in the catalog's default language.
    assert_eq!(of(ShopError::Refused.into(), "en").as_deref(), Some("zh"));
    assert_eq!(of(FrameworkFaultless.into(), "fr").as_deref(), Some("en"));
}

#[derive(Debug, AppError)]
#[error("neutral", code = "N1", status = 400)]
struct FrameworkFaultless;

#[test]
fn hostile_text_stays_inside_its_string() {
    #[derive(Debug, AppError)]
    #[error("x", code = "H1", status = 400, user_msg = "{text}")]
    struct Hostile {
        text: String,
    }
    let text: String =
        (0..=0x9f_u8).map(char::from).chain("\u{2028}\"}\\ud800 </script>".chars()).collect();
    for format in [&Envelope as &dyn BodyFormat, &Problem, &JsonApi::default()] {
        let body = render(format, Hostile { text: text.clone() });
        let json: Value = serde_json::from_str(&body).expect("JSON");
        let found = [&json["error"]["message"], &json["detail"], &json["errors"][0]["detail"]];
        assert!(found.iter().any(|value| value.as_str() == Some(&text)), "{body}");
        assert!(!body.bytes().any(|byte| byte < 0x20 || byte == 0x7f));
    }
}

#[derive(Debug, AppError)]
#[expect(dead_code, reason = "only its example is made")]
enum Shown {
    #[error("text", code = "E1101", status = 409, user_msg = "{name} ({kind}) by {by}")]
    Named {
        #[detail]
        name: String,
        #[detail]
        kind: Kind,
        #[detail(example = "17")]
        by: u64,
    },
}

#[derive(Debug, Serialize)]
struct Kind;

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("kind")
    }
}

errcode_core::catalog! { static SHOWN = [Shown]; }

/// A value without an end: each has one inside, and then another.
#[derive(Debug)]
struct Endless;

impl std::fmt::Display for Endless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        loop {
            f.write_str("and so on, ")?;
        }
    }
}

impl Serialize for Endless {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq([Self, Self])
    }
}

#[derive(Debug, AppError)]
#[error("m", code = "E1", status = 404, user_msg = "all {text}, of {id}")]
struct WithoutEnd {
    text: Endless,
    #[detail]
    inner: Endless,
    #[detail]
    list: Vec<Range>,
    id: u8,
}

#[test]
fn a_value_without_an_end_leaves_a_body() {
    let list = || vec![Range { min: 1, max: None }];
    let error = || WithoutEnd { text: Endless, inner: Endless, list: list(), id: 7 };
    for format in [&Envelope as &dyn BodyFormat, &Problem, &JsonApi::new()] {
        let text = render(format, error());
        assert!(text.len() < 40 << 20, "{}", text.len());
        let body: Value = serde_json::from_str(&text).unwrap();
        let details =
            [&body["error"]["details"], &body["details"], &body["errors"][0]["meta"]["details"]];
        let details = details.into_iter().find(|details| !details.is_null()).unwrap();
        assert_eq!((&details["inner"], &details["id"]), (&Value::Null, &json!("7")));
    }
    let failure = Failure::from(error());
    let public = Public::without_catalog(&failure);
    let message = ErrorView::new(&public, None, ids()).message();
    assert!(message.starts_with("all and so on, and so on, "));
    assert!(message.len() < 20 << 20, "{}", message.len());
}

#[test]
fn a_text_has_no_quotes_in_an_examples_message() {
    let example = Example::new(SHOWN.lookup("E1101").expect("a code"));
    let body = rendered(&Envelope, &ErrorView::from_example(&example, Some(&SHOWN), ids()));
    let body = String::from_utf8(body).expect("UTF-8");
    let expected = r#""message":"name (kind) by 17","retryable":false,"details":{"name":"name","kind":"kind","by":17}"#;
    assert!(body.contains(expected), "{body}");
}

#[test]
fn a_body_without_a_view_is_that_of_the_view() {
    let violations = || vec![FieldViolation::new(Subject::Pointer("/a".into()), "wrong")];
    let range = Range { min: 1, max: None };
    let failures: [Failure; 9] = [
        ShopError::Named { name: "n".to_owned(), violations: violations() }.into(),
        ShopError::Missing { id: 17 }.into(),
        ShopError::Price { range, big: 1 << 60 }.into(),
        ShopError::Upstream { secret: "s".to_owned(), wait: Duration::from_secs(2) }.into(),
        ShopError::Hidden("s".to_owned()).into(),
        ShopError::Refused.into(),
        ShopError::Who { left: 3 }.into(),
        Failure::refusal(FrameworkFault::Unprocessable, "s", violations()),
        Failure::fault(FrameworkFault::UnknownRoute, "s"),
    ];
    let before_time = |body: Vec<u8>| {
        let body = String::from_utf8(body).expect("text");
        let (before, _) = body.split_once("\"timestamp\"").expect("a time");
        before.to_owned()
    };
    for failure in &failures {
        for catalog in [None, Some(&CATALOG as &Catalog)] {
            let public = match catalog {
                Some(catalog) => catalog.public(failure),
                None => Public::without_catalog(failure),
            };
            let view = ErrorView::new(&public, catalog, ids());
            let expected = before_time(rendered(&Envelope, &view));
            assert_eq!(before_time(wire::body(failure, catalog, ids())), expected);
        }
    }
}
