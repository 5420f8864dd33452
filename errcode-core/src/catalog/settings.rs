//! The settings of a catalog.

use crate::failure::fault_codes::{DefaultFaultCodes, FaultCodes};
use core::fmt;

/// The number of a module or kind in codes, and its name.
pub(crate) type Named = (u32, &'static str);

/// The settings of `catalog!`.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Settings {
    pub(crate) service: &'static str,
    pub(crate) docs: Option<&'static str>,
    pub(crate) languages: &'static [&'static str],
    pub(crate) grammar: Option<&'static str>,
    pub(crate) modules: &'static [Named],
    pub(crate) kinds: &'static [Named],
    /// The language and the text of each translation file.
    pub(crate) translations: &'static [(&'static str, &'static str)],
    pub(crate) faults: &'static dyn FaultCodes,
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
        translations: &[],
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
    pub const fn translations(self, translations: &'static [(&'static str, &'static str)]) -> Self {
        Self { translations, ..self }
    }

    #[must_use]
    pub const fn faults(self, faults: &'static dyn FaultCodes) -> Self {
        Self { faults, ..self }
    }
}

/// Without `faults`, which may not implement `Debug`.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("service", &self.service)
            .field("docs", &self.docs)
            .field("languages", &self.languages)
            .field("grammar", &self.grammar)
            .field("modules", &self.modules)
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}
