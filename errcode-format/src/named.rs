//! Closed lists: enums whose variants are numbered in the packed format and named in attributes, logs and catalogs.

use core::fmt;

/// Why a name or a threshold could not be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    expected: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    OneOf { what: &'static str, names: &'static [&'static str] },
    Threshold,
}

impl ParseError {
    pub(crate) const THRESHOLD: Self = Self { expected: Expected::Threshold };

    pub(crate) const fn name(what: &'static str, names: &'static [&'static str]) -> Self {
        Self { expected: Expected::OneOf { what, names } }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expected {
            Expected::OneOf { what, names } => {
                write!(f, "unknown {what}; expected ")?;
                for (number, name) in names.iter().enumerate() {
                    let separator = match number {
                        0 => "",
                        _ if number + 1 == names.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{separator}`{name}`")?;
                }
                Ok(())
            }
            Expected::Threshold => {
                f.write_str("invalid alert threshold; write a count and a window, as in `20/1m`")
            }
        }
    }
}

impl core::error::Error for ParseError {}

/// Declares an enum with its names, so that a further variant is one line.
macro_rules! named {
    (
        $what:literal
        $(#[$attribute:meta])*
        pub enum $ty:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $name:literal,)*
        }
    ) => {
        $(#[$attribute])*
        pub enum $ty {
            $($(#[$variant_attribute])* $variant,)*
        }

        impl $ty {
            /// Every variant, in the order of declaration, which is that of the numbers in the packed format.
            pub const ALL: [Self; Self::NAMES.len()] = [$(Self::$variant),*];

            /// The name of each variant, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Returns the name, as attributes, logs and catalogs spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl core::fmt::Display for $ty {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $ty {
            type Err = $crate::ParseError;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err($crate::ParseError::name($what, Self::NAMES)),
                }
            }
        }

        $crate::named::serde_as_text!($ty);
    };
}

/// Serializes a type as its `Display` text and deserializes it by `FromStr`.
macro_rules! serde_as_text {
    ($ty:ident) => {
        #[cfg(feature = "serde")]
        impl serde_core::Serialize for $ty {
            fn serialize<S: serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde_core::Deserialize<'de> for $ty {
            fn deserialize<D: serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde_core::de::Error::custom)
            }
        }
    };
}

pub(crate) use {named, serde_as_text};

#[cfg(test)]
mod tests {
    use crate::{Alert, Category, Level, SubjectKind};

    #[test]
    fn names_are_read_as_they_are_written() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse(), Ok(category));
        }
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        for alert in Alert::ALL {
            assert_eq!(alert.as_str().parse(), Ok(alert));
        }
        for kind in SubjectKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!(
            "Page".parse::<Alert>().unwrap_err().to_string(),
            "unknown alert; expected `none`, `notice` or `page`"
        );
    }

    #[cfg(feature = "serde")]
    #[test]
    fn names_are_serialized_as_text() {
        assert_eq!(serde_json::to_string(&Alert::Page).unwrap(), r#""page""#);
        assert_eq!(
            serde_json::from_str::<SubjectKind>(r#""violations""#).unwrap(),
            SubjectKind::Violations
        );
        assert!(serde_json::from_str::<Level>(r#""loud""#).is_err());
    }
}
