//! Events of this crate other than failures. If the log is the only listener, the line is written directly, without
//! `tracing`'s registration of the call site, its filter and a visitor for each value.

use super::{escape, fields::Fields, known::Known, listener::of_lines, site::Key};
use errcode_core::json;
use std::fmt;
use tracing_core::{Level, dispatcher};

/// The targets of this crate's events.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    App,
    Access,
    External,
}

impl Target {
    pub(super) const ALL: [Self; 3] = [Self::App, Self::Access, Self::External];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Access => "access",
            Self::External => "external",
        }
    }
}

/// Writes an event: `log_event!(Access INFO "task", { outcome: "success" }, "the task is done")`. The values are those
/// of [`Value`]. Each is evaluated once.
macro_rules! log_event {
    ($target:ident $level:ident $event:literal, { $($name:ident: $value:expr),* $(,)? }, $($message:tt)+) => {
        match ($($value,)*) {
            ($($name,)*) => {
                let fill = |fields: &mut $crate::log::OwnFields<'_>| {
                    fields.event($event);
                    fields.message(format_args!($($message)+));
                    $({
                        const KEY: $crate::log::OwnKey = $crate::log::OwnKey::new(
                            stringify!($name),
                            concat!(",\"", stringify!($name), "\":"),
                        );
                        fields.put(KEY, $name);
                    })*
                };
                let (target, level) = ($crate::log::Target::$target, ::tracing::Level::$level);
                if !$crate::log::write_directly(target, level, &fill) {
                    ::tracing::event!(
                        target: $crate::log::Target::$target.as_str(),
                        ::tracing::Level::$level,
                        event = $event,
                        $($name,)*
                        $($message)+
                    );
                }
            }
        }
    };
}
pub(crate) use log_event;

/// Writes the event if its line is the only thing that is made of it. Returns `false` if it has to be a `tracing`
/// event.
pub(crate) fn write_directly(
    target: Target,
    level: Level,
    fill: &dyn Fn(&mut OwnFields<'_>),
) -> bool {
    dispatcher::get_default(|dispatch| {
        let Some((lines, levels)) = of_lines(dispatch) else { return false };
        if level <= levels.of(target) {
            let fill = |fields: &mut Fields| fill(&mut OwnFields(fields));
            lines.write_own((level, target.as_str()), fill, dispatch);
        }
        true
    })
}

/// The key of a field, worked out when this crate is compiled.
#[derive(Clone, Copy)]
pub(crate) struct OwnKey(Key);

impl OwnKey {
    /// `name` is the field's name, and `member` the beginning of its member.
    pub(crate) const fn new(name: &str, member: &'static str) -> Self {
        Self(match Known::from_name(name) {
            Some(known) => Key::Known(known),
            None => Key::Other(member.as_bytes()),
        })
    }
}

/// The fields of an event that is written directly.
pub(crate) struct OwnFields<'a>(&'a mut Fields);

impl OwnFields<'_> {
    pub(crate) fn event(&mut self, name: &str) {
        self.0.put_plain(Known::Event, name);
    }

    pub(crate) fn message(&mut self, message: fmt::Arguments<'_>) {
        self.0.put_display(Known::Message, message);
    }

    #[inline]
    pub(crate) fn put(&mut self, key: OwnKey, value: impl Value) {
        if !value.is_absent() {
            self.0.put_key(key.0, |out| value.write(out));
        }
    }
}

/// A value of a field. One that is absent has no member.
pub(crate) trait Value: Copy {
    /// Writes the value as JSON.
    fn write(self, out: &mut Vec<u8>);

    fn is_absent(self) -> bool {
        false
    }
}

impl Value for &str {
    fn write(self, out: &mut Vec<u8>) {
        escape::push_string(out, self);
    }
}

impl Value for u64 {
    fn write(self, out: &mut Vec<u8>) {
        json::push_u64(out, self);
    }
}

impl<V: Value> Value for Option<V> {
    fn write(self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn is_absent(self) -> bool {
        self.is_none()
    }
}
