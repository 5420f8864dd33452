//! Sanitized Markdown of doc comments, as HTML and as a part of a larger Markdown page.

use errcode_catalog::markdown_text::fenced;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use pulldown_cmark_to_cmark::cmark;

/// Renders Markdown as HTML. Raw HTML is shown as text, links are limited to `http`, `https` and
/// `mailto`, and images become links.
pub(crate) fn to_html(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut out, events(markdown));
    out
}

/// Renders sanitized Markdown. It is generated from the parsed events, so each block is closed and
/// no link definition affects the rest of the page.
pub(crate) fn to_markdown(markdown: &str) -> String {
    // A single carriage return is a line ending too
    // (<https://spec.commonmark.org/0.31.2/#line-ending>).
    let markdown = markdown.replace("\r\n", "\n").replace('\r', "\n") + "\n";
    if is_deep(&markdown) {
        return fenced("", &markdown);
    }
    let mut out = String::with_capacity(markdown.len() * 3 / 2);
    let mut in_html = false;
    let events = events(&markdown).flat_map(|event| as_markdown(event, &mut in_html));
    let written = cmark(events, &mut out, OPTIONS).is_ok();
    let out = out.trim_start_matches('\n').trim_end();
    // What does not survive a round trip, such as an empty emphasis, is shown as source.
    if written && stays_in_place(out) { out.to_owned() } else { fenced("", &markdown) }
}

/// Turns an HTML block, in which nothing would be escaped, into a paragraph, and removes from the
/// language of a code block what could end its fence.
fn as_markdown<'e>(event: Event<'e>, in_html: &mut bool) -> Vec<Event<'e>> {
    match event {
        Event::Start(Tag::HtmlBlock) => {
            *in_html = true;
            vec![Event::Start(Tag::Paragraph)]
        }
        Event::End(TagEnd::HtmlBlock) => {
            *in_html = false;
            vec![Event::End(TagEnd::Paragraph)]
        }
        Event::Text(text) if *in_html => {
            vec![Event::Text(text.trim_end_matches('\n').to_owned().into()), Event::SoftBreak]
        }
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            vec![Event::Start(Tag::CodeBlock(language(&info)))]
        }
        event => vec![event],
    }
}

/// Returns whether quotes or lists are nested too deeply: each level repeats its lines, so the
/// output would explode.
fn is_deep(markdown: &str) -> bool {
    const DEEPEST: usize = 32;
    let mut depth = 0_usize;
    Parser::new_ext(markdown, OPTIONS).any(|event| {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        depth > DEEPEST
    })
}

/// Returns whether a page can continue after the text: nothing is left open or defined, and nothing
/// harmful is in it.
fn stays_in_place(markdown: &str) -> bool {
    let page = format!("{markdown}\n\n# next");
    let parser = Parser::new_ext(&page, OPTIONS);
    if parser.reference_definitions().iter().next().is_some() {
        return false;
    }
    let mut headings = 0;
    let harmless = parser.into_iter().all(|event| match event {
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) => false,
        Event::Start(Tag::Link { dest_url, .. }) => is_harmless(&dest_url),
        Event::Start(Tag::Heading { .. }) => {
            headings += 1;
            true
        }
        _ => true,
    });
    harmless && headings == 1
}

/// Returns the language of a code block, without what could end its fence.
fn language(info: &str) -> CodeBlockKind<'static> {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "+-#._".contains(*letter);
    CodeBlockKind::Fenced(info.chars().take_while(is_plain).collect::<String>().into())
}

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let mut dropped = Vec::new();
    Parser::new_ext(markdown, OPTIONS).filter_map(move |event| harmless(event, &mut dropped))
}

/// Sanitizes an event. `dropped` records for each open link or image whether its tags are omitted.
fn harmless<'e>(event: Event<'e>, dropped: &mut Vec<bool>) -> Option<Event<'e>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        // The headings of the pages are above the text.
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
            let is_dropped = !is_harmless(&dest_url);
            dropped.push(is_dropped);
            (!is_dropped).then(|| Event::Start(link(dest_url, title)))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => {
            let was_dropped = dropped.pop().unwrap_or(true);
            (!was_dropped).then_some(Event::End(TagEnd::Link))
        }
        event => Some(event),
    }
}

fn link<'e>(dest_url: CowStr<'e>, title: CowStr<'e>) -> Tag<'e> {
    Tag::Link { link_type: LinkType::Inline, dest_url, title, id: CowStr::Borrowed("") }
}

/// Returns whether a link to this URL is safe. Browsers ignore spaces before the scheme and its
/// case.
pub(crate) fn is_harmless(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::{to_html, to_markdown};
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn nothing_harmful_comes_out() {
        for (markdown, html) in [
            ("a *b* `c<d>`", "<p>a <em>b</em> <code>c&lt;d&gt;</code></p>\n"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a <img src=x onerror=y> b", "<p>a &lt;img src=x onerror=y&gt; b</p>\n"),
            ("[x](javascript:alert(1))", "<p>x</p>\n"),
            ("[x]( JavaScript:alert(1))", "<p>x</p>\n"),
            ("[x](java&#10;script:alert(1))", "<p>x</p>\n"),
            ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n"),
            ("[x](data:text/html,y)", "<p>x</p>\n"),
            ("[x](//evil.example/)", "<p>x</p>\n"),
            (
                "[x](https://example.com/?a=1&b=\"2)",
                "<p><a href=\"https://example.com/?a=1&amp;b=%222\">x</a></p>\n",
            ),
            (
                "![x](https://example.com/a.png)",
                "<p><a href=\"https://example.com/a.png\">x</a></p>\n",
            ),
            ("# Heading", "<p>Heading</p>\n"),
        ] {
            assert_eq!(to_html(markdown), html, "{markdown}");
        }
    }

    #[test]
    fn markdown_stays_markdown() {
        for (markdown, expected) in [
            ("`Vec<T>` <b>x</b>\n\n## Note\n\nmore", "`Vec<T>` \\<b>x\\</b>\n\nNote\n\nmore"),
            ("a *b* **d** ~~e~~", "a *b* **d** ~~e~~"),
            ("[x](https://example.com/a?b=1#c)", "[x](https://example.com/a?b=1#c)"),
            ("- a\n- b", "* a\n* b"),
            ("```rust\nfn a() {}\n```", "````rust\nfn a() {}\n````"),
            ("<div>\nfoo\n</div>\n\nb", "\\<div>\nfoo\n\\</div>\n\nb"),
            ("# <img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)>"),
            ("# [x](javascript:alert(3))", "x"),
            ("[x]\n\n[x]: javascript:alert(1)", "x"),
            ("#", ""),
        ] {
            assert_eq!(to_markdown(markdown), expected, "{markdown}");
        }
    }

    /// Whatever random pieces of Markdown result in, the output has no HTML and no other link, and
    /// does not swallow the text after it.
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
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let piece = usize::try_from(seed >> 33).unwrap_or(0) % PIECES.len();
                markdown.push_str(PIECES[piece]);
            }
            let page = format!("{}\n\n### Next\n\n[x]\n", to_markdown(&markdown));
            let mut headings = Vec::new();
            for event in
                Parser::new_ext(&page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
            {
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
            assert!(to_markdown(&piece.repeat(2_000)).len() < 100_000, "{piece}");
        }
    }
}
