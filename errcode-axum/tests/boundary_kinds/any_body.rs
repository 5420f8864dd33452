//! Bodies of every shape: none that is valid JSON is called malformed, and each violation is at a place that was sent.

use super::violations::places;
use axum::{Router, body::Body, extract::Request};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

/// What occurs in the types, and what does not.
const KEYS: [&str; 12] =
    ["qty", "note", "lines", "h", "box", "crate", "weight", "t", "a b", "x/y", "~", ""];

/// Numbers that look random, the same in each run (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn key(&mut self) -> &'static str {
        KEYS[self.below(KEYS.len())]
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.below(if depth == 0 { 6 } else { 10 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(300)),
            3 => json!(-0.5),
            4 => json!(["", "a", "crate", "box"][self.below(4)]),
            5 => json!([]),
            6 | 7 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let key = self.key();
                self.object(&[key, "t", "qty"], depth - 1)
            }
        }
    }

    /// An object with most of these members.
    fn object(&mut self, keys: &[&str], depth: u32) -> Value {
        let mut members = Map::new();
        for key in keys {
            if self.below(3) > 0 {
                members.insert((*key).to_owned(), self.member(key, depth));
            }
        }
        members.into()
    }

    /// A value that the member has in one of the types, or sometimes any.
    fn member(&mut self, key: &str, depth: u32) -> Value {
        let depth = match depth.checked_sub(1) {
            Some(depth) if self.below(6) > 0 => depth,
            _ => return self.value(depth),
        };
        match key {
            "qty" | "weight" => json!(self.below(2)),
            "note" | "type" | "color" | "userName" => json!(["", "a", "long"][self.below(3)]),
            "pair" => json!([self.below(2), self.below(2)]),
            "t" => json!("crate"),
            "lines" | "set" => (0..self.below(4)).map(|_| self.object(&["qty"], depth)).collect(),
            "h" | "deep" => {
                let keys = [self.key(), self.key()];
                let item = |random: &mut Self| random.object(&["qty", "note", "lines"], depth);
                keys.map(|key| (key.to_owned(), item(self))).into_iter().collect()
            }
            "external" => {
                let first = self.below(3);
                self.object(&["box", "crate", "pair"][first..], depth)
            }
            "box" | "addr" => self.object(&["qty", "note", "lines"], depth),
            "crate" | "c" => self.object(&["weight"], depth),
            _ => self.object(&["t", "weight", "c"], depth),
        }
    }
}

fn kinds(random: &mut Random) -> (&'static str, &'static [&'static str]) {
    match random.below(4) {
        0 => ("flat", &["qty", "note", "lines"]),
        1 => ("maps", &["h", "deep", "set"]),
        2 => ("named", &["type", "color", "userName", "addr"]),
        _ => ("enums", &["external", "internal", "adjacent", "untagged"]),
    }
}

async fn violations(app: &Router, path: &str, body: &Value) -> Vec<Value> {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).expect("a request");
    let response = app.clone().oneshot(request).await.expect("an answer");
    if response.status() == 200 {
        return Vec::new();
    }
    assert_eq!(response.status(), 422, "{path} {body}");
    let answer = response.into_body().collect().await.expect("a body").to_bytes();
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let listed = answer["error"]["details"]["errors"].as_array().cloned().unwrap_or_default();
    assert!(!listed.is_empty(), "{path} {body}\n{answer}");
    listed
}

#[tokio::test]
async fn each_violation_of_a_body_is_at_a_place_that_was_sent() {
    let (app, mut random) = (places(), Random(0x9E37_79B9_7F4A_7C15));
    for _ in 0..3_000 {
        let (kind, keys) = kinds(&mut random);
        let body = if random.below(10) == 0 { random.value(4) } else { random.object(keys, 5) };
        let path = format!("/{}/{kind}", ["v", "g"][random.below(2)]);
        for violation in violations(&app, &path, &body).await {
            let pointer = violation["pointer"].as_str().unwrap_or_default();
            // A member that is missing has the object around it.
            let around = pointer.rfind('/').map_or("", |at| &pointer[..at]);
            let is_missing = body.pointer(around).is_some_and(Value::is_object);
            assert!(body.pointer(pointer).is_some() || is_missing, "{path} {body}\n{violation}");
        }
    }
}
