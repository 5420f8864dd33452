//! The catalog data of a lock.

use super::{Line, Lock};
use crate::model::{Audience, CatalogData, Detail, Entry, Header, Retired, Source};
use std::collections::BTreeMap;

impl CatalogData {
    /// Returns the catalog that a lock describes, for [`Audience::Internal`]: without explanations,
    /// example bodies and places in the source.
    #[must_use]
    pub fn of_lock(lock: &Lock) -> Self {
        let retired = |(code, reason): (&String, &String)| Retired {
            code: code.clone(),
            reason: reason.clone(),
            leads_to: Vec::new(),
        };
        Self {
            service: lock.head.service.clone(),
            audience: Audience::Internal,
            languages: lock.head.languages.clone(),
            docs: lock.head.docs.clone(),
            grammar: lock.head.grammar.clone(),
            modules: lock.head.modules.clone(),
            kinds: lock.head.kinds.clone(),
            errors: lock.codes.values().map(|line| entry(lock, line)).collect(),
            retired: lock.retired.iter().map(retired).collect(),
            ..Self::default()
        }
    }
}

fn entry(lock: &Lock, line: &Line) -> Entry {
    let line = line.clone();
    let default = lock.head.languages.first().and_then(|language| line.messages.get(language));
    let message = default.or_else(|| line.messages.values().next()).cloned().unwrap_or_default();
    let neutral = line.messages.is_empty();
    // A text without a language is the message, not a translation.
    let messages = line.messages.into_iter().filter(|(language, _)| !language.is_empty()).collect();
    let path = line.variant.split_once("::");
    let (ty, variant) = path.unwrap_or((&line.variant, &line.variant));
    let source = Source {
        level: line.level,
        ty: ty.to_owned(),
        variant: variant.to_owned(),
        is_variant: path.is_some_and(|(ty, variant)| ty == variant),
        owner: line.owner,
        runbook: line.runbook,
        internal: line.internal,
        public_as: line.public_as,
        alert: line.alert.severity,
        alert_over: line.alert.over,
        breaker: line.breaker,
        neutral,
        unredacted: Vec::new(),
        ..Source::default()
    };
    let detail = |(name, shape): (String, String)| Detail {
        text: shape == "string",
        name,
        ty: shape,
        example: None,
        docs: None,
    };
    Entry {
        code: line.code,
        status: line.status,
        category: line.category,
        retryable: line.retryable,
        retry_after: line.retry_after,
        title: line.title,
        message,
        messages,
        translations: BTreeMap::new(),
        explanation: None,
        help: line.help,
        since: None,
        deprecated: line.deprecated,
        replaced_by: line.replaced_by,
        docs: None,
        tags: Vec::new(),
        aliases: line.aliases,
        grpc: line.grpc,
        details: line.details.into_iter().map(detail).collect(),
        details_optional: false,
        subject: line.subject,
        headers: line.headers.into_iter().map(|name| Header { name, value: None }).collect(),
        examples: Vec::new(),
        source: Some(source),
    }
}
