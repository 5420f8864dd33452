//! The retry hint of a value.

use super::{
    arg::Kind,
    error_spec::ErrorSpec,
    retry::{AfterSource, Retry, Retryable},
    rows::{self, Rows},
};
use core::time::Duration;
use errcode_format::RetryRule;

impl Retry {
    /// Returns the hint with the delay of a framework's fault, unless the code says that a retry does not help.
    pub(crate) fn delayed(self, spec: ErrorSpec, after: Duration) -> Self {
        if !self.retryable && spec.retryable_is_explicit() {
            return self;
        }
        Self { retryable: true, after: Some(after) }
    }
}

/// Returns the hint of a value whose `transparent` variants are resolved.
pub(crate) fn of(rows: &dyn Rows) -> Retry {
    let spec = rows.row();
    with_after(rows, spec, spec.after_source())
}

/// Returns the hint of every value of a row; `None` if it depends on the value.
pub(crate) fn constant(spec: ErrorSpec) -> Option<Retry> {
    match (spec.retryable(), spec.after_source()) {
        (Retryable::No, _) => Some(Retry::default()),
        (Retryable::Yes, AfterSource::None) => Some(Retry::new(true, None)),
        (Retryable::Yes, AfterSource::Constant(millis)) => {
            Some(Retry::new(true, Some(Duration::from_millis(millis))))
        }
        (Retryable::Yes, AfterSource::Argument(_)) | (Retryable::Conditional, _) => None,
    }
}

/// Does the same as [`of`] for a row that is read already.
pub(crate) fn with_after(rows: &dyn Rows, spec: ErrorSpec, source: AfterSource) -> Retry {
    let retry = spec.record().retry();
    if retry == RetryRule::No {
        return Retry::default();
    }
    let after = match source {
        AfterSource::None => None,
        AfterSource::Constant(millis) => Some(Duration::from_millis(millis)),
        AfterSource::Argument(index) => {
            rows::with_args(rows, |args| match args.get(usize::from(index)).map(|arg| arg.0) {
                Some(Kind::After(after)) => after,
                _ => None,
            })
            .flatten()
        }
    };
    match retry {
        RetryRule::When => {
            let retryable = rows.dynamic().when.unwrap_or(false);
            Retry { retryable, after: after.filter(|_| retryable) }
        }
        RetryRule::Inherit => {
            let inherited =
                rows.dynamic().inherit.map_or(Retry::default(), |source| of(rows::resolve(source)));
            Retry { after: after.or(inherited.after), ..inherited }
        }
        RetryRule::Yes | RetryRule::No => Retry { retryable: true, after },
    }
}
