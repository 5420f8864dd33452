//! The answer of `explain` as text.

use crate::{
    answer::{Answer, By, Found, is_guess},
    facts::{Fact, facts},
    model::Retired,
};
use core::fmt::Write as _;

impl Answer {
    /// Returns the answer as text for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_text_in("en")
    }

    /// Returns the answer as text for a reader of a language: with Chinese words for `zh`, else with English ones.
    #[must_use]
    pub fn to_text_in(&self, language: &str) -> String {
        let words = Words::of(language);
        let mut parts: Vec<String> = self.found.iter().map(|found| words.found(found)).collect();
        parts.extend(self.retired.iter().map(|retired| words.retired(retired)));
        if parts.is_empty() {
            parts.push(words.unknown(self));
        }
        parts.join("\n")
    }
}

/// The words around what the catalog says.
#[derive(Clone, Copy)]
enum Words {
    En,
    Zh,
}

impl Words {
    fn of(language: &str) -> Self {
        let primary = language.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") { Self::Zh } else { Self::En }
    }

    fn or<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// Returns the text for one code.
    fn found(self, found: &Found) -> String {
        let entry = &found.entry;
        let mut text = format!("{} {}\n", entry.code, entry.title);
        text.push_str(&self.by(&found.by));
        let message = self.or("message", "错误信息");
        // Writing to a `String` cannot fail.
        for (language, template) in entry.texts() {
            let language =
                if language.is_empty() { String::new() } else { format!(" ({language})") };
            let _ = writeln!(text, "  {message}{language}: {template}");
        }
        if let Some(log) = entry.source.as_ref().and_then(|source| source.log.as_ref()) {
            let _ = writeln!(text, "  {}: {log}", self.or("log", "日志"));
        }
        for Fact { name, name_zh, value, value_zh } in facts(entry) {
            let value = self.or(None, value_zh).unwrap_or(value);
            let _ = writeln!(text, "  {}: {value}", self.or(name, name_zh));
        }
        let note = entry.source.as_ref().and_then(|source| source.note.as_deref());
        section(&mut text, self.or("Why it happens", "原因"), entry.explanation.as_deref());
        section(&mut text, self.or("What to do", "处理办法"), entry.help.as_deref());
        section(&mut text, self.or("Internal", "内部说明"), note);
        for example in &entry.examples {
            let title = self.or("Example", "示例");
            let _ = write!(text, "\n{title} ({})\n{}\n", example.content_type, example.pretty());
        }
        text
    }

    fn by(self, by: &By) -> String {
        match by {
            By::Code => String::new(),
            By::Alias(alias) => format!("  {}: {alias}\n", self.or("alias", "别名")),
            By::Message { template, values, .. } => {
                let values: Vec<String> =
                    values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                let values = if values.is_empty() {
                    String::new()
                } else {
                    format!("{}{}", self.or(", with ", "，其中 "), values.join(", "))
                };
                let matched = self.or("matched message", "匹配的错误信息");
                format!("  {matched}: {template}{values}\n")
            }
        }
    }

    /// Returns the text for a retired code.
    fn retired(self, retired: &Retired) -> String {
        let code = &retired.code;
        let mut text = self.or(
            format!("{code} is retired and must not be used again\n  reason: {}\n", retired.reason),
            format!("{code} 已停用，不得再次使用\n  原因: {}\n", retired.reason),
        );
        for code in &retired.leads_to {
            let _ = writeln!(text, "  {}: {code}", self.or("see", "参见"));
        }
        text
    }

    /// Returns the text for a query without a match.
    fn unknown(self, answer: &Answer) -> String {
        let query = &answer.query;
        let mut text = if is_guess(query) {
            self.or(
                format!("no code, alias or message matches `{query}`\n"),
                format!("没有与 `{query}` 匹配的错误码、别名或错误信息\n"),
            )
        } else {
            let en = "the text contains no code, alias or message\n";
            self.or(en, "文本中没有错误码、别名或错误信息\n").to_owned()
        };
        text.push_str(if answer.suggestions.is_empty() {
            self.or(
                "`cargo errcode list` shows all codes\n",
                "`cargo errcode list` 列出全部错误码\n",
            )
        } else {
            self.or("did you mean:\n", "您要找的是否是：\n")
        });
        for suggestion in &answer.suggestions {
            let _ = writeln!(text, "  {} {}", suggestion.code, suggestion.title);
        }
        text
    }
}

fn section(text: &mut String, title: &str, body: Option<&str>) {
    let Some(body) = body else { return };
    let _ = write!(text, "\n{title}\n");
    for line in body.lines() {
        let _ = writeln!(text, "{}{line}", if line.is_empty() { "" } else { "  " });
    }
}
