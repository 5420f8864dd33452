//! The body format that a catalog names.

use super::{body_format::BodyFormat, example::Example, ids::Ids, view::ErrorView};
use crate::{
    catalog::{Catalog, OwnFormat},
    spec::error_spec::ErrorSpec,
};
use core::any::Any;
use std::fmt;

/// The setting `format` of `catalog!`.
#[doc(hidden)]
pub struct Own(pub &'static dyn BodyFormat);

impl OwnFormat for Own {
    fn status(&self, catalog: &Catalog, spec: ErrorSpec) -> u16 {
        let example = Example::new(spec);
        self.0.status(&ErrorView::from_example(&example, Some(catalog), Ids::default()))
    }
}

impl Catalog {
    /// Returns the service's own body format, if the catalog has the setting `format`.
    #[must_use]
    pub fn body_format(&self) -> Option<&'static dyn BodyFormat> {
        let own: &'static dyn Any = self.own_format()?;
        own.downcast_ref::<Own>().map(|own| own.0)
    }
}

/// Without the format, which may not implement `Debug`.
impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Own").field(&self.0.content_type()).finish()
    }
}
