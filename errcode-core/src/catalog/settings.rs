//! What `catalog!` says beside its list of types.

use crate::{DefaultFaultCodes, FaultCodes, Table};

/// The number that stands in codes for a module or kind, and its name.
pub(super) type Named = (u32, &'static str);

/// One item of the list: a type, or a catalog to merge.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct List {
    pub tables: &'static [&'static Table],
    /// The catalog's rules apply to these codes.
    pub own: bool,
}

/// The settings of a catalog, each with its default.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Settings {
    pub(super) service: &'static str,
    pub(super) docs: Option<&'static str>,
    pub(super) languages: &'static [&'static str],
    pub(super) grammar: Option<&'static str>,
    pub(super) modules: &'static [Named],
    pub(super) kinds: &'static [Named],
    pub(super) faults: &'static dyn FaultCodes,
}

#[doc(hidden)]
impl Settings {
    pub const NEW: Self = Self {
        service: "",
        docs: None,
        languages: &[],
        grammar: None,
        modules: &[],
        kinds: &[],
        faults: &DefaultFaultCodes,
    };

    #[must_use]
    pub const fn service(self, service: &'static str) -> Self {
        Self { service, ..self }
    }

    #[must_use]
    pub const fn docs(self, docs: &'static str) -> Self {
        Self { docs: Some(docs), ..self }
    }

    #[must_use]
    pub const fn languages(self, languages: &'static [&'static str]) -> Self {
        Self { languages, ..self }
    }

    #[must_use]
    pub const fn grammar(self, grammar: &'static str) -> Self {
        Self { grammar: Some(grammar), ..self }
    }

    #[must_use]
    pub const fn modules(self, modules: &'static [Named]) -> Self {
        Self { modules, ..self }
    }

    #[must_use]
    pub const fn kinds(self, kinds: &'static [Named]) -> Self {
        Self { kinds, ..self }
    }

    #[must_use]
    pub const fn faults(self, faults: &'static dyn FaultCodes) -> Self {
        Self { faults, ..self }
    }
}
