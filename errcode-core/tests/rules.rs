//! The errors of `validator` and `garde` as violations.

use errcode_core::{
    AppError, Failure, FieldViolation, FrameworkFault,
    wire::{Envelope, ErrorView, Ids, render},
};
use std::collections::HashMap;
use validator::Validate as _;

#[derive(Debug, AppError)]
#[error("bad order", code = "E1", status = 409, user_msg = "bad order")]
struct BadOrder {
    #[violations]
    violations: Vec<FieldViolation>,
}

errcode_core::catalog! { static CATALOG = [BadOrder]; languages = ["en"]; }

#[derive(validator::Validate)]
struct Order {
    #[validate(email)]
    mail: String,
    #[validate(nested)]
    items: Vec<Item>,
}

#[derive(validator::Validate)]
struct Item {
    #[validate(range(min = 1))]
    count: u32,
}

#[derive(garde::Validate)]
struct Labels {
    #[garde(dive)]
    by_name: HashMap<String, Label>,
}

#[derive(garde::Validate)]
#[garde(transparent)]
struct Label(#[garde(length(min = 1))] String);

fn order(bad: usize) -> Order {
    Order { mail: "secret".into(), items: (0..bad).map(|_| Item { count: 0 }).collect() }
}

fn checked(order: &Order) -> Result<(), Failure> {
    order.validate()?;
    Ok(())
}

fn body(failure: Failure) -> serde_json::Value {
    let public = CATALOG.public(&failure);
    let view = ErrorView::new(&public, Some(&CATALOG), Ids::default());
    serde_json::from_slice(&render(&Envelope, &view)).expect("JSON")
}

#[test]
fn a_domain_function_may_use_a_question_mark() {
    let failure = checked(&order(1)).expect_err("two rules are broken");
    assert_eq!(failure.spec().status(), FrameworkFault::Validation.status());
    let body = body(failure);
    let errors = &body["error"]["details"]["errors"];
    assert_eq!([&errors[0]["pointer"], &errors[1]["pointer"]], ["/items/0/count", "/mail"]);
    assert_eq!((&errors[0]["rule"], &errors[0]["params"]["min"]), (&"range".into(), &1.into()));
    assert!(!body.to_string().contains("secret"), "{body}");
}

#[test]
fn further_violations_are_counted() {
    let body = body(checked(&order(150)).expect_err("many rules are broken"));
    let details = &body["error"]["details"];
    assert_eq!(details["errors"].as_array().map(Vec::len), Some(100));
    assert_eq!(details["errors_omitted"], 51);
}

#[test]
fn a_code_of_ones_own_may_hold_them() {
    let errors = order(0).validate().expect_err("a rule is broken");
    let body = body(BadOrder { violations: FieldViolation::of_validator(errors) }.into());
    assert_eq!(body["error"]["code"], "E1");
    assert_eq!(body["error"]["details"]["errors"][0]["pointer"], "/mail");
}

/// A key of a map is the client's: it is escaped in the pointer, and not in the log.
#[test]
fn a_key_of_a_map_is_not_logged() {
    let labels = Labels { by_name: HashMap::from([("a/secret~".into(), Label(String::new()))]) };
    let report = garde::Validate::validate(&labels).expect_err("a rule is broken");
    assert_eq!(
        FieldViolation::of_garde(&report)[0].source.as_ref().map(|at| at.member().1.to_owned()),
        Some("/by_name/a~1secret~0".to_owned())
    );
    let failure = Failure::from(report);
    assert!(!format!("{failure}").contains("secret"), "{failure}");
}
