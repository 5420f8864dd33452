//! The view of one row.

use crate::{
    Alert, AlertThreshold, Category, Code, Level, Retryable, SubjectKind, Table, format,
    retry::AfterSource,
    table::{Entries, Entry, Record},
    template::Template,
};
use core::{fmt, time::Duration};

/// Everything that is said of one code: a view over its row in the packed table. `Copy`, sixteen bytes, never allocates; the accessors that can be
/// are `const`.
#[derive(Clone, Copy)]
pub struct ErrorSpec {
    table: &'static Table,
    index: u32,
}

impl ErrorSpec {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(table: &'static Table, index: u32) -> Self {
        Self { table, index }
    }

    #[inline]
    pub(crate) const fn record(self) -> Record {
        Record::read(self.table, self.index)
    }

    #[inline]
    pub(crate) const fn entries(self) -> Entries {
        Entries::of(self.table, self.record())
    }

    const fn find(self, tag: u8) -> Option<Entry> {
        self.entries().find(tag)
    }

    const fn text(self, tag: u8) -> Option<&'static str> {
        match self.find(tag) {
            Some(entry) => Some(entry.text()),
            None => None,
        }
    }

    fn all(self, tag: u8) -> impl Iterator<Item = Entry> {
        self.entries().filter(move |entry| entry.tag == tag)
    }

    /// The code.
    #[must_use]
    #[inline]
    pub const fn code(self) -> Code {
        let record = self.record();
        let (_, text) = self.table.text.split_at(record.text_at());
        Code(text.split_at(record.code_len()).0)
    }

    /// The variant's name, or the type's for a struct or a code that its variants share.
    #[must_use]
    pub const fn variant(self) -> &'static str {
        let record = self.record();
        let (_, text) = self.table.text.split_at(record.text_at() + record.code_len());
        text.split_at(record.name_len()).0
    }

    /// The HTTP status.
    #[must_use]
    #[inline]
    pub const fn status(self) -> u16 {
        self.record().status()
    }

    /// The category.
    #[must_use]
    pub const fn category(self) -> Category {
        self.record().category()
    }

    /// The level of the log event.
    #[must_use]
    pub const fn level(self) -> Level {
        self.record().level()
    }

    /// What the code says about retrying.
    #[must_use]
    pub const fn retryable(self) -> Retryable {
        match self.record().retry() {
            format::RETRY_NO => Retryable::No,
            format::RETRY_YES => Retryable::Yes,
            _ => Retryable::Conditional,
        }
    }

    /// Whether `retryable` was written on the variant or its container, rather than following from the category.
    #[must_use]
    pub const fn retryable_is_explicit(self) -> bool {
        self.record().flag(format::FLAG_RETRY_SAID)
    }

    /// The constant wait before a retry, where the code gives one.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self.find(format::AFTER) {
            Some(entry) => Some(Duration::from_millis(entry.u64_at(0))),
            None => None,
        }
    }

    pub(crate) fn after_source(self) -> AfterSource {
        for entry in self.entries() {
            match entry.tag {
                format::AFTER => return AfterSource::Constant(entry.u64_at(0)),
                format::AFTER_ARG => return AfterSource::Argument(entry.byte(0)),
                _ => {}
            }
        }
        AfterSource::None
    }

    /// The short constant summary.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self.text(format::TITLE) {
            Some(title) => title,
            None => self.variant(),
        }
    }

    /// The user message as it was written, in the named language; `None` where that language has none of its own. An untagged text is in the
    /// catalog's default language, which `None` asks for.
    #[must_use]
    pub fn user_message_template(self, language: Option<&str>) -> Option<String> {
        self.user_template(language).map(|template| self.as_written(template))
    }

    /// A user message with its placeholders' names.
    pub(crate) fn as_written(self, template: Template) -> String {
        template.with_names(|argument| self.argument_name(argument))
    }

    /// The argument with the text of a field that clients may see.
    pub(crate) fn shown_argument(self, name: &str) -> Option<u8> {
        let named = self
            .all(format::ARG_NAME)
            .find(|entry| entry.text() == name)
            .map(|entry| entry.byte(0));
        let detail = || {
            self.details()
                .find(|detail| detail.name() == name && detail.kind() != format::DETAIL_JSON)
        };
        named.or_else(|| detail().map(|detail| detail.argument() as u8))
    }

    /// The name of the field behind a placeholder of the user message.
    fn argument_name(self, argument: usize) -> Option<&'static str> {
        let named = self.all(format::ARG_NAME).find(|entry| usize::from(entry.byte(0)) == argument);
        let detail = || self.details().find(|detail| detail.argument() == argument);
        named.map(|entry| entry.text()).or_else(|| detail().map(DetailSpec::name))
    }

    /// The user message's template: in the language, else (for `None`) the untagged one or the first.
    pub(crate) fn user_template(self, language: Option<&str>) -> Option<Template> {
        let mut first = None;
        for entry in self.all(format::USER) {
            let (tag, own) = Template::tagged(entry);
            let template =
                || if own.is_display() { self.display_template().unwrap_or(own) } else { own };
            match language {
                Some(wanted) if tag.eq_ignore_ascii_case(wanted) => return Some(template()),
                None if tag.is_empty() => return Some(template()),
                None if first.is_none() => first = Some(template()),
                _ => {}
            }
        }
        first
    }

    pub(crate) fn display_template(self) -> Option<Template> {
        self.find(format::DISPLAY).map(|entry| Template::new(entry.text(), entry.data))
    }

    pub(crate) fn log_template(self) -> Option<Template> {
        self.find(format::LOG).map(|entry| Template::new(entry.text(), entry.data))
    }

    /// Whether clients never see this code.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        self.record().flag(format::FLAG_INTERNAL)
    }

    /// The code that clients see in this one's place, where the attribute names one.
    #[must_use]
    pub const fn public_as(self) -> Option<&'static str> {
        self.text(format::PUBLIC_AS)
    }

    pub(crate) const fn is_shared(self) -> bool {
        self.record().flag(format::FLAG_SHARED)
    }

    /// Whether the code counts against a circuit breaker.
    #[must_use]
    pub const fn breaker_counts(self) -> bool {
        self.record().flag(format::FLAG_BREAKER)
    }

    /// Returns the alert that the code raises.
    #[must_use]
    pub const fn alert(self) -> Alert {
        let record = self.record();
        match (record.flag(format::FLAG_ALERT), record.flag(format::FLAG_PAGE)) {
            (_, true) => Alert::Page,
            (true, false) => Alert::Notice,
            (false, false) => Alert::None,
        }
    }

    /// Returns the threshold from which on the alert is raised; without one, the first failure raises it.
    #[must_use]
    pub const fn alert_over(self) -> Option<AlertThreshold> {
        match self.find(format::ALERT_OVER) {
            Some(entry) => Some(AlertThreshold::new(entry.u32_at(0), entry.u64_at(4))),
            None => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        self.text(format::HELP)
    }

    /// The doc comment's further paragraphs, up to `# Internal`.
    #[must_use]
    pub const fn explanation(self) -> Option<&'static str> {
        self.text(format::EXPLANATION)
    }

    /// The doc comment from `# Internal` on.
    #[must_use]
    pub const fn internal_note(self) -> Option<&'static str> {
        self.text(format::INTERNAL_NOTE)
    }

    /// The version that brought the code.
    #[must_use]
    pub const fn since(self) -> Option<&'static str> {
        self.text(format::SINCE)
    }

    /// Why the code should no longer be produced.
    #[must_use]
    pub const fn deprecated(self) -> Option<&'static str> {
        self.text(format::DEPRECATED)
    }

    /// The code that took this one's place.
    #[must_use]
    pub const fn replaced_by(self) -> Option<&'static str> {
        self.text(format::REPLACED_BY)
    }

    /// Who owns it.
    #[must_use]
    pub const fn owner(self) -> Option<&'static str> {
        self.text(format::OWNER)
    }

    /// The runbook's address, with the code in place of `{code}`.
    #[must_use]
    pub fn runbook(self) -> Option<String> {
        self.text(format::RUNBOOK).map(|address| address.replace("{code}", &self.code()))
    }

    /// The tags.
    pub fn tags(self) -> impl Iterator<Item = &'static str> {
        self.all(format::TAG).map(|entry| entry.text())
    }

    /// The other names of the code.
    pub fn aliases(self) -> impl Iterator<Item = &'static str> {
        self.all(format::ALIAS).map(|entry| entry.text())
    }

    /// The condition of `retryable(when = …)`, as it was written.
    #[must_use]
    pub const fn retry_condition(self) -> Option<&'static str> {
        self.text(format::WHEN)
    }

    /// The number of the gRPC status code, where the attribute names one.
    #[must_use]
    pub const fn grpc(self) -> Option<u8> {
        match self.find(format::GRPC) {
            Some(entry) => Some(entry.byte(0)),
            None => None,
        }
    }

    /// The fields that clients see.
    pub fn details(self) -> impl Iterator<Item = DetailSpec> {
        self.entries().filter_map(DetailSpec::of)
    }

    /// Returns how the bodies of the code name the part of the request at fault; `None` where they name none.
    #[must_use]
    pub const fn subject(self) -> Option<SubjectKind> {
        if self.find(format::VIOLATIONS).is_some() {
            return Some(SubjectKind::Violations);
        }
        match self.find(format::SUBJECT) {
            Some(entry) => Some(match entry.byte(0) {
                format::SUBJECT_POINTER => SubjectKind::Pointer,
                format::SUBJECT_PARAMETER => SubjectKind::Parameter,
                _ => SubjectKind::Header,
            }),
            None => None,
        }
    }

    /// The name and the constant value (`None`: a field's) of each response header.
    pub fn headers(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.all(format::HEADER).map(|entry| {
            let (name, value) = entry.text().split_at(entry.u16_at(0));
            (name, (entry.byte(2) == format::NO_ARG).then_some(value))
        })
    }

    /// The type that declares the code, for example `ProjectError`.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        self.table.name
    }

    /// The module of that type, with its crate first.
    #[must_use]
    pub const fn module(self) -> &'static str {
        self.table.module
    }

    /// The source file that declares it.
    #[must_use]
    pub const fn file(self) -> &'static str {
        self.table.file
    }

    /// The line in that file.
    #[must_use]
    pub const fn line(self) -> u32 {
        self.table.line + self.record().line() as u32
    }

    /// The table that holds the row.
    #[must_use]
    pub const fn table(self) -> &'static Table {
        self.table
    }
}

/// Two views are equal when they show the same row.
impl PartialEq for ErrorSpec {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
            && self.table.name == other.table.name
            && self.table.module == other.table.module
    }
}

impl Eq for ErrorSpec {}

impl fmt::Debug for ErrorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorSpec")
            .field("code", &self.code())
            .field("variant", &format_args!("{}::{}", self.type_name(), self.variant()))
            .field("status", &self.status())
            .field("category", &self.category())
            .field("level", &self.level())
            .field("retryable", &self.retryable())
            .field("title", &self.title())
            .finish()
    }
}

/// One field that clients see.
#[derive(Clone, Copy)]
pub struct DetailSpec(Entry);

impl DetailSpec {
    #[inline]
    pub(crate) fn of(entry: Entry) -> Option<Self> {
        (entry.tag == format::DETAIL).then_some(Self(entry))
    }

    fn parts(self) -> (&'static str, &'static str, &'static str) {
        let (name, rest) = self.0.text().split_at(self.0.u16_at(2));
        let (ty, example) = rest.split_at(self.0.u16_at(4));
        (name, ty, example)
    }

    /// The member's name in `details`.
    #[inline]
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.text_head(self.0.u16_at(2))
    }

    /// The field's type, as it was written.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        self.parts().1
    }

    /// The example for the documentation.
    #[must_use]
    pub fn example(self) -> Option<&'static str> {
        Some(self.parts().2).filter(|example| !example.is_empty())
    }

    /// Whether the member is a string in JSON, whatever the field's type.
    #[must_use]
    #[inline]
    pub fn is_text(self) -> bool {
        self.0.byte(1) != format::DETAIL_JSON
    }

    pub(crate) fn kind(self) -> u8 {
        self.0.byte(1)
    }

    pub(crate) fn argument(self) -> usize {
        usize::from(self.0.byte(0))
    }
}

impl fmt::Debug for DetailSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.type_name())
    }
}
