//! Answers to codes that the process has answered with before, which are written without a view.

use bytes::Bytes;
use errcode_core::{AppError, Failure};
use errcode_http::respond;
use errcode_runtime::{Context, ContextBuilder};
use http::Response;
use std::fmt;

/// A text that cannot be shown if it is empty.
#[derive(Debug)]
struct Fragile(&'static str);

impl fmt::Display for Fragile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(!self.0.is_empty(), "secret panic");
        f.write_str(self.0)
    }
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error("m", code = "E1", status = 404, user_msg(en = "no item {id}", zh = "商品 {id} 不存在"))]
    Missing {
        #[detail]
        id: u32,
    },
    #[error("b", code = "E2", category = external)]
    ByCategory,
    #[error("l", code = "E3", status = 503, retryable(after = "2s"))]
    Later,
    #[error("w", code = "E4", status = 401, headers("WWW-Authenticate" = "Bearer"))]
    Who,
    #[error("l", code = "E5", status = 429)]
    Limited {
        #[header("RateLimit-Remaining")]
        left: u8,
    },
    #[error("h", code = "E6", status = 409, internal, public_as = "E1")]
    Hidden,
    #[error("f", code = "E7", status = 410, user_msg = "{what} is gone")]
    Gone { what: Fragile },
}

errcode_core::catalog! { static CATALOG = [ShopError]; languages = ["en", "zh"]; }

/// Status, headers, and the body up to its time.
fn parts(response: &Response<Bytes>) -> (u16, String, String) {
    let body = String::from_utf8(response.body().to_vec()).expect("text");
    let (before, time) = body.split_once(r#""timestamp":"#).expect("a time");
    assert_eq!(time.len(), r#""2026-02-21T10:00:00Z"}"#.len(), "{body}");
    (response.status().as_u16(), format!("{:?}", response.headers()), before.to_owned())
}

fn contexts() -> Vec<Option<Context>> {
    let with = |set: fn(ContextBuilder) -> ContextBuilder| {
        Some(set(Context::builder().catalog(&CATALOG)).build())
    };
    vec![
        None,
        Some(Context::new()),
        with(|builder| builder),
        with(|builder| builder.language(Some("zh"))),
        with(|builder| builder.language(Some("fr")).task("APEX-17")),
        with(|builder| builder.non_idempotent(true)),
    ]
}

#[test]
fn a_later_answer_is_the_same_as_the_first() {
    let failures: [fn() -> Failure; 6] = [
        || ShopError::Missing { id: 17 }.into(),
        || ShopError::ByCategory.into(),
        || ShopError::Later.into(),
        || ShopError::Who.into(),
        || ShopError::Limited { left: 3 }.into(),
        || ShopError::Hidden.into(),
    ];
    // What is kept for a code must not depend on the context of its first answer.
    for (failure, context) in failures
        .iter()
        .flat_map(|failure| contexts().into_iter().map(move |context| (failure, context)))
    {
        let answer = || match &context {
            Some(context) => context.enter(|| parts(&respond(failure()))),
            None => parts(&respond(failure())),
        };
        let first = answer();
        assert_eq!(answer(), first);
    }
}

#[test]
fn an_answer_has_the_hint_and_the_language_of_its_context() {
    let answers = |failure: fn() -> Failure| {
        contexts().into_iter().flatten().map(move |context| {
            let _first = context.enter(|| respond::<Bytes>(failure()));
            context.enter(|| parts(&respond(failure())))
        })
    };
    let hints: Vec<_> = answers(|| ShopError::ByCategory.into())
        .map(|(_, _, body)| body.contains(r#""retryable":true"#))
        .collect();
    assert_eq!(hints, [true, true, true, true, false]);
    let delays = answers(|| ShopError::Later.into()).map(|(_, headers, _)| headers);
    assert!(delays.into_iter().all(|headers| headers.contains(r#""retry-after": "2""#)));
    let texts: Vec<_> = answers(|| ShopError::Missing { id: 17 }.into())
        .map(|(_, headers, body)| (headers.contains("zh"), body.contains("商品 17 不存在")))
        .collect();
    assert_eq!(texts[2..], [(true, true), (false, false), (false, false)]);
}

#[test]
fn a_panicking_display_leaves_code_and_status() {
    let gone = |text| parts(&respond(ShopError::Gone { what: Fragile(text) }.into()));
    for text in ["it", "it", "", "it"] {
        let (status, headers, body) = gone(text);
        assert_eq!(status, 410);
        assert!(headers.contains(r#""x-error-code": "E7""#), "{headers}");
        assert_eq!(body.contains("it is gone"), text == "it", "{body}");
        assert!(!body.contains("secret"), "{body}");
    }
}
