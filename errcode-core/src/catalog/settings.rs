//! The settings of a catalog.

use super::catalog::Catalog;
use super::{index::same_code, report::Report};
use crate::{
    failure::fault_codes::{DefaultFaultCodes, FaultCodes},
    spec::error_spec::ErrorSpec,
};
use core::{any::Any, fmt};
use errcode_format as format;

/// The number of a module or kind in codes, and its name.
pub(crate) type Named = (u32, &'static str);

/// The service's own body format, which the modules that write bodies know better.
#[doc(hidden)]
pub trait OwnFormat: Any + Send + Sync {
    /// Returns the HTTP status of a code's answers.
    fn status(&self, catalog: &Catalog, spec: ErrorSpec) -> u16;
}

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
    pub(crate) format: Option<&'static dyn OwnFormat>,
    /// The format as the source names it.
    pub(crate) format_name: &'static str,
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
        format: None,
        format_name: "",
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

    #[must_use]
    pub const fn format(self, format: &'static dyn OwnFormat, name: &'static str) -> Self {
        Self { format: Some(format), ..self.format_name(name) }
    }

    #[must_use]
    pub const fn format_name(self, format_name: &'static str) -> Self {
        Self { format_name, ..self }
    }
}

impl Settings {
    /// Reports what the macro cannot see, because a value is not a literal. Returns whether the grammar is one.
    pub(super) const fn check(&self, report: &mut Report) -> bool {
        if let Some(docs) = self.docs
            && (format::stray_brace(docs).is_some() || !format::names_code(docs))
        {
            report.begin().add("invalid `docs`: `").add(docs);
            report.add("`; write an address with `{code}` where the code goes");
        }
        let mut at = 0;
        while at < self.languages.len() {
            let language = self.languages[at];
            if !format::is_language(language) {
                report.begin().add("invalid language `").add(language);
                report.add("`; write a tag such as `zh` or `pt-BR`");
            }
            let mut before = 0;
            while before < at {
                if same_code(self.languages[before], language) {
                    report.begin().add("the language `").add(language).add("` is specified twice");
                }
                before += 1;
            }
            at += 1;
        }
        let Some(grammar) = self.grammar else { return true };
        let fits = format::check_grammar(grammar).is_ok();
        if !fits {
            report.begin().add("invalid `grammar`: `").add(grammar);
            report.add("`; write text and `{module:N}`, `{kind:N}`, `{serial:N}`, where N is a number of digits");
        }
        fits
    }
}

/// Without `faults` and `format`, which may not implement `Debug`.
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
