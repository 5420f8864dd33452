//! Every key of the attribute language, read back from the spec or the value.

use errcode_core::{
    Alert, AlertThreshold, AppError, Catalogued, Category, Coded, ErrorSpec, FieldViolation, Level,
    Retryable, Sensitive,
};
use std::{error::Error as _, io, time::Duration};

/// Errors of the project module.
#[derive(Debug, AppError)]
#[error(
    category = external,
    owner = "team-projects",
    runbook = "https://run/{code}",
    tags("projects"),
    prefix = "E",
    module = "project",
    retired("E900" = "merged into E1", "E901" = "gone"),
    constructors,
    predicates
)]
enum ProjectError {
    /// No project
    /// has this id.
    ///
    /// Check the id.
    ///
    /// Then ask.
    ///
    /// # Internal
    ///
    /// See the shard map.
    #[error(
        "project {id} not found in {shard}",
        code = "E1",
        alias("OLD-1", "OLD-2"),
        status = 404,
        category = business,
        level = info,
        user_msg(zh = "项目 {id} 不存在", "pt-BR" = "projeto {id} não encontrado"),
        log = "shard {shard} has no {id}",
        help = "check the id",
        since = "1.2",
        deprecated = "use the list",
        replaced_by = "E2",
        headers("X-Why" = "gone"),
        breaker = count,
        alert(page, over = "20/1m"),
        grpc = NOT_FOUND,
        tags("lookup")
    )]
    NotFound { id: u64, shard: String },

    #[error(
        "upstream said {status}",
        code = "E2",
        status = BAD_GATEWAY,
        title = "upstream failed",
        public,
        retryable(after = "1500ms")
    )]
    Upstream { status: u16 },

    #[error("later", code = "E3", retryable(after = wait), internal)]
    Later { wait: Option<Duration> },

    #[error("maybe", code = "E4", retryable(when = *upstream >= 500 && .fine.is_none()), public_as = "E1")]
    Maybe { upstream: u16, fine: Option<()> },

    #[error(
        "as the source",
        code = "E5",
        retryable(inherit),
        runbook = "https://other",
        owner = "someone"
    )]
    Inherit(#[source] Inner),

    #[error("as the source, if any", code = "E6", retryable(inherit))]
    InheritIfAny {
        #[source]
        cause: Option<Box<Inner>>,
    },

    #[error("invalid", code = "E7", status = 422, category = business, retryable = false, alert = false)]
    #[subject(pointer = "/project_name")]
    Invalid {
        #[detail(rename = "expected_type", example = "string")]
        expected: &'static str,
        #[detail(as = "string", example = 17)]
        received: u64,
        #[detail(skip)]
        unseen: u8,
        #[header("X-Left")]
        left: u8,
        #[violations]
        violations: Vec<FieldViolation>,
    },

    #[error(code = "E8", status = 400, user_msg = "no {0}")]
    NoMessage(#[detail(rename = "name")] String),

    #[error(code = "E9", log = "logged {0}", user_msg = "no {0}")]
    LogIsMessage(#[detail(rename = "name")] String),

    #[error(code = "E10")]
    OnlyACode,

    #[error(transparent)]
    Inner(#[from] Inner),

    #[error(transparent, code = "E11", status = 503)]
    Io(#[from] io::Error),
}

#[derive(Debug, AppError)]
#[error("inner", code = "I1", status = 503, retryable(after = "3s"))]
struct Inner;

fn spec(code: &str) -> ErrorSpec {
    ProjectError::TABLE.rows().find(|row| row.code() == code).unwrap()
}

#[test]
fn facts() {
    let row = spec("E1");
    assert_eq!((row.status(), row.category(), row.level()), (404, Category::Business, Level::Info));
    assert_eq!(row.retryable(), Retryable::No);
    assert!(!row.retryable_is_explicit());
    assert!(row.breaker_counts() && row.alert() == Alert::Page);
    assert_eq!(row.alert_over(), Some(AlertThreshold::new(20, 60_000)));
    assert_eq!(row.grpc(), Some(5));
    let row = spec("E2");
    assert_eq!(
        (row.status(), row.category(), row.level()),
        (502, Category::External, Level::Error)
    );
    assert!(row.retryable_is_explicit() && !row.is_internal());
    assert_eq!(spec("E10").status(), 502);
    assert_eq!(spec("E10").retryable(), Retryable::Yes);
    let row = spec("E7");
    assert!(
        row.alert() == Alert::None
            && row.retryable() == Retryable::No
            && row.retryable_is_explicit()
    );
}

#[test]
fn texts() {
    let row = spec("E1");
    assert_eq!(row.title(), "No project has this id.");
    assert_eq!(row.explanation(), Some("Check the id.\n\nThen ask."));
    assert_eq!(row.internal_note(), Some("See the shard map."));
    assert_eq!(
        (row.help(), row.since(), row.deprecated()),
        (Some("check the id"), Some("1.2"), Some("use the list"))
    );
    assert_eq!(row.replaced_by(), Some("E2"));
    assert_eq!(row.user_message_template(Some("zh")).as_deref(), Some("项目 {id} 不存在"));
    assert_eq!(
        row.user_message_template(Some("pt-BR")).as_deref(),
        Some("projeto {id} não encontrado")
    );
    assert_eq!(spec("E2").title(), "upstream failed");
    assert_eq!(spec("E10").title(), "only a code");
}

#[test]
fn ownership() {
    let row = spec("E1");
    assert_eq!(
        (row.owner(), row.runbook().as_deref()),
        (Some("team-projects"), Some("https://run/E1"))
    );
    assert_eq!(row.tags().collect::<Vec<_>>(), ["projects", "lookup"]);
    assert_eq!(row.aliases().collect::<Vec<_>>(), ["OLD-1", "OLD-2"]);
    let row = spec("E5");
    assert_eq!((row.owner(), row.runbook().as_deref()), (Some("someone"), Some("https://other")));
}

#[test]
fn visibility() {
    assert!(spec("E3").is_internal() && spec("E3").public_as().is_none());
    assert!(spec("E4").is_internal());
    assert_eq!(spec("E4").public_as(), Some("E1"));
}

#[test]
fn fields() {
    let row = spec("E7");
    let details: Vec<_> = row
        .details()
        .map(|detail| (detail.name(), detail.type_name(), detail.example(), detail.is_text()))
        .collect();
    assert_eq!(
        details,
        [
            ("expected_type", "&'static str", Some("string"), false),
            ("received", "u64", Some("17"), true)
        ]
    );
    assert_eq!(row.headers().collect::<Vec<_>>(), [("X-Left", None)]);
    assert_eq!(spec("E1").headers().collect::<Vec<_>>(), [("X-Why", Some("gone"))]);
    // A field that the user message names is a detail, as its text.
    let details: Vec<_> =
        spec("E1").details().map(|detail| (detail.name(), detail.is_text())).collect();
    assert_eq!(details, [("id", true)]);
}

#[test]
fn containers() {
    let table = ProjectError::TABLE;
    assert_eq!((table.name(), table.len()), ("ProjectError", 11));
    assert_eq!(
        table.retired().iter().map(|retired| (retired.code, retired.reason)).collect::<Vec<_>>(),
        [("E900", "merged into E1"), ("E901", "gone")]
    );
    assert_eq!(table.children().map(errcode_core::Table::name).collect::<Vec<_>>(), ["Inner"]);
    assert_eq!(spec("E1").module(), module_path!());
    // Relative to the package, from any working directory of the compiler.
    assert!(file!().ends_with(spec("E1").file()));
    assert!(spec("E2").line() > spec("E1").line());
}

#[test]
fn messages() {
    let error = ProjectError::not_found(17, "s1");
    assert_eq!(error.to_string(), "project 17 not found in s1");
    assert_eq!(error.log_message(), "shard s1 has no 17");
    assert_eq!(error.user_message(), "项目 17 不存在");
    assert_eq!(ProjectError::upstream(500).user_message(), "upstream said 500");
    assert_eq!(ProjectError::no_message("x").to_string(), "E8: no x");
    assert_eq!(ProjectError::log_is_message("x").to_string(), "logged x");
    assert_eq!(ProjectError::log_is_message("x").log_message(), "logged x");
    let violations = Vec::new();
    assert_eq!(ProjectError::invalid("x", 1, 2, 3, violations).to_string(), "invalid");
    assert_eq!(ProjectError::only_a_code().to_string(), "E10: only a code");
}

#[test]
fn retry_hints() {
    assert_eq!(ProjectError::upstream(500).retry().after, Some(Duration::from_millis(1500)));
    assert_eq!(
        ProjectError::later(Some(Duration::from_secs(7))).retry().after,
        Some(Duration::from_secs(7))
    );
    assert!(ProjectError::maybe(503, None).retry().retryable);
    assert!(!ProjectError::maybe(503, Some(())).retry().retryable);
    assert_eq!(spec("E4").retry_condition(), Some("*upstream >= 500 && .fine.is_none()"));
    assert_eq!(ProjectError::inherit(Inner).retry().after, Some(Duration::from_secs(3)));
    assert_eq!(
        ProjectError::inherit_if_any(Some(Box::new(Inner))).retry().after,
        Some(Duration::from_secs(3))
    );
    assert!(!ProjectError::inherit_if_any(None).retry().retryable);
}

#[test]
fn transparency() {
    let error = ProjectError::from(Inner);
    assert_eq!((error.spec().code().as_str(), error.to_string().as_str()), ("I1", "inner"));
    let error = ProjectError::from(io::Error::other("disk"));
    assert_eq!((error.spec().code().as_str(), error.to_string().as_str()), ("E11", "disk"));
    assert_eq!(error.spec().status(), 503);
    assert!(error.is_io() && error.source().is_none());
}

/// One public row, many causes.
#[derive(Debug, AppError)]
#[error(code = "C1", status = 500, user_msg = "something failed", title = "covered", help = "ask")]
enum Covered {
    #[error("cause {0}")]
    First(u8),
    #[error("cause two", level = warn, log = "two")]
    Second(#[source] io::Error),
    #[error("own", code = "C2", status = 404)]
    Own,
}

#[test]
fn a_shared_code_shows_clients_one_row() {
    for error in [Covered::First(1), Covered::Second(io::Error::other("x"))] {
        let row = error.spec();
        assert_eq!(
            (row.code().as_str(), row.status(), row.title(), row.help()),
            ("C1", 500, "covered", Some("ask"))
        );
        assert_eq!(error.user_message(), "something failed");
    }
    assert_eq!(Covered::First(1).to_string(), "cause 1");
    assert_eq!(Covered::Second(io::Error::other("x")).spec().level(), Level::Warn);
    assert_eq!(Covered::Own.spec().title(), "own");
    assert_eq!(
        Covered::TABLE.rows().map(|row| row.code().as_str().to_owned()).collect::<Vec<_>>(),
        ["C1", "C2"]
    );
}

#[derive(Debug, AppError)]
#[error(codes = "SCREAMING-KEBAB-CASE", prefix = "app.")]
enum Made {
    #[error("x")]
    NotFound,
    #[error("y", code = "app.own")]
    Own,
}

#[test]
fn codes_are_made_from_names() {
    assert_eq!(Made::NotFound.spec().code(), "app.NOT-FOUND");
    assert_eq!(Made::Own.spec().code(), "app.own");
}

/// Beside thiserror.
#[derive(Debug, thiserror::Error, AppError)]
#[app(extend, docs, category = business)]
enum Extended {
    /// Documented.
    #[error("project {id}")]
    #[app(code = "X1", public)]
    Public { id: u64 },
    #[error("{}", .0.len())]
    #[app(code = "X2", user_msg = "too long")]
    Expression(String),
    #[error(transparent)]
    #[app(code = "X3")]
    Foreign(#[from] io::Error),
    #[error(transparent)]
    #[app(transparent)]
    Inner(#[from] Inner),
    #[error("the call failed")]
    #[app(transparent)]
    Speaking(#[source] Inner),
    #[error("with source")]
    #[app(code = "X4")]
    Source {
        #[source]
        cause: io::Error,
    },
}

#[test]
fn another_derives_enum_is_extended() {
    let error = Extended::Public { id: 3 };
    assert_eq!(
        (error.to_string().as_str(), error.user_message().as_str(), error.spec().title()),
        ("project 3", "project 3", "Documented.")
    );
    assert_eq!(Extended::Expression("abc".to_owned()).to_string(), "3");
    assert_eq!(Extended::Expression("abc".to_owned()).user_message(), "too long");
    assert_eq!(Extended::from(io::Error::other("x")).spec().code(), "X3");
    assert_eq!(Extended::from(Inner).spec().code(), "I1");
    assert_eq!(Extended::from(Inner).log_message(), "inner");
    let speaking = Extended::Speaking(Inner);
    assert_eq!(speaking.to_string(), "the call failed");
    assert_eq!(speaking.spec().code(), "I1");
    assert_eq!(speaking.source().unwrap().to_string(), "inner");
    assert_eq!(
        Extended::Source { cause: io::Error::other("x") }.source().unwrap().to_string(),
        "x"
    );
}

/// Enums that hold each other.
#[derive(Debug, AppError)]
enum Left {
    #[error("left", code = "L1")]
    Here,
    #[error(transparent)]
    There(Box<Right>),
}

#[derive(Debug, AppError)]
enum Right {
    #[error("right", code = "R1")]
    Here,
    #[error(transparent)]
    There(Box<Left>),
    #[error(transparent)]
    Anything(Box<dyn Coded + Send + Sync>),
}

#[test]
fn nesting_goes_through_any_depth() {
    let mut error = Left::Here;
    for _ in 0..5 {
        error = Left::There(Box::new(Right::There(Box::new(error))));
    }
    assert_eq!((error.spec().code().as_str(), error.to_string().as_str()), ("L1", "left"));
    let error = Right::Anything(Box::new(Left::There(Box::new(Right::Here))));
    assert_eq!((error.spec().code().as_str(), error.to_string().as_str()), ("R1", "right"));
    assert_eq!(
        Left::TABLE.children().map(errcode_core::Table::name).collect::<Vec<_>>(),
        ["Right"]
    );
}

#[derive(AppError)]
#[error(debug)]
enum Secret {
    #[error(
        "no account has the token {token} {token:?} at {at}",
        code = "S1",
        log = "token {token}"
    )]
    Token {
        #[sensitive]
        token: String,
        at: u8,
    },
    #[error("{token:>9} {}", 1 + 1, code = "S2")]
    Format {
        #[sensitive]
        token: String,
    },
    #[error("hidden", code = "S3")]
    Source(
        #[source]
        #[sensitive]
        io::Error,
    ),
    // A type that redacts itself may be used in an argument and in the user message.
    #[error("{token} {}", .token.expose().len(), code = "S4", user_msg = "{token}")]
    Exposed { token: Sensitive<String> },
    #[error("typed {0:?}", code = "S5", user_msg = "typed {0}")]
    Typed(#[sensitive] Sensitive<String>),
    #[error("unit", code = "S6")]
    Unit,
}

#[test]
fn secrets_are_redacted() {
    let error = Secret::Token { token: "hunter2".to_owned(), at: 3 };
    assert_eq!(error.to_string(), "no account has the token [redacted] [redacted] at 3");
    assert_eq!(error.log_message(), "token [redacted]");
    assert_eq!(format!("{error:?}"), "Token { token: [redacted], at: 3 }");
    let error = Secret::Format { token: "hunter2".to_owned() };
    assert_eq!(error.to_string(), "[redacted] 2");
    let error = Secret::Source(io::Error::other("hunter2"));
    assert_eq!(format!("{error:?}"), "Source([redacted])");
    let rows: &dyn errcode_core::__private::Rows = &error;
    assert!(rows.caused_by().is_none());
    let error = Secret::Typed(Sensitive::new("hunter2".to_owned()));
    assert_eq!(
        (error.to_string().as_str(), error.user_message().as_str()),
        ("typed [redacted]", "typed [redacted]")
    );
    assert_eq!(error.spec().details().count(), 0);
    let error = Secret::Exposed { token: Sensitive::new("hunter2".to_owned()) };
    assert_eq!(
        (error.to_string().as_str(), error.user_message().as_str()),
        ("[redacted] 7", "[redacted]")
    );
    assert_eq!(format!("{error:?} {:?}", Secret::Unit), "Exposed { token: [redacted] } Unit");
}

/// The keys of these aliases are equal, as those of two names of more than eight characters may be.
#[test]
fn aliases_with_the_same_key_are_two() {
    #[derive(Debug, AppError)]
    #[expect(dead_code, reason = "only its codes are looked up")]
    enum Collision {
        #[error("one", code = "C1", alias("first", "ALIAS-00COLLIDES"), status = 404)]
        One,
        #[error("two", code = "C2", alias("VRP2AAAA74FPW4TR", "ALIAS-00COLLIDER"), status = 404)]
        Two,
    }
    errcode_core::catalog! { static CATALOG = [Collision]; }
    let code = |name: &str| CATALOG.lookup(name).map(|spec| spec.code().as_str());
    for (name, expected) in [
        ("ALIAS-00COLLIDES", Some("C1")),
        ("alias-00collides", Some("C1")),
        ("VRP2AAAA74FPW4TR", Some("C2")),
        ("ALIAS-00COLLIDER", Some("C2")),
        ("FIRST", Some("C1")),
        ("ALIAS-00COLLIDED", None),
    ] {
        assert_eq!(code(name), expected, "{name}");
    }

    #[derive(Debug, AppError)]
    #[error("both", code = "C3", alias("ALIAS-00COLLIDES", "VRP2AAAA74FPW4TR"), status = 404)]
    struct Both;
    errcode_core::catalog! { static BOTH = [Both]; }
    assert!(BOTH.lookup("VRP2AAAA74FPW4TR").is_some() && BOTH.lookup("ALIAS-00COLLIDES").is_some());
}

/// A variant's key has precedence over the enum's, also if only another key implies it.
#[test]
fn a_public_code_of_a_variant_hides_it() {
    #[allow(dead_code)]
    #[derive(Debug, AppError)]
    #[error(internal = false)]
    enum Shown {
        #[error("hidden", code = "N1", public_as = "N2")]
        Hidden,
        #[error("shown", code = "N2")]
        Public,
    }

    #[allow(dead_code)]
    #[derive(Debug, AppError)]
    #[error(public_as = "N4")]
    enum Hidden {
        #[error("hidden", code = "N3")]
        Private,
        #[error("shown", code = "N4", internal = false)]
        Public,
    }

    // It would refuse a public code that stands for itself.
    errcode_core::catalog! { static CATALOG = [Shown, Hidden]; }
    let told = ["N1", "N2", "N3", "N4"].map(|code| {
        let spec = CATALOG.lookup(code).unwrap();
        (spec.is_internal(), spec.public_as())
    });
    let expected = [(true, Some("N2")), (false, None), (true, Some("N4")), (false, None)];
    assert_eq!(told, expected);
}
