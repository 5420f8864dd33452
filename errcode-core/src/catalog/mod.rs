//! All codes of a service: proven to be unique at compile time, looked up at run time.

// `Catalog` is what the module is about.
#[allow(clippy::module_inception)]
mod catalog;
mod describe;
mod grammar;
mod index;
mod list;
mod macros;
mod public;
mod recognize;
mod recognizer;
mod references;
mod report;
mod settings;
mod translations;
mod variant;

pub use catalog::Catalog;
pub use describe::Listing;
pub(crate) use describe::title;
#[doc(hidden)]
pub use grammar::check;
#[doc(hidden)]
pub use index::{Index, build as build_index, capacity, concat, total};
pub(crate) use list::Types;
#[doc(hidden)]
pub use list::{List, ListedType};
pub use public::Public;
pub(crate) use settings::OwnFormat;
#[doc(hidden)]
pub use settings::Settings;
#[doc(hidden)]
pub use translations::TranslationsCell;
pub use translations::Untranslated;
#[doc(hidden)]
pub use variant::variant;
