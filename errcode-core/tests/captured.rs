//! What errors capture: where they were made, and a backtrace.

use errcode_core::{AppError, Failure, prelude::*};
use std::{
    backtrace::Backtrace,
    io::{Error as IoError, ErrorKind},
    panic::Location,
    sync::Arc,
};

type Place = &'static Location<'static>;

#[derive(Debug, AppError)]
#[error(constructors)]
enum StoreError {
    #[error("reading", code = "L1", status = 500)]
    Read {
        #[from]
        cause: IoError,
        location: &'static Location<'static>,
        backtrace: Backtrace,
    },
    #[error("writing {file} at {at}", code = "L2", status = 500)]
    Write { file: String, at: &'static Location<'static> },
    #[error("parsing", code = "L3", status = 422)]
    Parse(#[from] std::num::ParseIntError, #[location] Option<Place>),
    #[error("closed", code = "L4", status = 503)]
    Closed {
        #[location]
        location: Option<Place>,
        trace: Option<Arc<Backtrace>>,
    },
    #[error("plain", code = "L5", status = 503)]
    Plain,
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("stock", code = "L6", status = 502)]
    Stock(
        #[source]
        #[backtrace]
        StoreError,
    ),
    /// Its source's type has no backtrace that stable Rust can get at.
    #[error("price", code = "L7", status = 502)]
    Price(
        #[from]
        #[backtrace]
        std::num::ParseFloatError,
    ),
}

/// A struct, whose `Error` is another derive's.
#[derive(Debug, AppError)]
#[app(extend, code = "L8", status = 500)]
struct Extended {
    location: &'static Location<'static>,
}

impl std::fmt::Display for Extended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("extended")
    }
}

impl std::error::Error for Extended {}

fn io() -> IoError {
    IoError::from(ErrorKind::NotFound)
}

fn failed<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[track_caller]
fn line() -> u32 {
    Location::caller().line()
}

/// Returns the line of the failure's place, which is in this file.
#[track_caller]
fn placed(failure: &Failure) -> u32 {
    let place = failure.place().expect("a place");
    assert!(place.file().ends_with("captured.rs"), "{place}");
    place.line()
}

#[test]
fn from_fills_the_location_of_the_question_mark() {
    fn read() -> Result<(), StoreError> {
        Err(io())?
    }
    let made = line() - 2;
    for failure in [
        Failure::from(read().unwrap_err()),
        read().map_err(Failure::from).unwrap_err(),
        read().map_err(ShopError::from).map_err(Failure::from).unwrap_err(),
    ] {
        assert_eq!(placed(&failure), made);
        assert!(format!("{failure:?}").contains(&format!("captured.rs:{made}:")), "{failure:?}");
    }
    let (failure, here) = (Failure::from(StoreError::from(io())), line());
    assert_eq!(placed(&failure), here);
    let (failure, here) = (Failure::from(StoreError::from("x".parse::<u8>().unwrap_err())), line());
    assert_eq!(placed(&failure), here);
}

#[test]
fn a_location_in_std_gives_way_to_a_better_one() {
    let in_std = failed(io()).map_err(StoreError::from).unwrap_err();
    assert!(
        matches!(in_std, StoreError::Read { location, .. } if location.file().starts_with("/rustc/"))
    );
    let (failure, here) = (Failure::from(in_std), line());
    assert_eq!(placed(&failure), here);
    assert!(
        matches!(failure.downcast_ref(), Some(StoreError::Read { location, .. }) if location.line() == here)
    );
}

#[test]
fn a_failure_s_conversion_fills_an_empty_location() {
    let empty = || StoreError::Closed { location: None, trace: None };
    let (failure, here) = (Failure::from(empty()), line());
    assert_eq!(placed(&failure), here);
    let Some(StoreError::Closed { location, .. }) = failure.downcast_ref() else { panic!() };
    assert_eq!(location.map(Location::line), Some(here));

    let (failure, here) = (Failure::from(ShopError::Store(empty())), line());
    assert_eq!(placed(&failure), here);
    let Some(ShopError::Store(StoreError::Closed { location, .. })) = failure.downcast_ref() else {
        panic!()
    };
    assert_eq!(location.map(Location::line), Some(here));
}

#[test]
fn a_location_that_is_set_stays() {
    let at = Location::caller();
    let failure = Failure::from(StoreError::Write { file: "a".into(), at });
    assert_eq!(failure.place(), Some(at));
    assert_eq!(failure.to_string(), format!("writing a at {at}"));
    assert_eq!(Failure::from(Extended { location: at }).place(), Some(at));
}

#[test]
fn a_constructor_captures_the_location_of_its_caller() {
    let (error, here) = (StoreError::write("a"), line());
    assert!(matches!(error, StoreError::Write { at, .. } if at.line() == here));
    let (error, here) = (StoreError::closed(), line());
    assert_eq!(placed(&error.into()), here);
}

#[test]
fn without_a_field_the_place_is_that_of_the_conversion_or_of_its_context() {
    let (failure, here) = (Failure::from(StoreError::Plain), line());
    assert_eq!(placed(&failure), here);
    let lost = || failed(StoreError::Plain).map_err(Failure::from);
    assert_eq!(lost().unwrap_err().place(), None);
    let (failure, here) = (lost().context("charging").unwrap_err(), line());
    assert_eq!(placed(&failure), here);
    assert_eq!(placed(&failure.context("again")), here);
}

#[test]
fn a_backtrace_is_shown_if_it_was_captured() {
    let read =
        |backtrace| StoreError::Read { cause: io(), location: Location::caller(), backtrace };
    let forced = || read(Backtrace::force_capture());
    let trace = Some(Arc::new(Backtrace::force_capture()));
    for error in [
        ShopError::Store(forced()),
        ShopError::Stock(forced()),
        ShopError::Store(StoreError::Closed { location: None, trace }),
    ] {
        let failure = Failure::from(error);
        let shown = failure.backtrace().expect("a backtrace").to_string();
        assert!(shown.contains("captured::a_backtrace_is_shown"), "{shown}");
    }
    for error in [
        ShopError::Store(read(Backtrace::disabled())),
        ShopError::Stock(StoreError::Plain),
        ShopError::from("x".parse::<f32>().unwrap_err()),
    ] {
        assert!(Failure::from(error).backtrace().is_none());
    }
}
