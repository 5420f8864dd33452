//! Log lines: one JSON object per event, or a readable line on a terminal.

mod dialect;
mod escape;
mod failure;
mod failure_line;
mod fields;
mod install;
mod journey;
mod json_lines;
mod known;
mod layout;
mod line;
mod listener;
mod own_event;
mod queue;
mod repeats;
mod request_line;
mod site;

pub use dialect::Dialect;
pub(crate) use escape::{Room, is_control};
pub use install::{Guard, Logging, flush, init};
pub(crate) use journey::write as write_journey;
pub(crate) use json_lines::Buffers;
pub use json_lines::JsonLines;
pub(crate) use listener::{Listener, is_only_listener, write as write_failure, write_request};
pub(crate) use own_event::{OwnFields, OwnKey, Target, log_event, write_directly};
