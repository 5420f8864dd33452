//! The header of a fault drill.

use errcode_core::drill::{self, Drill, DrillKey};
use http::HeaderMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the order in the header, if there is one and this key of the layer accepts it. Otherwise an event says why.
#[must_use]
pub fn drill_of(headers: &HeaderMap, key: Option<&DrillKey>) -> Option<Drill> {
    let mut values = headers.get_all(drill::HEADER).iter();
    let value = values.next()?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let verified = match (key, value.to_str(), values.next()) {
        (None, _, _) => Err("the service has no key for it".to_owned()),
        (Some(key), Ok(text), None) => {
            key.verify(text, since.as_secs()).map_err(|error| error.to_string())
        }
        (Some(_), _, _) => Err("it is not one line of text".to_owned()),
    };
    match verified {
        Ok(drill) => {
            tracing::info!(target: "app", event = "drill", "obeying a fault drill: {}", drill.code());
            Some(drill)
        }
        Err(error) => {
            tracing::warn!(target: "app", event = "drill", "refused a fault drill: {error}");
            None
        }
    }
}
