//! A view of one row.

use super::{
    code::Code,
    detail_spec::DetailSpec,
    retry::{AfterSource, Retryable},
    table::{self, Entries, Entry, Table},
    template::Template,
    text_kind::TextKind,
};
use crate::accept_language;
use core::{fmt, time::Duration};
use errcode_format::{
    Alert, AlertThreshold, Category, HeaderData, Level, NO_ARG, PackedRecord, RetryRule,
    SubjectData, SubjectKind, ThresholdData, tag,
};

/// The row of one code: everything that its attributes say.
///
/// It is a view of the packed table: `Copy`, sixteen bytes, without an allocation. Accessors are `const` where
/// possible.
///
/// ```
/// use errcode_core::{AppError, Category, Coded};
///
/// #[derive(Debug, AppError)]
/// #[error("the tracker answered {0}", code = "E2301", category = external, retryable(after = "2s"))]
/// struct Tracker(u16);
///
/// let spec = Tracker(503).spec();
/// assert_eq!((spec.code().as_str(), spec.status()), ("E2301", 502));
/// assert_eq!(spec.category(), Category::External);
/// ```
#[derive(Clone, Copy)]
pub struct ErrorSpec {
    table: &'static Table,
    index: u32,
}

impl ErrorSpec {
    /// Of no row.
    pub(crate) const NONE: Self = Self { table: &Table::EMPTY, index: 0 };

    #[doc(hidden)]
    #[must_use]
    pub const fn new(table: &'static Table, index: u32) -> Self {
        Self { table, index }
    }

    /// Returns the key of its code; 0 for a row that shares the code of another one.
    #[inline]
    pub(crate) fn key(self) -> u64 {
        self.table.keys.get(self.index as usize).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) const fn record(self) -> PackedRecord {
        table::record(self.table, self.index)
    }

    #[inline]
    pub(crate) const fn entries(self) -> Entries {
        Entries::new(self.table, self.record())
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

    /// Returns a text that may be in several languages: the only one, or the first.
    const fn localized(self, tag: u8) -> Option<&'static str> {
        match self.find(tag) {
            Some(entry) => Some(entry.localized().1),
            None => None,
        }
    }

    /// Returns a text in the language, or in one that includes it, as `zh` includes `zh-Hans`; `None` if there is none.
    /// The language is empty for a text without one.
    #[must_use]
    pub fn text_in(self, kind: TextKind, language: &str) -> Option<&'static str> {
        let texts = || self.all(kind.tag()).map(|entry| entry.localized());
        let exact = texts().find(|(tag, _)| tag.eq_ignore_ascii_case(language));
        let wider = || texts().find(|(tag, _)| accept_language::is_within(language, tag));
        exact.or_else(wider).map(|(_, text)| text)
    }

    /// Returns a text without a language, else in the first of its languages.
    pub(crate) fn any_text(self, kind: TextKind) -> Option<&'static str> {
        self.localized(kind.tag())
    }

    fn all(self, tag: u8) -> impl Iterator<Item = Entry> {
        self.entries().filter(move |entry| entry.tag == tag)
    }

    /// Returns the code.
    #[must_use]
    #[inline]
    pub const fn code(self) -> Code {
        let record = self.record();
        let (_, text) = self.table.text.split_at(record.text_at());
        Code(text.split_at(record.code_len()).0)
    }

    /// Returns the name of the variant; that of the type for a struct, or for a code that its variants share.
    #[must_use]
    pub const fn variant(self) -> &'static str {
        let record = self.record();
        if self.is_of_type() {
            return self.table.name;
        }
        let (_, text) = self.table.text.split_at(record.text_at() + record.code_len());
        text.split_at(record.name_len()).0
    }

    /// Returns whether the row is a struct's, or that of a code that variants share: it has no name of its own.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_of_type(self) -> bool {
        self.record().name_len() == 0
    }

    /// Returns the HTTP status.
    #[must_use]
    #[inline]
    pub const fn status(self) -> u16 {
        self.record().status()
    }

    /// Returns the category.
    #[must_use]
    pub const fn category(self) -> Category {
        self.record().category()
    }

    /// Returns the level of the log event.
    #[must_use]
    pub const fn level(self) -> Level {
        self.record().level()
    }

    /// Returns whether the same call may succeed later.
    #[must_use]
    pub const fn retryable(self) -> Retryable {
        match self.record().retry() {
            RetryRule::No => Retryable::No,
            RetryRule::Yes => Retryable::Yes,
            RetryRule::When | RetryRule::Inherit => Retryable::Conditional,
        }
    }

    /// Returns whether `retryable` is written on the variant or its enum, rather than following from the category.
    #[must_use]
    pub const fn retryable_is_explicit(self) -> bool {
        self.record().retry_is_explicit()
    }

    /// Returns the constant delay before a retry, where the code gives one.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self.find(tag::AFTER) {
            Some(entry) => Some(Duration::from_millis(entry.u64())),
            None => None,
        }
    }

    pub(crate) fn after_source(self) -> AfterSource {
        for entry in self.entries() {
            match entry.tag {
                tag::AFTER => return AfterSource::Constant(entry.u64()),
                tag::AFTER_ARG => return AfterSource::Argument(entry.byte()),
                _ => {}
            }
        }
        AfterSource::None
    }

    /// Returns the short constant summary; of several languages, that in the first.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self.localized(tag::TITLE) {
            Some(title) => title,
            None => self.variant(),
        }
    }

    /// Returns the user message as it is written in the language; `None` if there is none in this language.
    ///
    /// An untagged text is in the catalog's default language. `None` as the language asks for it.
    #[must_use]
    pub fn user_message_template(self, language: Option<&str>) -> Option<String> {
        self.user_template(language).map(|template| self.as_written(template))
    }

    /// Returns a user message with the names of its placeholders.
    pub(crate) fn as_written(self, template: Template) -> String {
        template.with_names(|argument| self.argument_name(argument))
    }

    /// Returns the argument with the text of a field that clients may see.
    pub(crate) fn shown_argument(self, name: &str) -> Option<u8> {
        let named =
            self.all(tag::ARG_NAME).find(|entry| entry.text() == name).map(|entry| entry.byte());
        let detail = || self.details().find(|detail| detail.name() == name && detail.is_text());
        named.or_else(|| detail().map(|detail| detail.argument() as u8))
    }

    /// Returns the name of the field that a placeholder of the user message shows.
    fn argument_name(self, argument: usize) -> Option<&'static str> {
        let named = self.all(tag::ARG_NAME).find(|entry| usize::from(entry.byte()) == argument);
        let detail = || self.details().find(|detail| detail.argument() == argument);
        named.map(|entry| entry.text()).or_else(|| detail().map(DetailSpec::name))
    }

    /// Returns the user message's template in the language, or in one that includes it; for `None` the untagged one,
    /// else the first.
    pub(crate) fn user_template(self, language: Option<&str>) -> Option<Template> {
        let texts = || self.all(tag::USER).map(Template::tagged);
        let find = |fits: &dyn Fn(&str) -> bool| texts().find(|(tag, _)| fits(tag));
        let found = match language {
            Some(wanted) => find(&|tag| tag.eq_ignore_ascii_case(wanted))
                .or_else(|| find(&|tag| accept_language::is_within(wanted, tag))),
            None => find(&str::is_empty).or_else(|| texts().next()),
        };
        let (_, own) = found?;
        Some(if own.is_display() { self.display_template().unwrap_or(own) } else { own })
    }

    pub(crate) fn display_template(self) -> Option<Template> {
        self.find(tag::DISPLAY).map(|entry| Template::new(entry.text(), entry.data))
    }

    /// Returns the template of the log line's message: its own, else that of `Display` if there is one.
    pub(crate) fn message_template(self) -> Option<Template> {
        let mut messages =
            self.entries().filter(|entry| matches!(entry.tag, tag::LOG | tag::DISPLAY));
        messages.next().map(|entry| Template::new(entry.text(), entry.data))
    }

    /// Returns the message of the log line as it is written, with its placeholders; `None` if it is another type's or a
    /// function's.
    #[must_use]
    pub fn log_template(self) -> Option<String> {
        let own = self.text(tag::MESSAGE).map(str::to_owned);
        own.or_else(|| self.message_template().map(|template| self.as_written(template)))
    }

    /// Returns whether clients never see this code.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        self.record().internal()
    }

    /// Returns the code that clients see instead, where the attribute names one.
    #[must_use]
    pub const fn public_as(self) -> Option<&'static str> {
        self.text(tag::PUBLIC_AS)
    }

    pub(crate) const fn is_shared(self) -> bool {
        self.record().shared()
    }

    /// Returns whether the code counts against a circuit breaker.
    #[must_use]
    pub const fn breaker_counts(self) -> bool {
        self.record().breaker()
    }

    /// Returns the alert that the code raises.
    #[must_use]
    pub const fn alert(self) -> Alert {
        self.record().alert()
    }

    /// Returns the threshold at which the alert is raised. Without one, the first failure raises it.
    #[must_use]
    pub const fn alert_over(self) -> Option<AlertThreshold> {
        match self.find(tag::ALERT_OVER) {
            Some(entry) => Some(ThresholdData::read(entry.data).0),
            None => None,
        }
    }

    /// Returns what to do about the error; of several languages, the text in the first.
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        self.localized(tag::HELP)
    }

    /// Returns the explanation, by default the further paragraphs of the doc comment, up to the heading `# Internal`;
    /// of several languages, the text in the first.
    #[must_use]
    pub const fn explanation(self) -> Option<&'static str> {
        self.localized(tag::EXPLANATION)
    }

    /// Returns the doc comment after the heading `# Internal`.
    #[must_use]
    pub const fn internal_note(self) -> Option<&'static str> {
        self.text(tag::INTERNAL_NOTE)
    }

    /// Returns the version in which the code was added.
    #[must_use]
    pub const fn since(self) -> Option<&'static str> {
        self.text(tag::SINCE)
    }

    /// Returns why the code should no longer be produced; of several languages, the text in the first.
    #[must_use]
    pub const fn deprecated(self) -> Option<&'static str> {
        self.localized(tag::DEPRECATED)
    }

    /// Returns the code that replaces this one.
    #[must_use]
    pub const fn replaced_by(self) -> Option<&'static str> {
        self.text(tag::REPLACED_BY)
    }

    /// Returns who owns the code.
    #[must_use]
    pub const fn owner(self) -> Option<&'static str> {
        self.text(tag::OWNER)
    }

    /// Returns the address of the runbook, with the code in place of `{code}`.
    #[must_use]
    pub fn runbook(self) -> Option<String> {
        self.text(tag::RUNBOOK).map(|address| address.replace("{code}", &self.code()))
    }

    /// Returns the tags.
    pub fn tags(self) -> impl Iterator<Item = &'static str> {
        self.all(tag::TAG).map(|entry| entry.text())
    }

    /// Returns the names of the `#[sensitive]` fields that `Display` may show, because it is written by hand.
    pub fn unredacted(self) -> impl Iterator<Item = &'static str> {
        self.all(tag::UNREDACTED).map(|entry| entry.text())
    }

    /// Returns the other names of the code.
    pub fn aliases(self) -> impl Iterator<Item = &'static str> {
        self.all(tag::ALIAS).map(|entry| entry.text())
    }

    /// Returns the condition of `retryable(when = …)`, as it is written.
    #[must_use]
    pub const fn retry_condition(self) -> Option<&'static str> {
        self.text(tag::WHEN)
    }

    /// Returns the number of the gRPC status, where the attribute names one.
    #[must_use]
    pub const fn grpc(self) -> Option<u8> {
        match self.find(tag::GRPC) {
            Some(entry) => Some(entry.byte()),
            None => None,
        }
    }

    /// Returns the fields that clients see.
    pub fn details(self) -> impl Iterator<Item = DetailSpec> {
        self.entries().filter_map(DetailSpec::from_entry)
    }

    /// Returns the doc comment of a detail's field, up to the heading `# Internal`.
    #[must_use]
    pub fn detail_docs(self, detail: DetailSpec) -> Option<&'static str> {
        self.all(tag::DETAIL_DOCS)
            .find(|entry| usize::from(entry.byte()) == detail.argument())
            .map(|entry| entry.text())
    }

    /// Returns how the bodies of the code name the part of the request that is at fault; `None` if they do not.
    #[must_use]
    pub const fn subject(self) -> Option<SubjectKind> {
        if self.find(tag::VIOLATIONS).is_some() {
            return Some(SubjectKind::Violations);
        }
        match self.find(tag::SUBJECT) {
            Some(entry) => Some(SubjectData::read(entry.data).kind),
            None => None,
        }
    }

    /// Returns the name of each response header and its constant value; `None` for a field's value.
    pub fn headers(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.all(tag::HEADER).map(|entry| {
            let header = HeaderData::read(entry.data);
            let (name, value) = entry.text().split_at(usize::from(header.name_len));
            (name, (header.argument == NO_ARG).then_some(value))
        })
    }

    /// Returns the name of the type that declares the code, for example `ProjectError`.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        self.table.name
    }

    /// Returns the module of that type, beginning with the crate.
    #[must_use]
    pub const fn module(self) -> &'static str {
        self.table.module
    }

    /// Returns the source file of that type, relative to its package; empty where it is unknown.
    #[must_use]
    pub fn file(self) -> &'static str {
        self.table.file()
    }

    /// Returns the line in that file.
    #[must_use]
    pub fn line(self) -> u32 {
        self.table.line() + self.record().line() as u32
    }

    /// Returns the number of the row in its table.
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Returns the address of the rows, which tells types apart.
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub fn place(self) -> usize {
        self.table.rows.as_ptr().addr()
    }

    /// Returns whether both are views of the same row in memory.
    pub(crate) fn is_same(self, other: Self) -> bool {
        self.table.is(other.table) && self.index == other.index
    }

    /// Returns the table that the row is in.
    #[must_use]
    pub const fn table(self) -> &'static Table {
        self.table
    }
}

impl Table {
    /// Returns the row with this number.
    #[must_use]
    pub const fn get(&'static self, index: u32) -> Option<ErrorSpec> {
        if (index as usize) < self.len() { Some(ErrorSpec::new(self, index)) } else { None }
    }

    /// Returns the rows in the order of declaration, without those that share another row's code.
    pub fn rows(&'static self) -> impl Iterator<Item = ErrorSpec> {
        (0..).map_while(|index| self.get(index)).filter(|spec| !spec.is_shared())
    }
}

/// Two views are equal if they show the same row.
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
