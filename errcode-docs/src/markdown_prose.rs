//! A text that is Markdown itself, as a part of a larger page.

use crate::{
    markdown_text::{code, fenced, inline},
    prose::is_harmless,
};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

/// The text below headings of ours: its own become bold lines; its HTML, and links that lead elsewhere than to the web, become text.
///
/// Everything is written anew from what was understood, nothing is copied: so each block is closed, and no definition of a link reaches another text.
pub(crate) fn prose(markdown: &str) -> String {
    // A carriage return alone ends a line too (<https://spec.commonmark.org/0.31.2/#line-ending>).
    let source = markdown.replace("\r\n", "\n").replace('\r', "\n");
    let mut writer = Writer::new(&source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(&source, options).into_offset_iter() {
        writer.event(event, range.start);
    }
    writer.finish()
}

/// Deeper lists and quotes are written as if they stood in the one above: nobody reads them, and each level would copy its lines once more.
const DEEPEST: usize = 16;

/// The greatest number of nine digits: a longer one starts no list.
const LAST_NUMBER: u64 = 999_999_999;

struct Writer<'s> {
    source: &'s str,
    /// The open quotes, lists and items; the page itself first.
    open: Vec<Container>,
    /// The inline content of the block that is being read.
    line: String,
    /// What ends each open emphasis and link.
    closers: Vec<String>,
    /// Links do not stand in links.
    links: usize,
    strikes: usize,
    code: Option<(String, String)>,
    table: Option<Table>,
}

#[derive(Default)]
struct Container {
    kind: Kind,
    blocks: Vec<Block>,
    /// Whether blank lines stand between its items.
    loose: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// Its blocks are those of what it stands in.
    #[default]
    Plain,
    Quote,
    /// With the first item's number.
    List(Option<u64>),
    Item,
}

struct Block {
    text: String,
    is_list: bool,
}

struct Table {
    columns: Vec<Alignment>,
    lines: Vec<String>,
    cells: Vec<String>,
}

impl<'s> Writer<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            open: vec![Container::default()],
            line: String::new(),
            closers: Vec::new(),
            links: 0,
            strikes: 0,
            code: None,
            table: None,
        }
    }

    fn event(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.line.push_str(&inline(&text)),
            },
            Event::Code(text) => self.code_span(&text),
            // A block of HTML takes whole lines, with what would be Markdown without it.
            Event::Html(text) => {
                for line in text.split_inclusive('\n') {
                    self.line.push_str(&inline(line.trim_end_matches('\n')));
                    self.line.push('\n');
                }
            }
            Event::InlineHtml(text) => self.line.push_str(&inline(&text)),
            Event::SoftBreak => self.line.push('\n'),
            Event::HardBreak => self.line.push_str("\\\n"),
            Event::Rule => self.block("***".to_owned(), false),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        match tag {
            Tag::Paragraph => {
                if let Some(container) = self.open.last_mut() {
                    container.loose = true;
                }
            }
            Tag::BlockQuote(_) => self.nest(Kind::Quote),
            Tag::List(first) => self.nest(Kind::List(first)),
            Tag::Item => self.nest(Kind::Item),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some((language(&kind), String::new()));
            }
            Tag::Table(columns) => {
                self.flush();
                self.table = Some(Table { columns, lines: Vec::new(), cells: Vec::new() });
            }
            Tag::Heading { .. } | Tag::HtmlBlock => self.flush(),
            Tag::Emphasis => self.emphasis(if self.is_underscore(at) { "_" } else { "*" }),
            Tag::Strong => self.emphasis(if self.is_underscore(at) { "__" } else { "**" }),
            Tag::Strikethrough => {
                // Two pairs in a row would be a fence.
                self.emphasis(if self.strikes == 0 { "~~" } else { r"\~\~" });
                self.strikes += 1;
            }
            Tag::Link { link_type, dest_url, title, .. } | Tag::Image { link_type, dest_url, title, .. } => {
                self.link(link_type, &dest_url, &title);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::Heading(_) => {
                let text = core::mem::take(&mut self.line);
                if !text.trim().is_empty() {
                    self.block(lines(&format!("**{}**", text.trim())), false);
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => self.close(),
            TagEnd::CodeBlock => {
                let (language, text) = self.code.take().unwrap_or_default();
                let text = text.strip_suffix('\n').unwrap_or(&text);
                self.block(fenced(&language, text).trim_end().to_owned(), false);
            }
            TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell | TagEnd::Table => self.end_table(tag),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image => {
                self.line.push_str(&self.closers.pop().unwrap_or_default());
                match tag {
                    TagEnd::Strikethrough => self.strikes = self.strikes.saturating_sub(1),
                    TagEnd::Link | TagEnd::Image => self.links = self.links.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The letter that the source uses: beside other letters the two mean different things.
    fn is_underscore(&self, at: usize) -> bool {
        self.source.as_bytes().get(at) == Some(&b'_')
    }

    fn emphasis(&mut self, mark: &str) {
        self.line.push_str(mark);
        self.closers.push(mark.to_owned());
    }

    fn code_span(&mut self, text: &str) {
        let span = code(text);
        // A cell ends at each bare `|`, in code too.
        self.line.push_str(&if self.table.is_some() { span.replace('|', "\\|") } else { span });
    }

    /// An image becomes a link to itself: nothing is fetched because somebody reads.
    fn link(&mut self, kind: LinkType, address: &str, title: &str) {
        let address = if kind == LinkType::Email { format!("mailto:{address}") } else { address.to_owned() };
        let (opener, closer) = match (self.links, is_harmless(&address)) {
            (0, true) => {
                let title = if title.is_empty() {
                    String::new()
                } else {
                    format!(" \"{}\"", inline(title).replace('"', "\\\""))
                };
                ("[", format!("]({}{title})", destination(&address)))
            }
            (0, false) => (r"\[", format!(r"\]({})", inline(&address))),
            _ => (r"\[", r"\]".to_owned()),
        };
        self.links += 1;
        self.line.push_str(opener);
        self.closers.push(closer);
    }

    fn end_table(&mut self, tag: TagEnd) {
        let Some(table) = &mut self.table else { return };
        match tag {
            TagEnd::TableCell => table.cells.push(core::mem::take(&mut self.line).trim().replace('\n', " ")),
            TagEnd::Table => {
                let text = table.lines.join("\n");
                self.table = None;
                self.block(text, false);
            }
            _ => {
                table.lines.push(format!("| {} |", core::mem::take(&mut table.cells).join(" | ")));
                if tag == TagEnd::TableHead {
                    let rules: Vec<&str> = table.columns.iter().map(rule).collect();
                    table.lines.push(format!("| {} |", rules.join(" | ")));
                }
            }
        }
    }

    /// Ends the block of inline content, where there is some.
    fn flush(&mut self) {
        let text = core::mem::take(&mut self.line);
        self.block(lines(&text), false);
    }

    fn block(&mut self, text: String, is_list: bool) {
        if let Some(container) = self.open.last_mut().filter(|_| !text.is_empty()) {
            container.blocks.push(Block { text, is_list });
        }
    }

    fn nest(&mut self, kind: Kind) {
        self.flush();
        let kind = if self.open.len() > DEEPEST { Kind::Plain } else { kind };
        self.open.push(Container { kind, ..Container::default() });
    }

    fn close(&mut self) {
        self.flush();
        // The page itself is closed by `finish`.
        let Some(container) = (self.open.len() > 1).then(|| self.open.pop()).flatten() else { return };
        match container.kind {
            Kind::Plain => {
                for block in container.blocks {
                    self.block(block.text, block.is_list);
                }
            }
            Kind::Quote => {
                let text = indented(&container.text(), "> ", "> ");
                self.block(text, false);
            }
            Kind::List(first) => {
                let between = if container.loose { "\n\n" } else { "\n" };
                let items: Vec<String> = container.blocks.into_iter().map(|block| block.text).collect();
                // Only a list that starts at 1 may follow a text without a blank line.
                self.block(items.join(between), first.is_none() || first == Some(1));
            }
            Kind::Item => self.item(&container),
        }
    }

    fn item(&mut self, item: &Container) {
        let Some(list) = self.open.last_mut() else { return };
        let Kind::List(first) = list.kind else { return };
        let place = u64::try_from(list.blocks.len()).unwrap_or(LAST_NUMBER);
        let marker = first.map_or_else(
            || "- ".to_owned(),
            |first| format!("{}. ", first.saturating_add(place).min(LAST_NUMBER)),
        );
        list.loose |= item.loose;
        let text = indented(&item.text(), &marker, &" ".repeat(marker.len()));
        self.block(text, false);
    }

    fn finish(mut self) -> String {
        while self.open.len() > 1 {
            self.close();
        }
        self.flush();
        self.open.pop().unwrap_or_default().text()
    }
}

impl Container {
    fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            if !text.is_empty() {
                let is_tight = self.kind == Kind::Item && !self.loose && block.is_list;
                text.push_str(if is_tight { "\n" } else { "\n\n" });
            }
            text.push_str(&block.text);
        }
        text
    }
}

/// Each line with something in front; nothing where there is no text at all.
fn indented(text: &str, first: &str, others: &str) -> String {
    let line = |(number, line): (usize, &str)| {
        let before = if number == 0 { first } else { others };
        format!("{before}{line}").trim_end().to_owned()
    };
    text.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// The lines of a paragraph, none of which begins another block. What else begins one is escaped in every place.
fn lines(text: &str) -> String {
    let line = |line: &str| {
        let line = line.trim();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        if line.starts_with(['-', '+', '=']) {
            format!("\\{line}")
        } else if digits > 0 && line[digits..].starts_with(['.', ')']) {
            format!("{}\\{}", &line[..digits], &line[digits..])
        } else {
            line.to_owned()
        }
    };
    text.trim().split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// The first word of a fence's line, if it is one.
fn language(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return String::new() };
    info.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "_-+#.,".contains(*letter)).collect()
}

/// A link's address in its parentheses: what could end it, or a cell of a table, is encoded (RFC 3986 section 2.1).
fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for letter in address.trim().chars() {
        if letter == '&' {
            // It would begin an entity.
            out.push_str("&amp;");
        } else if letter.is_ascii_alphanumeric()
            || "-._~:/?#[]@!$'*+,;=%".contains(letter)
            || is_beyond_ascii(letter)
        {
            out.push(letter);
        } else {
            let mut bytes = [0; 4];
            out.extend(letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    out
}

fn is_beyond_ascii(letter: char) -> bool {
    !letter.is_ascii() && !letter.is_control() && !letter.is_whitespace()
}

fn rule(alignment: &Alignment) -> &'static str {
    match alignment {
        Alignment::None => "---",
        Alignment::Left => ":--",
        Alignment::Center => ":-:",
        Alignment::Right => "--:",
    }
}

#[cfg(test)]
mod tests {
    use super::prose;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn what_is_harmless_stays_markdown() {
        for (markdown, expected) in [
            ("`Vec<T>` <b>x</b>\n\n## Note\n\nmore", "`Vec<T>` \\<b\\>x\\</b\\>\n\n**Note**\n\nmore"),
            ("a *b* _c_ **d** ~~e~~", "a *b* _c_ **d** ~~e~~"),
            ("a\nb\\\nc", "a\nb\\\nc"),
            ("[x](https://example.com/a?b=1#c)", "[x](https://example.com/a?b=1#c)"),
            ("[x](<https://example.com/a b|c)&copy;>)", "[x](https://example.com/a%20b%7Cc%29©)"),
            ("[x](https://example.com \"a \\\"b\\\"\")", "[x](https://example.com \"a \\\"b\\\"\")"),
            (
                "<https://example.com> <a@example.com>",
                "[https://example.com](https://example.com) [a@example.com](mailto:a@example.com)",
            ),
            ("![x](https://example.com/a.png)", "[x](https://example.com/a.png)"),
            ("- a\n- b\n  1. c\n  2. d\n", "- a\n- b\n  1. c\n  2. d"),
            ("7. a\n\n   b\n\n8. c", "7. a\n\n   b\n\n8. c"),
            ("> a\n> > b\n\nc", "> a\n>\n> > b\n\nc"),
            ("```rust,ignore x=\"<b>\"\nfn a() {}\n\n```\nb", "```rust,ignore\nfn a() {}\n\n```\n\nb"),
            ("    a\n    b", "```\na\nb\n```"),
            ("- ```\n  a\n  ```", "- ```\n  a\n  ```"),
            ("a\n\n---\n\nb", "a\n\n***\n\nb"),
            ("| a | b |\n|:-:|--:|\n| `c\\|d` | *e* |", "| a | b |\n| :-: | --: |\n| `c\\|d` | *e* |"),
            ("\\- a\n\n\\1. b\n\n1\\. c\n\n\\+ d\n\n\\=", "\\- a\n\n\\\\1. b\n\n1\\. c\n\n\\+ d\n\n\\="),
        ] {
            assert_eq!(prose(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn what_is_not_becomes_text() {
        for (markdown, expected) in [
            ("# <img src=x onerror=alert(1)>", r"**\<img src=x onerror=alert(1)\>**"),
            ("<img src=x onerror=alert(1)>\nx\n=", "\\<img src=x onerror=alert(1)\\>\nx\n\\="),
            ("a <img src=x>\nb\n===", "**a \\<img src=x\\>\nb**"),
            ("# [x](javascript:alert(3))", r"**\[x\](javascript:alert(3))**"),
            ("# \\[x](javascript:alert(3))", r"**\[x\](javascript:alert(3))**"),
            ("# \\<img src=x> #", r"**\<img src=x\>**"),
            ("> # <b>\n> ---", "> **\\<b\\>**\n>\n> ***"),
            ("#", ""),
            ("```\n<script>", "```\n<script>\n```"),
            ("> ~~~\n> a", "> ```\n> a\n> ```"),
            ("> ```\n> a\r<b>", "> ```\n> a\n> ```\n\n\\<b\\>"),
            ("[x]\n\n[x]: javascript:alert(1)", r"\[x\](javascript:alert(1))"),
            ("[x]: https://example.com\n", ""),
            ("[![a](https://example.com/a)](https://example.com/b)", r"[\[a\]](https://example.com/b)"),
            ("~~[~~x~~](javascript:1)~~", r"~~\[\~\~x\~\~\](javascript:1)~~"),
            ("999999999. a\n1. ```\n   <b>", "999999999. a\n999999999. ```\n           <b>\n           ```"),
        ] {
            assert_eq!(prose(markdown), expected, "{markdown}");
        }
    }

    /// Pieces of Markdown in every order: whatever they make, no HTML and no other link comes out of it, and nothing swallows what follows.
    #[test]
    fn no_text_gets_out_of_its_place() {
        const PIECES: [&str; 26] = [
            "<img src=x onerror=y>",
            "<!--",
            "<script>",
            "`",
            "```",
            "``",
            "~~~",
            "~~",
            "# ",
            "\n",
            "\n\n",
            "\r",
            "> ",
            "- ",
            "1. ",
            "    ",
            "[x](javascript:y)",
            "[x]: javascript:y",
            "[",
            "](https://a.example)",
            "*",
            "_",
            "\\",
            "&lt;b>",
            "|",
            "\n---\n",
        ];
        let mut seed = 1_u64;
        for _ in 0..20_000 {
            let mut markdown = String::new();
            for _ in 0..seed % 14 + 2 {
                // Knuth's linear congruential generator: its high bits are random enough.
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let piece = usize::try_from(seed >> 33).unwrap_or(0) % PIECES.len();
                markdown.push_str(PIECES[piece]);
            }
            let page = format!("{}\n\n### Next\n\n[x]\n", prose(&markdown));
            let mut headings = Vec::new();
            for event in Parser::new_ext(&page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
                match event {
                    Event::Html(_) | Event::InlineHtml(_) => panic!("{markdown:?}\n{page}"),
                    Event::Start(Tag::Link { dest_url, .. }) => {
                        assert_eq!(&*dest_url, "https://a.example", "{markdown:?}\n{page}");
                    }
                    Event::Start(Tag::Image { .. }) => panic!("{markdown:?}\n{page}"),
                    Event::Start(Tag::Heading { level, .. }) => headings.push(level),
                    _ => {}
                }
            }
            assert_eq!(headings, [pulldown_cmark::HeadingLevel::H3], "{markdown:?}\n{page}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        for piece in [">", "- ", "*a ", "[", "![", "1. "] {
            assert!(prose(&piece.repeat(2_000)).len() < 100_000, "{piece}");
        }
    }
}
