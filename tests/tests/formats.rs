//! Every form of a format string is held against thiserror: the enums of `build/formats.rs` are derived twice.

use std::collections::HashSet;

/// What `{:p}` shows: both enums have the same address.
static PLACE: &str = "here";
const WIDTH: usize = 10;
const PRECISION: usize = 4;

include!(concat!(env!("OUT_DIR"), "/formats.rs"));

#[test]
fn every_form_means_what_it_means_to_thiserror() {
    let (ours, theirs) = (ours::texts(), theirs::texts());
    assert_eq!((ours.len(), theirs.len()), (MESSAGES.len(), MESSAGES.len()));
    for ((message, ours), theirs) in MESSAGES.iter().zip(ours).zip(theirs) {
        assert_eq!(ours, theirs, "{message}");
    }
}

/// So that a mistake in the generator does not make the test above an empty one.
#[test]
fn the_matrix_is_whole() {
    let forms: HashSet<_> = MESSAGES.iter().collect();
    assert!(forms.len() > 500, "{}", forms.len());
    for form in [
        "{0:",
        "{000:",
        "{_0:",
        "{x:",
        "{:",
        "{1:",
        "{value:",
        ".*",
        "w$",
        "p$",
        "_1$",
        "_2$",
        "WIDTH$",
        "width_of$",
        "1$",
        "{<",
        "}>",
        "名>",
        "+",
        "#",
        "x?}",
        "X?}",
        "o}",
        "b}",
        "e}",
        "E}",
        "p}",
    ] {
        assert!(MESSAGES.iter().any(|message| message.contains(form)), "{form}");
    }
}
