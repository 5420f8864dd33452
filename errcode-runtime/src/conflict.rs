//! A code of the catalog on a type that the catalog does not list.

use errcode_core::ErrorSpec;
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// The paths of the variants that were reported. Each is reported once: the mistake is in the program, and a line per
/// failure would say nothing new.
static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Writes one event for a row whose code belongs to `owner` in the catalog.
#[cold]
pub(crate) fn warn(spec: ErrorSpec, owner: ErrorSpec) {
    let (user, owner) = (path(spec), path(owner));
    if !REPORTED.lock().unwrap_or_else(PoisonError::into_inner).insert(user.clone()) {
        return;
    }
    let code = spec.code();
    tracing::warn!(
        target: "app",
        event = "code_conflict",
        code = code.as_str(),
        "`{user}` has the code {code}, which is `{owner}` in the catalog, and is answered as that; list its type in \
         `catalog!`, which will name every such code"
    );
}

fn path(spec: ErrorSpec) -> String {
    let (module, name) = (spec.module(), spec.type_name());
    if spec.is_of_type() {
        format!("{module}::{name}")
    } else {
        format!("{module}::{name}::{}", spec.variant())
    }
}
