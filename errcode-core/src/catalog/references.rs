//! The codes that `public_as` and `replaced_by` name, which `catalog!` checks at compile time.

use super::{
    index::{self, same_code, same_text},
    report::Report,
};
use crate::spec::{
    error_spec::ErrorSpec,
    table::{Reference, Table},
};

const REPLACED_BY: &str = "replaced_by";
/// The longest chain of replaced codes that is followed.
const LONGEST_CHAIN: usize = 64;

/// Checks that the codes exist, that clients may see them, and that a replaced code does not replace its successor.
pub(super) const fn check<const SLOTS: usize>(
    of: &'static Table,
    tables: &[&'static Table],
    slots: &[u32; SLOTS],
    report: &mut Report,
) {
    let mut number = 0;
    while number < of.references.len() {
        let reference = of.references[number];
        let from = ErrorSpec::new(of, reference.row);
        match index::find(tables, slots, reference.key, reference.code) {
            None => report_unknown(tables, reference, from, report),
            Some(to) if same_code(to.code().as_str(), from.code().as_str()) => {
                report.begin().add("`").add(reference.attribute).add("` of `").variant(from);
                report.add("` names its own code");
            }
            Some(to) if to.is_internal() && same_text(reference.attribute, "public_as") => {
                report.begin().add("`public_as` of `").variant(from).add("` names `");
                report.add(reference.code).add("`, which is internal itself");
            }
            Some(to)
                if same_text(reference.attribute, REPLACED_BY)
                    && leads_to(tables, slots, to, from) =>
            {
                report.begin().add("`replaced_by` of `").variant(from).add("` names `");
                report.add(reference.code).add("`, whose `replaced_by` leads back to `");
                report.add(from.code().as_str()).add("`");
            }
            Some(_) => {}
        }
        number += 1;
    }
}

/// Reports a code that is not in the catalog, unless it may be one of a type whose mistakes are reported already.
const fn report_unknown(
    tables: &[&'static Table],
    reference: Reference,
    from: ErrorSpec,
    report: &mut Report,
) {
    let mut at = 0;
    while at < tables.len() {
        if tables[at].has_mistakes() {
            return;
        }
        at += 1;
    }
    report.begin().add("`").add(reference.attribute).add("` of `").variant(from);
    report.add("` names `").add(reference.code);
    if report_retired(tables, reference, report) {
        return;
    }
    report.add("`, which is not in this catalog");
    if let Some(near) = index::nearest(tables, reference.key, from) {
        report.add("; did you mean `").add(near.code().as_str()).add("`?");
    }
}

/// Adds by which type, and why, the code was retired, and returns whether it was.
const fn report_retired(
    tables: &[&'static Table],
    reference: Reference,
    report: &mut Report,
) -> bool {
    let mut at = 0;
    while at < tables.len() {
        let mut number = 0;
        while number < tables[at].retired.len() {
            let retired = tables[at].retired[number];
            if retired.key == reference.key && same_code(retired.code, reference.code) {
                report.add("`, which was retired by `").path(tables[at]).add("` (");
                report.add(retired.reason).add(")");
                return true;
            }
            number += 1;
        }
        at += 1;
    }
    false
}

/// Returns whether the code is replaced by the other one, through any number of others.
const fn leads_to<const SLOTS: usize>(
    tables: &[&'static Table],
    slots: &[u32; SLOTS],
    code: ErrorSpec,
    goal: ErrorSpec,
) -> bool {
    let (mut code, mut steps) = (code, 0);
    while steps < LONGEST_CHAIN {
        let Some(next) = successor(tables, slots, code) else { return false };
        if same_code(next.code().as_str(), goal.code().as_str()) {
            return true;
        }
        code = next;
        steps += 1;
    }
    false
}

/// Returns the code that replaces another one.
const fn successor<const SLOTS: usize>(
    tables: &[&'static Table],
    slots: &[u32; SLOTS],
    code: ErrorSpec,
) -> Option<ErrorSpec> {
    let references = code.table().references;
    let mut number = 0;
    while number < references.len() {
        let reference = references[number];
        if reference.row == code.index() && same_text(reference.attribute, REPLACED_BY) {
            return index::find(tables, slots, reference.key, reference.code);
        }
        number += 1;
    }
    None
}
