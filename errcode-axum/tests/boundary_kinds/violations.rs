//! What an answer says of the rules that a request breaks: where, which, and how many.

use super::JSON;
use crate::listener::{Answer, Server, get, post};
use axum::{
    Router,
    routing::{get as on_get, post as on_post},
};
use errcode_axum::{
    ErrorLayer,
    extract::{Form, Garde, Json, Path, Query, Rename, Valid},
};
use errcode_core::{AppError, FieldViolation, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use validator::{Validate, ValidationError, ValidationErrors};

#[derive(Debug, AppError)]
enum FormError {
    #[error("bad form", code = "E31", status = 422)]
    Form {
        #[violations]
        violations: Vec<FieldViolation>,
    },
}

errcode_core::catalog! { static FORMS = [FormError]; languages = ["en"]; }

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Many {
    #[validate(nested)]
    #[garde(dive)]
    v: Vec<Short>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Short {
    #[validate(length(min = 1))]
    #[garde(length(min = 1))]
    a: String,
}

async fn own() -> errcode_axum::Result<()> {
    let pointer = |at: usize| Subject::Pointer(format!("/v/{at}").into());
    let violations = (0..230_000).map(|at| FieldViolation::new(pointer(at), "")).collect();
    Err(FormError::Form { violations })?
}

fn many() -> Router {
    Router::new()
        .route("/validator", on_post(async |_: Valid<Json<Many>>| "ok"))
        .route("/garde", on_post(async |_: Valid<Json<Many>, Garde>| "ok"))
        .route("/own", on_post(own))
}

/// The number of listed errors, the number of the others, and the place of the last one that is listed.
fn counted(accept: &str, answer: &Answer) -> (usize, Value, Value) {
    let body = answer.json();
    let (list, omitted) = match accept {
        JSON => {
            let details = &body["error"]["details"];
            (details["errors"].clone(), details["errors_omitted"].clone())
        }
        "application/problem+json" => (body["errors"].clone(), body["errors_omitted"].clone()),
        _ => (body["errors"].clone(), body["meta"]["errors_omitted"].clone()),
    };
    let list = list.as_array().cloned().unwrap_or_default();
    let last = list.last().cloned().unwrap_or_default();
    let pointer = last.get("pointer").unwrap_or(&last["source"]["pointer"]).clone();
    (list.len(), omitted, pointer)
}

#[test]
fn a_small_request_does_not_cause_a_large_answer() {
    const FORMATS: [&str; 3] = [JSON, "application/problem+json", "application/vnd.api+json"];
    let body = |items: usize| format!("{{\"v\":[{}]}}", vec![r#"{"a":""}"#; items].join(","));
    let most = 2_000_000 / 9;
    let (large, small) = (body(most), body(1_000));
    assert!((1_990_000..2_097_152).contains(&large.len()), "{}", large.len());
    for (limit, layer) in [
        (100, ErrorLayer::new(&FORMS)),
        (3, ErrorLayer::new(&FORMS).max_violations(3)),
        (1, ErrorLayer::new(&FORMS).max_violations(0)),
    ] {
        let server = Server::start(many().layer(layer));
        let (body, items) = if limit == 100 { (&large, most) } else { (&small, 1_000) };
        for (path, count) in [("/validator", items), ("/garde", items), ("/own", 230_000)] {
            // The large body once: it takes a debug build a second to check.
            for accept in FORMATS.iter().take(if items == most { 1 } else { 3 }) {
                let headers = format!("Accept: {accept}\r\n");
                let answer = server.send(&post(path, JSON, &headers, body));
                let last = format!("/v/{}{}", limit - 1, if path == "/own" { "" } else { "/a" });
                assert_eq!(
                    counted(accept, &answer),
                    (limit, json!(count - limit), json!(last)),
                    "{path} as {accept}"
                );
                assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
            }
        }
        let log = server.stop();
        assert!(log.0.len() < 64 * 1024, "{} bytes", log.0.len());
    }
}

#[test]
fn what_is_just_within_the_limit_is_listed_whole() {
    let server = Server::start(many().layer(ErrorLayer::new(&FORMS).max_violations(3)));
    for (items, listed, omitted) in [(2, 2, Value::Null), (3, 3, Value::Null), (4, 3, json!(1))] {
        let body = json!({"v": vec![json!({"a": ""}); items]}).to_string();
        for path in ["/validator", "/garde"] {
            let (count, others, _) = counted(JSON, &server.send(&post(path, JSON, "", &body)));
            assert_eq!((count, &others), (listed, &omitted), "{path} {items}");
        }
    }
}

/// A large part of a request that occurs in each of its places.
#[test]
fn a_long_key_is_not_repeated() {
    #[derive(Debug, Deserialize, Validate, garde::Validate)]
    struct Keyed {
        #[validate(nested)]
        #[garde(dive)]
        h: BTreeMap<String, Many>,
    }
    let routes = Router::new()
        .route("/validator", on_post(async |_: Valid<Json<Keyed>>| "ok"))
        .route("/garde", on_post(async |_: Valid<Json<Keyed>, Garde>| "ok"));
    let server = Server::start(routes.layer(ErrorLayer::new(&FORMS)));
    let key = "k".repeat(1_000_000);
    let body = json!({"h": {key: {"v": vec![json!({"a": ""}); 200]}}}).to_string();
    for path in ["/validator", "/garde"] {
        let answer = server.send(&post(path, JSON, "", &body));
        assert_eq!(counted(JSON, &answer), (100, json!(100), json!("/h")), "{path}");
        assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
    }
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Password {
    #[validate(must_match(other = "confirm", code = "mismatch"))]
    #[garde(matches(confirm))]
    word: String,
    #[garde(skip)]
    confirm: String,
    #[validate(must_match(other = "word"))]
    #[garde(skip)]
    again: String,
    #[serde(default)]
    #[validate(custom(function = "loud", code = "length"))]
    #[garde(skip)]
    hint: Option<String>,
    #[validate(length(max = 3, code = "other"), contains(pattern = "x", code = "value"))]
    #[garde(length(max = 3))]
    short: String,
}

fn loud(_: &str) -> Result<(), ValidationError> {
    Err(ValidationError::new("loud"))
}

#[test]
fn parameters_are_the_rule_s_own_constants() {
    let routes = Router::new()
        .route("/validator", on_post(async |_: Valid<Json<Password>>| "ok"))
        .route("/garde", on_post(async |_: Valid<Json<Password>, Garde>| "ok"));
    let server = Server::start(routes.layer(ErrorLayer::new(&FORMS)));
    let body = json!({"word": "hunter1", "confirm": "hunter2", "again": "hunter3",
                      "hint": "hunter4", "short": "hunter5"});
    for path in ["/validator", "/garde"] {
        for accept in [JSON, "application/problem+json", "application/vnd.api+json"] {
            let headers = format!("Accept: {accept}\r\n");
            let answer = server.send(&post(path, JSON, &headers, body.to_string()));
            assert_eq!(answer.status, 422, "{}", answer.text());
            assert!(!answer.text().contains("hunter"), "{path}: {}", answer.text());
        }
    }
    let answer = server.send(&post("/validator", JSON, "", body.to_string()));
    let errors = answer.json()["error"]["details"]["errors"].clone();
    let said: Vec<_> = errors.as_array().expect("a list").iter().collect();
    let params = |rule: &str| {
        said.iter().find(|error| error["rule"] == rule).map(|error| error["params"].clone())
    };
    assert_eq!(params("mismatch"), Some(Value::Null), "{errors}");
    assert_eq!(params("must_match"), Some(Value::Null), "{errors}");
    assert_eq!(params("other"), Some(json!({"max": 3})), "{errors}");
    assert_eq!(params("value"), Some(json!({"needle": "x"})), "{errors}");
    assert!(!server.stop().0.contains("hunter"));
}

#[derive(Debug, Deserialize, Serialize, PartialEq, Eq, Hash, Validate, garde::Validate)]
struct Line {
    #[serde(default)]
    #[validate(range(min = 1))]
    #[garde(range(min = 1))]
    qty: u32,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Inner {
    #[serde(flatten)]
    #[validate(nested)]
    #[garde(dive)]
    b: Line,
    #[serde(default)]
    #[validate(length(max = 2))]
    #[garde(inner(length(max = 2)))]
    note: Option<String>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Flat {
    #[serde(flatten)]
    #[validate(nested)]
    #[garde(dive)]
    a: Inner,
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    lines: Vec<Line>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Maps {
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    h: HashMap<String, Line>,
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    deep: BTreeMap<String, Flat>,
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    set: HashSet<Line>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
#[serde(rename_all = "camelCase")]
struct Named {
    #[serde(rename = "type")]
    #[validate(length(min = 1))]
    #[garde(length(min = 1))]
    kind: String,
    #[serde(alias = "colour", alias = "tint")]
    #[validate(length(min = 1))]
    #[garde(length(min = 1))]
    color: String,
    #[serde(default)]
    #[validate(length(max = 2))]
    #[garde(length(max = 2))]
    user_name: String,
    #[serde(default, rename = "addr")]
    #[validate(nested)]
    #[garde(dive)]
    address: Option<Flat>,
    #[serde(default = "short")]
    #[validate(length(min = 3))]
    #[garde(length(min = 3))]
    defaulted: String,
}

fn short() -> String {
    "abc".to_owned()
}

#[derive(Debug, Deserialize, garde::Validate)]
#[serde(rename_all = "lowercase")]
enum External {
    Box(#[garde(dive)] Line),
    Crate {
        #[garde(range(min = 1))]
        weight: u8,
    },
    Pair(#[garde(range(min = 1))] u8, #[garde(range(min = 1))] u8),
}

#[derive(Debug, Deserialize, garde::Validate)]
#[serde(tag = "t", rename_all = "lowercase")]
enum Internal {
    Crate {
        #[garde(range(min = 1))]
        weight: u8,
    },
}

#[derive(Debug, Deserialize, garde::Validate)]
#[serde(tag = "t", content = "c", rename_all = "lowercase")]
enum Adjacent {
    Crate {
        #[garde(range(min = 1))]
        weight: u8,
    },
}

#[derive(Debug, Deserialize, garde::Validate)]
#[serde(untagged)]
enum Untagged {
    Crate {
        #[garde(range(min = 1))]
        weight: u8,
    },
}

fn weight(weight: u8) -> Result<(), ValidationErrors> {
    let mut errors = ValidationErrors::new();
    if weight == 0 {
        let mut error = ValidationError::new("range");
        error.add_param("value".into(), &weight);
        errors.add("weight", error);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl Validate for External {
    fn validate(&self) -> Result<(), ValidationErrors> {
        match self {
            Self::Box(line) => line.validate(),
            Self::Crate { weight: one } => weight(*one),
            Self::Pair(..) => Ok(()),
        }
    }
}

macro_rules! validate_weight {
    ($($kind:ident)*) => {$(
        impl Validate for $kind {
            fn validate(&self) -> Result<(), ValidationErrors> {
                match self {
                    Self::Crate { weight: one } => weight(*one),
                }
            }
        }
    )*};
}
validate_weight! { Internal Adjacent Untagged }

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Enums {
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    external: Option<External>,
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    internal: Option<Internal>,
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    adjacent: Option<Adjacent>,
    #[serde(default)]
    #[validate(nested)]
    #[garde(dive)]
    untagged: Option<Untagged>,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Paging {
    #[serde(flatten)]
    #[validate(nested)]
    #[garde(dive)]
    window: Window,
}

#[derive(Debug, Deserialize, Validate, garde::Validate)]
struct Window {
    #[serde(rename = "per-page", deserialize_with = "number")]
    #[validate(range(max = 100))]
    #[garde(range(max = 100))]
    size: u32,
    #[serde(default, deserialize_with = "number")]
    #[validate(range(max = 100))]
    #[garde(range(max = 100))]
    max: u32,
}

/// A flattened query has only text.
fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

pub(super) fn places() -> Router {
    macro_rules! both {
        ($($path:literal $kind:ty),* $(,)?) => {
            Router::new()$(
                .route(concat!("/v/", $path), on_post(async |_: Valid<Json<$kind>>| "ok"))
                .route(concat!("/g/", $path), on_post(async |_: Valid<Json<$kind>, Garde>| "ok"))
            )*
        };
    }
    both!("flat" Flat, "maps" Maps, "named" Named, "enums" Enums)
        .route("/v/query", on_get(async |_: Valid<Query<Paging>>| "ok"))
        .route("/g/query", on_get(async |_: Valid<Query<Paging>, Garde>| "ok"))
        .route("/v/path/{per-page}", on_get(async |_: Valid<Path<Window>>| "ok"))
        .route("/g/path/{per-page}", on_get(async |_: Valid<Path<Window>, Garde>| "ok"))
        .route("/v/form", on_post(async |_: Valid<Form<Paging>>| "ok"))
        .route("/g/form", on_post(async |_: Valid<Form<Paging>, Garde>| "ok"))
        .layer(ErrorLayer::new(&FORMS).rename(Rename::CamelCase))
}

/// The places of an answer's violations, sorted. A whole body has none.
fn pointers(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let errors = body["error"]["details"]["errors"].as_array().cloned().unwrap_or_default();
    let place = |error: &Value| {
        let place = error.get("pointer").or(error.get("parameter"));
        place.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut places: Vec<_> = errors.iter().map(place).collect();
    places.sort();
    places
}

/// The type, the body, and the places of the broken rules by `validator` and by `garde`.
type Row = (&'static str, Value, Vec<&'static str>, Vec<&'static str>);

/// Flattened structs, maps and sets.
fn members() -> Vec<Row> {
    let same = |kind, body, places: &[&'static str]| (kind, body, places.to_vec(), places.to_vec());
    vec![
        same("flat", json!({"qty": 0}), &["/qty"]),
        same("flat", json!({"qty": 0, "note": "long"}), &["/note", "/qty"]),
        same("flat", json!({"qty": 0, "a": 5, "b": 6}), &["/qty"]),
        // A flattened field that was not sent is the whole's.
        same("flat", json!({"lines": []}), &[""]),
        same(
            "flat",
            json!({"qty": 1, "lines": [{"qty": 1}, {"qty": 0}, {}]}),
            &["/lines/1/qty", "/lines/2/qty"],
        ),
        same("maps", json!({"h": {"pear": {"qty": 0}}}), &["/h/pear/qty"]),
        same(
            "maps",
            json!({"h": {"fig": {"qty": 2}, "pear": {"qty": 0}, "apple": {"qty": 1}, "plum": {"qty": 0}}}),
            &["/h/pear/qty", "/h/plum/qty"],
        ),
        same("maps", json!({"h": {"a/b~c": {"qty": 0}}}), &["/h/a~1b~0c/qty"]),
        same("maps", json!({"h": {"qty": {"qty": 0}, "user_name": {"qty": 1}}}), &["/h/qty/qty"]),
        same(
            "maps",
            json!({"h": {"user_name": {"qty": 0}, "userName": {"qty": 1}}}),
            &["/h/user_name/qty"],
        ),
        same("maps", json!({"h": {"pear": {}}}), &["/h/pear/qty"]),
        same("maps", json!({"h": {"a \"key\"": {"qty": 0}}}), &["/h"]),
        same(
            "maps",
            json!({"h": {"pear": {"qty": 0}, "fig": {"qty": 3}}, "set": []}),
            &["/h/pear/qty"],
        ),
        same(
            "maps",
            json!({"deep": {"x": {"qty": 1, "lines": [{"qty": 2}, {"qty": 0}]}, "y": {"qty": 0}}}),
            &["/deep/x/lines/1/qty", "/deep/y/qty"],
        ),
        same("maps", json!({"set": [{"qty": 0}]}), &["/set/0/qty"]),
    ]
}

/// The same for fields with another name, and for enums.
fn names() -> Vec<Row> {
    let same = |kind, body, places: &[&'static str]| (kind, body, places.to_vec(), places.to_vec());
    vec![
        // The value tells which member it is. `garde` says none.
        ("named", json!({"type": "", "color": "c"}), vec![""], vec![""]),
        (
            "named",
            json!({"type": "", "color": "c", "userName": "u", "addr": null, "defaulted": "abc"}),
            vec!["/type"],
            vec![""],
        ),
        same("named", json!({"type": "t", "color": ""}), &["/color"]),
        same("named", json!({"type": "t", "colour": ""}), &["/colour"]),
        same(
            "named",
            json!({"type": "t", "tint": "", "userName": "long"}),
            &["/tint", "/userName"],
        ),
        same("named", json!({"type": "t", "color": "c", "userName": "long"}), &["/userName"]),
        same("named", json!({"type": "t", "color": "c", "addr": {"qty": 0}}), &["/addr/qty"]),
        same("named", json!({"type": "t", "color": "c", "defaulted": "a"}), &["/defaulted"]),
        same("enums", json!({"external": {"box": {"qty": 0}}}), &["/external/box/qty"]),
        same("enums", json!({"external": {"crate": {"weight": 0}}}), &["/external/crate/weight"]),
        ("enums", json!({"external": {"pair": [1, 0]}}), vec![], vec!["/external/pair/1"]),
        same("enums", json!({"internal": {"t": "crate", "weight": 0}}), &["/internal/weight"]),
        same(
            "enums",
            json!({"adjacent": {"t": "crate", "c": {"weight": 0}}}),
            &["/adjacent/c/weight"],
        ),
        same("enums", json!({"untagged": {"weight": 0}}), &["/untagged/weight"]),
    ]
}

#[test]
fn pointers_lead_to_members_of_the_body_that_was_sent() {
    let server = Server::start(places());
    for (kind, body, by_validator, by_garde) in members().into_iter().chain(names()) {
        for (library, expected) in [("v", by_validator), ("g", by_garde)] {
            let path = format!("/{library}/{kind}");
            let answer = server.send(&post(&path, JSON, "", body.to_string()));
            if expected.is_empty() {
                assert_eq!(answer.status, 200, "{path} {body}\n{}", answer.text());
                continue;
            }
            assert_eq!(answer.status, 422, "{path} {body}\n{}", answer.text());
            assert_eq!(pointers(&answer), expected, "{path} {body}\n{}", answer.text());
        }
    }
    let log = server.stop();
    for key in ["pear", "plum", "user_name", "a/b"] {
        assert!(!log.0.contains(key), "a key of a map is the client's: {}", log.0);
    }
}

#[test]
fn a_large_map_or_list_is_named_as_far_as_it_is_known() {
    let server = Server::start(places());
    let keys = |count: usize| -> Value {
        (0..count).map(|at| (format!("k{at}"), json!({"qty": 0}))).collect::<Map<_, _>>().into()
    };
    let mut list = vec![json!({"qty": 1}); 5_000];
    list[4_321] = json!({"qty": 0});
    let last = json!({"qty": 1, "lines": list});
    let answer = server.send(&post("/v/flat", JSON, "", last.to_string()));
    assert_eq!(pointers(&answer), ["/lines/4321/qty"]);
    let answer = server.send(&post("/v/maps", JSON, "", json!({"h": keys(100)}).to_string()));
    let all: HashSet<_> = pointers(&answer).into_iter().collect();
    assert_eq!(all.len(), 100);
    assert!(all.iter().all(|pointer| pointer.starts_with("/h/k") && pointer.ends_with("/qty")));
    // Which 100 of them are listed is not known.
    for count in [101, 5_000] {
        let body = json!({"h": keys(count)}).to_string();
        let answer = server.send(&post("/v/maps", JSON, "", &body));
        assert_eq!(pointers(&answer), vec!["/h"; 100], "{count}");
    }
}

#[test]
fn parameters_are_named_as_they_were_sent() {
    let form = "application/x-www-form-urlencoded";
    let server = Server::start(places());
    for library in ["v", "g"] {
        // `garde` says no value, and the name is not Rust's.
        let known = |name| if library == "v" { name } else { "" };
        for (request, name) in [
            (get(&format!("/{library}/query?per-page=500"), ""), known("per-page")),
            (get(&format!("/{library}/query?limit=7&per-page=500"), ""), known("per-page")),
            (get(&format!("/{library}/query?max=500&per-page=1"), ""), "max"),
            (get(&format!("/{library}/path/500"), ""), known("per-page")),
            (post(&format!("/{library}/form"), form, "", "per-page=500"), known("/per-page")),
            (post(&format!("/{library}/form"), form, "", "per-page=5&max=101"), "/max"),
        ] {
            let shown = String::from_utf8_lossy(&request).into_owned();
            let answer = server.send(&request);
            assert_eq!(answer.status, 422, "{shown}\n{}", answer.text());
            assert_eq!(pointers(&answer), [name], "{shown}\n{}", answer.text());
        }
    }
}
