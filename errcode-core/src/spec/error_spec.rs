//! The view of one row.

use super::{
    code::Code,
    retry::{AfterSource, Retryable},
    table::{self, Entries, Entry, Table},
    template::Template,
};
use core::{fmt, time::Duration};
use errcode_format::{
    Alert, AlertThreshold, Category, DetailData, DetailKind, HeaderData, Level, NO_ARG,
    PackedRecord, RetryRule, SubjectData, SubjectKind, ThresholdData, tag,
};

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
    pub(crate) const fn record(self) -> PackedRecord {
        table::record(self.table, self.index)
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
            RetryRule::No => Retryable::No,
            RetryRule::Yes => Retryable::Yes,
            RetryRule::When | RetryRule::Inherit => Retryable::Conditional,
        }
    }

    /// Whether `retryable` was written on the variant or its container, rather than following from the category.
    #[must_use]
    pub const fn retryable_is_explicit(self) -> bool {
        self.record().retry_is_explicit()
    }

    /// The constant wait before a retry, where the code gives one.
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

    /// The short constant summary.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self.text(tag::TITLE) {
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
        let named =
            self.all(tag::ARG_NAME).find(|entry| entry.text() == name).map(|entry| entry.byte());
        let detail = || {
            self.details().find(|detail| detail.name() == name && detail.kind() != DetailKind::Json)
        };
        named.or_else(|| detail().map(|detail| detail.argument() as u8))
    }

    /// The name of the field behind a placeholder of the user message.
    fn argument_name(self, argument: usize) -> Option<&'static str> {
        let named = self.all(tag::ARG_NAME).find(|entry| usize::from(entry.byte()) == argument);
        let detail = || self.details().find(|detail| detail.argument() == argument);
        named.map(|entry| entry.text()).or_else(|| detail().map(DetailSpec::name))
    }

    /// The user message's template: in the language, else (for `None`) the untagged one or the first.
    pub(crate) fn user_template(self, language: Option<&str>) -> Option<Template> {
        let mut first = None;
        for entry in self.all(tag::USER) {
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
        self.find(tag::DISPLAY).map(|entry| Template::new(entry.text(), entry.data))
    }

    /// The template of the log's message: its own, else `Display`'s where that is one.
    pub(crate) fn message_template(self) -> Option<Template> {
        let mut display = None;
        for entry in self.entries() {
            match entry.tag {
                tag::LOG => return Some(Template::new(entry.text(), entry.data)),
                tag::DISPLAY => display = Some(Template::new(entry.text(), entry.data)),
                _ => {}
            }
        }
        display
    }

    /// Whether clients never see this code.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        self.record().internal()
    }

    /// The code that clients see in this one's place, where the attribute names one.
    #[must_use]
    pub const fn public_as(self) -> Option<&'static str> {
        self.text(tag::PUBLIC_AS)
    }

    pub(crate) const fn is_shared(self) -> bool {
        self.record().shared()
    }

    /// Whether the code counts against a circuit breaker.
    #[must_use]
    pub const fn breaker_counts(self) -> bool {
        self.record().breaker()
    }

    /// Returns the alert that the code raises.
    #[must_use]
    pub const fn alert(self) -> Alert {
        self.record().alert()
    }

    /// Returns the threshold from which on the alert is raised; without one, the first failure raises it.
    #[must_use]
    pub const fn alert_over(self) -> Option<AlertThreshold> {
        match self.find(tag::ALERT_OVER) {
            Some(entry) => Some(ThresholdData::read(entry.data).0),
            None => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        self.text(tag::HELP)
    }

    /// The doc comment's further paragraphs, up to `# Internal`.
    #[must_use]
    pub const fn explanation(self) -> Option<&'static str> {
        self.text(tag::EXPLANATION)
    }

    /// The doc comment from `# Internal` on.
    #[must_use]
    pub const fn internal_note(self) -> Option<&'static str> {
        self.text(tag::INTERNAL_NOTE)
    }

    /// The version that brought the code.
    #[must_use]
    pub const fn since(self) -> Option<&'static str> {
        self.text(tag::SINCE)
    }

    /// Why the code should no longer be produced.
    #[must_use]
    pub const fn deprecated(self) -> Option<&'static str> {
        self.text(tag::DEPRECATED)
    }

    /// The code that took this one's place.
    #[must_use]
    pub const fn replaced_by(self) -> Option<&'static str> {
        self.text(tag::REPLACED_BY)
    }

    /// Who owns it.
    #[must_use]
    pub const fn owner(self) -> Option<&'static str> {
        self.text(tag::OWNER)
    }

    /// The runbook's address, with the code in place of `{code}`.
    #[must_use]
    pub fn runbook(self) -> Option<String> {
        self.text(tag::RUNBOOK).map(|address| address.replace("{code}", &self.code()))
    }

    /// The tags.
    pub fn tags(self) -> impl Iterator<Item = &'static str> {
        self.all(tag::TAG).map(|entry| entry.text())
    }

    /// The other names of the code.
    pub fn aliases(self) -> impl Iterator<Item = &'static str> {
        self.all(tag::ALIAS).map(|entry| entry.text())
    }

    /// The condition of `retryable(when = …)`, as it was written.
    #[must_use]
    pub const fn retry_condition(self) -> Option<&'static str> {
        self.text(tag::WHEN)
    }

    /// The number of the gRPC status code, where the attribute names one.
    #[must_use]
    pub const fn grpc(self) -> Option<u8> {
        match self.find(tag::GRPC) {
            Some(entry) => Some(entry.byte()),
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
        if self.find(tag::VIOLATIONS).is_some() {
            return Some(SubjectKind::Violations);
        }
        match self.find(tag::SUBJECT) {
            Some(entry) => Some(SubjectData::read(entry.data).kind),
            None => None,
        }
    }

    /// The name and the constant value (`None`: a field's) of each response header.
    pub fn headers(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.all(tag::HEADER).map(|entry| {
            let header = HeaderData::read(entry.data);
            let (name, value) = entry.text().split_at(usize::from(header.name_len));
            (name, (header.argument == NO_ARG).then_some(value))
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

    /// The row's number in its table.
    pub(crate) const fn index(self) -> u32 {
        self.index
    }

    /// A number that tells tables apart.
    pub(crate) fn place(self) -> usize {
        core::ptr::from_ref(self.table).addr()
    }

    /// Whether both are a view of the same row in memory.
    pub(crate) fn is_same(self, other: Self) -> bool {
        core::ptr::eq(self.table, other.table) && self.index == other.index
    }

    /// The table that holds the row.
    #[must_use]
    pub const fn table(self) -> &'static Table {
        self.table
    }
}

impl Table {
    /// The row with this number.
    #[must_use]
    pub const fn get(&'static self, index: u32) -> Option<ErrorSpec> {
        if (index as usize) < self.len() { Some(ErrorSpec::new(self, index)) } else { None }
    }

    /// The rows in the order of their declaration; rows that share another row's code are left out.
    pub fn rows(&'static self) -> impl Iterator<Item = ErrorSpec> {
        (0..).map_while(|index| self.get(index)).filter(|spec| !spec.is_shared())
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
        (entry.tag == tag::DETAIL).then_some(Self(entry))
    }

    #[inline]
    fn data(self) -> DetailData {
        DetailData::read(self.0.data)
    }

    fn parts(self) -> (&'static str, &'static str, &'static str) {
        let DetailData { name_len, type_len, .. } = self.data();
        let (name, rest) = self.0.text().split_at(usize::from(name_len));
        let (ty, example) = rest.split_at(usize::from(type_len));
        (name, ty, example)
    }

    /// The member's name in `details`.
    #[inline]
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.text_head(usize::from(self.data().name_len))
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
        self.kind() != DetailKind::Json
    }

    pub(crate) fn kind(self) -> DetailKind {
        self.data().kind
    }

    pub(crate) fn argument(self) -> usize {
        usize::from(self.data().argument)
    }
}

impl fmt::Debug for DetailSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.type_name())
    }
}
