//! A bot that comments on tickets. It takes tasks from a table, calls a tracker, and writes back what became of each.
//! Its errors are the codes of [`CATALOG`], which decide whether a task is repeated.

#![forbid(unsafe_code)]

mod bot;
mod client;
mod demonstration;
mod errors;
mod intake;
mod queue;

pub use bot::{Handled, bot};
pub use client::Tracker;
pub use demonstration::Demonstration;
pub use errors::{CATALOG, TicketError};
pub use intake::intake;
pub use queue::{Queue, Row, Task, Work};
