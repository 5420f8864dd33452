//! An error on its way to the boundary.

use errcode_core::{
    AppError, Coded, DatabaseFault, ErrorSpec, Failure, FrameworkFault, Hinted as _,
    IdempotencyKeyFault, Journey, Retry, Retryable, prelude::*,
};
use std::{error::Error as _, sync::Arc, time::Duration};

#[derive(Debug, AppError)]
enum DiskError {
    #[error(
        "disk {name} is full",
        code = "D1",
        status = 507,
        log = "full: {name} of {owner}",
        owner = "storage"
    )]
    Full { name: String, owner: String },
    #[error("io", code = "D2", status = 500)]
    Io(#[from] std::io::Error),
    #[error("busy", code = "D3", status = 503, retryable(after = "1500ms"))]
    Busy,
    #[error("maybe", code = "D4", status = 503, retryable(when = *tries < 3))]
    Maybe { tries: u8 },
}

#[derive(Debug, AppError)]
enum UploadError {
    #[error(transparent)]
    Disk(#[from] DiskError),
    #[error(transparent)]
    Boxed(Box<UploadError>),
    #[error("upload", code = "U1", status = 502, retryable(inherit))]
    Storage(#[source] DiskError),
    #[error(transparent, code = "U2", status = 500)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

fn full() -> DiskError {
    DiskError::Full { name: "sda".into(), owner: "ops".into() }
}

fn nested() -> Result<(), UploadError> {
    Err(full())?
}

#[test]
fn everything_of_a_transparent_variant_comes_from_the_inner_error() {
    let error = UploadError::Boxed(Box::new(nested().unwrap_err()));
    assert_eq!(
        (error.to_string(), error.spec().code().as_str()),
        ("disk sda is full".into(), "D1")
    );
    assert_eq!(error.log_message(), "full: sda of ops");
    let failure = Failure::from(error);
    assert_eq!((failure.spec().owner(), failure.spec().status()), (Some("storage"), 507));
    assert!(
        failure.downcast_ref::<UploadError>().is_some()
            && failure.downcast_ref::<DiskError>().is_none()
    );
}

#[test]
fn transparent_with_a_code_has_a_row_of_its_own() {
    let error = UploadError::Other("the cause".into());
    assert_eq!((error.to_string(), error.spec().code().as_str()), ("the cause".into(), "U2"));
    assert!(error.source().is_none(), "forwarded, as thiserror does");
}

#[test]
fn retry_hints() {
    assert_eq!(DiskError::Busy.retry(), Retry::new(true, Some(Duration::from_millis(1500))));
    assert_eq!(DiskError::Busy.retry().after_seconds(), Some(2));
    assert!(
        DiskError::Maybe { tries: 2 }.retry().retryable
            && !DiskError::Maybe { tries: 3 }.retry().retryable
    );
    assert_eq!(DiskError::Maybe { tries: 3 }.spec().retryable(), Retryable::Conditional);
    assert_eq!(UploadError::Storage(DiskError::Busy).retry(), DiskError::Busy.retry());
    assert_eq!(UploadError::Storage(full()).retry(), Retry::default());
}

#[test]
fn the_place_is_the_question_mark_s() {
    fn fails() -> Result<(), Failure> {
        Err(full())?
    }
    let line = line!() - 2;
    let place = fails().unwrap_err().location();
    assert_eq!((place.file(), place.line()), (file!(), line));
}

#[test]
fn attachments_are_the_log_s() {
    let failure = Failure::from(full()).attach("tenant", "acme").attach("try", 2);
    let clone = failure.clone().attach("only", "here");
    assert_eq!(failure.attachments().collect::<Vec<_>>(), [("try", "2"), ("tenant", "acme")]);
    assert_eq!(clone.attachments().count(), 3);
    assert_eq!(clone.to_string(), "disk sda is full");
}

#[test]
fn by_value_only_for_the_sole_owner() {
    let failure = Failure::from(full());
    let clone = failure.clone();
    let failure = failure.downcast::<DiskError>().unwrap_err();
    drop(clone);
    let failure = failure.downcast::<UploadError>().unwrap_err();
    assert!(matches!(failure.downcast::<DiskError>(), Ok(DiskError::Full { .. })));
}

#[test]
fn errors_of_others() {
    let broken = || Err::<(), _>(std::io::Error::other("os text"));
    let failure = broken().unexpected("reading config").unwrap_err();
    assert_eq!(
        (failure.to_string(), failure.spec().code().as_str()),
        ("reading config".into(), "SERVER_ERROR")
    );
    assert_eq!(failure.cause().map(ToString::to_string).as_deref(), Some("os text"));
    let failure = broken().or_code(DiskError::Io).unwrap_err();
    assert_eq!(failure.spec().code(), "D2");
    assert_eq!(Ok::<_, std::io::Error>(1).unexpected("x").ok(), Some(1));
}

#[test]
fn object_safe_and_shareable() {
    fn spec(error: &dyn Coded) -> ErrorSpec {
        error.spec()
    }
    fn sendable<T: Send + Sync + 'static>(_: &T) {}
    sendable(&Failure::from(full()));
    assert_eq!(spec(&full()), spec(&full()));
    assert_eq!(Failure::from(Wrapper(Arc::new(full()))).spec().code(), "D1");
}

#[derive(Debug, AppError)]
#[error(transparent)]
struct Wrapper(Arc<DiskError>);

#[test]
fn where_a_code_is_declared() {
    let spec = full().spec();
    assert_eq!((spec.type_name(), spec.variant()), ("DiskError", "Full"));
    assert!(spec.module().ends_with("failure") && spec.file().ends_with("failure.rs"));
    let line =
        include_str!("failure.rs").lines().position(|line| line.contains("Full { name: String"));
    assert_eq!(Some(spec.line() as usize), line.map(|before| before + 1));
}

#[test]
fn a_fault_s_own_delay_comes_before_its_code_s() {
    let open = |retry_after| {
        Failure::fault(FrameworkFault::CircuitOpen { dependency: "llm", retry_after }, "open")
    };
    let failure = open(Some(Duration::from_millis(7_200)));
    assert_eq!(
        (failure.spec().code().as_str(), failure.retry().after_seconds()),
        ("HTTP_503", Some(8))
    );
    assert_eq!(open(None).retry(), Retry::new(true, None));
    let hints = failure.hints();
    assert!(hints.retry.retryable && !hints.breaker);
    // There was no attempt.
    assert!(hints.refused && !hints.exhausted);
    for spent in [FrameworkFault::DeadlineExceeded, FrameworkFault::RetryBudgetExhausted] {
        let hints = Failure::fault(spent, "spent").hints();
        assert!(hints.exhausted && !hints.refused && !hints.breaker);
    }
}

#[test]
fn each_fault_has_a_status_and_a_default_code() {
    use DatabaseFault::{Cancelled, CommitUnknown, Deadlock, RowNotFound, Unique};
    use IdempotencyKeyFault::{InProgress, Malformed, Missing, Reused};
    let key = FrameworkFault::IdempotencyKey;
    let database = FrameworkFault::Database;
    for (fault, status, code) in [
        (FrameworkFault::CircuitOpen { dependency: "llm", retry_after: None }, 503, "HTTP_503"),
        (FrameworkFault::DeadlineExceeded, 504, "HTTP_504"),
        (FrameworkFault::RetryBudgetExhausted, 503, "HTTP_503"),
        (FrameworkFault::LimitExceeded { retry_after: None }, 503, "HTTP_503"),
        (key(Missing), 400, "HTTP_400"),
        (key(Malformed), 400, "HTTP_400"),
        (key(Reused), 422, "HTTP_422"),
        (key(InProgress { retry_after: None }), 409, "HTTP_409"),
        (FrameworkFault::StoreUnavailable, 503, "HTTP_503"),
        (FrameworkFault::Upstream, 502, "HTTP_502"),
        (database(Unique), 409, "HTTP_409"),
        (database(RowNotFound), 404, "HTTP_404"),
        (database(Deadlock), 503, "HTTP_503"),
        (database(Cancelled), 504, "HTTP_504"),
        (database(CommitUnknown), 500, "SERVER_ERROR"),
    ] {
        assert_eq!(fault.status(), status, "{fault:?}");
        assert_eq!(Failure::fault(fault, "").spec().code(), code);
    }
}

#[test]
fn a_breaker_counts_a_database_that_is_away_and_not_transactions_in_each_other_s_way() {
    use DatabaseFault::{
        Busy, Cancelled, CommitUnknown, ConnectionLost, Deadlock, PoolTimeout,
        SerializationFailure, TooManyConnections, Unique,
    };
    for (kind, retryable, counts) in [
        (PoolTimeout, true, true),
        (TooManyConnections, true, true),
        (ConnectionLost, true, true),
        (Cancelled, true, true),
        (CommitUnknown, false, true),
        (SerializationFailure, true, false),
        (Deadlock, true, false),
        (Busy, true, false),
        (Unique, false, false),
    ] {
        let hints = Failure::fault(FrameworkFault::Database(kind), "").hints();
        assert_eq!((hints.retry.retryable, hints.breaker), (retryable, counts), "{kind:?}");
    }
}

#[test]
fn a_journey_is_kept_with_attachments() {
    let mut journey = Journey::default();
    (journey.attempts, journey.exhausted) = (3, true);
    let failure =
        Failure::from(DiskError::Busy).attach("a", 1).with_journey(journey).attach("b", 2);
    assert_eq!(failure.attachments().collect::<Vec<_>>(), [("b", "2"), ("a", "1")]);
    assert_eq!(failure.journey().map(|journey| journey.attempts), Some(3));
    assert!(failure.hints().exhausted && !Failure::from(DiskError::Busy).hints().exhausted);
}

/// A tower layer's error around ours.
#[derive(Debug)]
struct Wrapped(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a layer failed")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

mod recognized {
    use super::Wrapped;
    use errcode_core::{
        AppError, Failure, FailureError, FaultError,
        prelude::*,
        wire::{self, Ids},
    };

    #[derive(Debug, AppError)]
    enum AuthError {
        #[error("no token for {realm}", code = "A1", status = 401, retryable(after = "2s"))]
        NoToken { realm: &'static str },
    }

    #[derive(Debug, AppError)]
    #[error(transparent)]
    struct Outer(AuthError);

    #[derive(Debug, AppError)]
    #[error("generic", code = "A2", status = 404)]
    struct Generic<T: std::fmt::Debug>(T);

    #[derive(Debug, AppError)]
    #[error("nobody lists it", code = "A3", status = 418)]
    struct Unlisted;

    mod library {
        errcode_core::catalog! { pub static CATALOG = [super::AuthError]; }
    }
    errcode_core::catalog! { static CATALOG = [..library::CATALOG, Outer, Generic<u8>]; }

    type BoxError = Box<dyn std::error::Error + Send + Sync>;

    fn recognize(error: impl Into<BoxError>) -> Failure {
        CATALOG.recognize(error.into()).unwrap()
    }

    struct Late;

    impl Drop for Late {
        fn drop(&mut self) {
            let failure = recognize(Wrapped(Box::new(AuthError::NoToken { realm: "late" })));
            assert!(!failure.is_exhausted());
            assert!(!body(&failure).is_empty());
        }
    }

    fn body(failure: &Failure) -> Vec<u8> {
        wire::body(failure, Some(&CATALOG), Ids::default())
    }

    #[test]
    fn an_error_is_answered_in_the_destructor_of_a_thread_local_value() {
        thread_local! { static LATE: Late = const { Late }; }
        // The destructors of values that are used later run before it.
        let work = || LATE.with(|_| body(&recognize(AuthError::NoToken { realm: "early" })));
        std::thread::spawn(work).join().expect("no destructor that panics");
    }

    #[test]
    fn an_error_of_the_catalog_s_types_keeps_its_code_in_a_box() {
        let failure = recognize(AuthError::NoToken { realm: "a" });
        assert_eq!((failure.spec().code().as_str(), failure.spec().status()), ("A1", 401));
        assert_eq!(failure.retry().after_seconds(), Some(2));
        assert_eq!(failure.to_string(), "no token for a");
        assert!(failure.downcast_ref::<AuthError>().is_some());
        assert_eq!(failure.place(), None);
        // By value it is the box's.
        assert!(failure.downcast::<AuthError>().is_err());
        assert_eq!(recognize(Outer(AuthError::NoToken { realm: "b" })).spec().code(), "A1");
        assert_eq!(recognize(Generic(1_u8)).spec().code(), "A2");
    }

    #[test]
    fn also_below_errors_of_others() {
        let inner = Wrapped(AuthError::NoToken { realm: "a" }.into());
        let failure = recognize(Wrapped(Box::new(inner)));
        assert_eq!(
            (failure.spec().code().as_str(), failure.to_string().as_str()),
            ("A1", "no token for a")
        );
    }

    #[test]
    fn a_failure_passes_a_box_without_loss() {
        let failure = Failure::from(Unlisted).attach("tenant", "acme");
        let error: BoxError = failure.clone().into();
        assert_eq!(error.to_string(), "nobody lists it");
        let back = recognize(Wrapped(error));
        assert_eq!(back.attachments().collect::<Vec<_>>(), [("tenant", "acme")]);
        assert_eq!(back.location(), failure.location());
        let error: Box<FailureError> = BoxError::from(failure).downcast().unwrap();
        assert_eq!(error.into_failure().spec().code(), "A3");
    }

    #[test]
    fn errors_of_others_are_given_back() {
        let error = CATALOG.recognize("text".into()).unwrap_err();
        assert_eq!(error.to_string(), "text");
        assert!(CATALOG.recognize(Unlisted.into()).is_err());
    }

    #[test]
    fn faults_are_recognized_by_their_default_codes_only() {
        let failure =
            Err::<(), _>("a".parse::<u8>().unwrap_err()).unexpected("reading").unwrap_err();
        let back = recognize(BoxError::from(failure));
        assert!(back.downcast_ref::<FaultError>().is_some());
    }
}

#[test]
fn a_failure_says_what_was_being_done() {
    let failure = Failure::from(DiskError::Busy).context("inner").context("outer");
    assert_eq!(failure.contexts().collect::<Vec<_>>(), ["outer", "inner"]);
    let shown = format!("{failure:?}");
    assert!(shown.ends_with("\nwhile outer\nwhile inner"), "{shown}");
}

#[test]
fn a_line_of_the_standard_library_is_not_a_location() {
    let result: Result<(), _> = Err(DiskError::Busy);
    let failure = result.map_err(Failure::from).unwrap_err();
    assert_eq!(failure.place(), None);
    let failure: Failure = DiskError::Busy.into();
    assert!(failure.place().is_some_and(|place| place.file().ends_with("failure.rs")));
}

#[test]
fn a_failure_is_reported_by_one_of_its_clones() {
    let failure = Failure::from(DiskError::Busy);
    assert!(failure.clone().report_once());
    assert!(!failure.report_once());
}

mod conflict {
    use errcode_core::{AppError, Failure};

    #[derive(Debug, AppError)]
    #[error("listed", code = "C1", status = 404, alias = "C-OLD", user_msg = "none")]
    struct Listed;

    #[derive(Debug, AppError)]
    #[error("generic {0}", code = "C2", status = 409)]
    struct Generic<T>(T);

    #[derive(Debug, AppError)]
    #[error("internal", code = "C3", status = 500, public_as = "C1")]
    struct Hidden;

    errcode_core::catalog! { static CATALOG = [Listed, Generic<u8>, Hidden]; }

    #[derive(Debug, AppError)]
    enum Stray {
        #[error("stray {secret}", code = "c1", status = 503, level = error, retryable)]
        Listed {
            #[detail]
            secret: u8,
        },
        #[error("stray", code = "C-OLD", status = 500)]
        Alias,
        #[error("stray", code = "C3", status = 400)]
        Hidden,
        #[error("stray", code = "HTTP_404", status = 500)]
        Framework,
        #[error("stray", code = "C9", status = 500)]
        Own,
    }

    #[test]
    fn the_catalog_s_row_counts() {
        for (stray, status) in [
            (Stray::Listed { secret: 7 }, 404),
            (Stray::Alias, 404),
            (Stray::Hidden, 404),
            (Stray::Framework, 404),
        ] {
            let failure = Failure::from(stray);
            let public = CATALOG.public(&failure);
            assert_eq!(public.spec().status(), status, "{failure:?}");
            assert!(public.failure().is_none(), "its values belong to another code");
        }
        let logged = CATALOG.logged(&Stray::Listed { secret: 7 }.into());
        assert_eq!((logged.type_name(), logged.code().as_str()), ("Listed", "C1"));
    }

    #[test]
    fn listed_types_and_own_codes_are_no_conflict() {
        for failure in [
            Failure::from(Listed),
            Failure::from(Generic(1_u8)),
            Failure::from(Hidden),
            Failure::from(Stray::Own),
        ] {
            assert!(CATALOG.conflict(failure.spec()).is_none(), "{failure:?}");
        }
        assert!(CATALOG.public(&Failure::from(Generic(1_u8))).failure().is_some());
    }
}
