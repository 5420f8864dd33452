//! Markdown of doc comments as HTML that can do no harm.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// The HTML of a Markdown text. Raw HTML is shown as text; links lead to `http`, `https` and `mailto` only; images become links to themselves.
pub(crate) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut dropped = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(|event| harmless(event, &mut dropped));
    let mut out = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut out, events);
    out
}

/// `dropped` remembers of each open link or image whether its tags are left out.
fn harmless<'e>(event: Event<'e>, dropped: &mut Vec<bool>) -> Option<Event<'e>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        // The pages have headings of their own above.
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

/// An address that a click may follow: a browser ignores space and case in front of the scheme.
pub(crate) fn is_harmless(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::to_html;

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
            ("![x](https://example.com/a.png)", "<p><a href=\"https://example.com/a.png\">x</a></p>\n"),
            ("# Heading", "<p>Heading</p>\n"),
        ] {
            assert_eq!(to_html(markdown), html, "{markdown}");
        }
    }
}
