//! A description in three forms: HTML that is safe to show, plain text, and Markdown.
//!
//! The HTML is not what came, filtered: it is written anew from a short list of elements without attributes, every text escaped. What is not on
//! the list cannot come out, whatever went in.

use serde::{Deserialize, Serialize};

use crate::markup::{self, Listener, Tag};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    pub html: String,
    pub text: String,
    pub markdown: String,
}

/// A longer description is cut: the longest that LinkedIn takes is a tenth of this.
const MOST_BYTES: usize = 256 * 1024;
/// Lists nested deeper than this are flattened.
const DEEPEST: usize = 32;

impl Description {
    /// From somebody else's HTML. `None` when no words are left.
    pub fn from_html(html: &str) -> Option<Self> {
        let mut writer = Writer::default();
        markup::read(&html.as_bytes()[..html.floor_char_boundary(MOST_BYTES)], &mut writer);
        writer.finish()
    }

    /// From text in which only line breaks mean something.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut writer = Writer::default();
        for paragraph in text[..text.floor_char_boundary(MOST_BYTES)].replace("\r\n", "\n").split("\n\n") {
            writer.open("p");
            for (place, line) in paragraph.trim_matches('\n').split('\n').enumerate() {
                if place > 0 {
                    writer.line_break();
                }
                writer.text(line);
            }
            writer.close("p");
        }
        writer.finish()
    }
}

/// A bracket would end the link where it is written in Markdown; encoded, it leads to the same place.
fn markdown_target(target: &str) -> String {
    target.replace('(', "%28").replace(')', "%29").replace(' ', "%20")
}

/// Writes the three forms side by side while it listens.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    html: String,
    text: String,
    markdown: String,
    open: Vec<Element>,
    /// Whether words have been written since the last block began or ended.
    has_words: bool,
    /// Line breaks, two at most, held back until a word follows: before a block and at its end they would be another empty line.
    waiting_breaks: usize,
    /// Markdown's marks of bold and italics, held back until a word follows.
    waiting_marks: Vec<&'static str>,
    /// Inside elements whose text nobody is meant to read: the name of the outermost, and how deep.
    unread: Option<(String, usize)>,
}

#[derive(Debug)]
struct Element {
    name: &'static str,
    /// Where a link leads.
    target: Option<String>,
    /// The number of the next item of an ordered list.
    next_item: usize,
}

fn kept_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "p" | "div" | "section" => "p",
        "ul" => "ul",
        "ol" => "ol",
        "li" => "li",
        "strong" | "b" => "strong",
        "em" | "i" => "em",
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "h3",
        "a" => "a",
        _ => return None,
    })
}

fn is_unread(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "svg"
            | "math"
            | "title"
            | "textarea"
            | "select"
            | "button"
            | "code"
    )
}

impl Listener for Writer {
    fn start(&mut self, tag: &Tag) {
        let name = tag.name();
        if let Some((outermost, depth)) = &mut self.unread {
            if name == outermost && !tag.is_empty_element() {
                *depth += 1;
            }
            return;
        }
        if self.is_full() {
            return;
        }
        if is_unread(name) {
            if !tag.is_empty_element() {
                self.unread = Some((name.to_owned(), 1));
            }
        } else if name == "br" {
            self.line_break();
        } else if let Some(kept) = kept_name(name) {
            let target = if kept == "a" { tag.attribute("href").and_then(|href| safe_target(&href)) } else { None };
            if kept != "a" || target.is_some() {
                self.open_with(kept, target);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.unread.is_some() || text.is_empty() || self.is_full() {
            return;
        }
        let text = &text[..text.floor_char_boundary(MOST_BYTES - self.html.len())];
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_whitespace() {
                if !words.ends_with(' ') {
                    words.push(' ');
                }
            } else if !c.is_control() {
                words.push(c);
            }
        }
        self.words(&words);
    }

    fn end(&mut self, name: &str) {
        if let Some((outermost, depth)) = &mut self.unread {
            if name == outermost {
                *depth -= 1;
                if *depth == 0 {
                    self.unread = None;
                }
            }
            return;
        }
        if let Some(kept) = kept_name(name) {
            self.close(kept);
        }
    }
}

impl Writer {
    /// What comes now is cut: a page may hold a description of any length.
    fn is_full(&self) -> bool {
        self.html.len() >= MOST_BYTES
    }

    fn open(&mut self, name: &'static str) {
        self.open_with(name, None);
    }

    fn open_with(&mut self, name: &'static str, target: Option<String>) {
        if self.open.len() >= DEEPEST {
            return;
        }
        // A paragraph or heading inside another ends the outer one, and an item the item before it, as in browsers.
        match name {
            "p" | "h3" | "ul" | "ol" => self.close_any(&["p", "h3"]),
            "li" if self.open.last().is_some_and(|last| last.name != "ul" && last.name != "ol") => self.close_within_list("li"),
            "a" => self.close("a"),
            _ => {}
        }
        match name {
            "p" => self.end_block(2),
            "h3" => {
                self.end_block(2);
                self.markdown.push_str("### ");
            }
            "ul" | "ol" => self.end_block(if self.in_list() { 1 } else { 2 }),
            "li" => {
                self.end_block(1);
                let depth = self.open.iter().filter(|element| element.name == "ul" || element.name == "ol").count();
                let indent = "   ".repeat(depth.saturating_sub(1));
                let bullet = match self.open.iter_mut().rev().find(|element| element.name == "ul" || element.name == "ol") {
                    Some(list) if list.name == "ol" => {
                        list.next_item += 1;
                        format!("{}. ", list.next_item)
                    }
                    _ => "- ".to_owned(),
                };
                self.text.push_str(&format!("{indent}{bullet}"));
                self.markdown.push_str(&format!("{indent}{bullet}"));
            }
            _ => self.write_breaks(),
        }
        match name {
            "strong" => self.waiting_marks.push("**"),
            "em" => self.waiting_marks.push("*"),
            "a" => self.waiting_marks.push("["),
            _ => {}
        }
        match &target {
            Some(target) => self.html.push_str(&format!("<a href=\"{}\" rel=\"nofollow noopener noreferrer\">", escape(target))),
            None => self.html.push_str(&format!("<{name}>")),
        }
        self.open.push(Element { name, target, next_item: 0 });
    }

    /// Closes the innermost element of this name and all that are open inside it; an end tag without a start does nothing.
    fn close(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|element| element.name == name) {
            while self.open.len() > at {
                self.close_last();
            }
        }
    }

    fn close_any(&mut self, names: &[&str]) {
        while let Some(last) = self.open.last()
            && names.contains(&last.name)
        {
            self.close_last();
        }
    }

    fn close_within_list(&mut self, name: &str) {
        let list = self.open.iter().rposition(|element| element.name == "ul" || element.name == "ol").map_or(0, |at| at + 1);
        if let Some(at) = self.open[list..].iter().rposition(|element| element.name == name) {
            while self.open.len() > list + at {
                self.close_last();
            }
        }
    }

    fn close_last(&mut self) {
        let Some(element) = self.open.pop() else { return };
        self.html.push_str(&format!("</{}>", element.name));
        match element.name {
            "strong" => self.close_mark("**", "**"),
            "em" => self.close_mark("*", "*"),
            "a" => self.close_mark("[", &format!("]({})", markdown_target(&element.target.unwrap_or_default()))),
            "p" | "h3" => self.end_block(2),
            "ul" | "ol" => self.end_block(if self.in_list() { 1 } else { 2 }),
            "li" => self.end_block(1),
            _ => {}
        }
    }

    fn close_mark(&mut self, start: &'static str, end: &str) {
        // Around nothing, no mark is written at all.
        if let Some(at) = self.waiting_marks.iter().rposition(|mark| *mark == start) {
            self.waiting_marks.remove(at);
            return;
        }
        let space = self.markdown.len() - self.markdown.trim_end_matches(' ').len();
        self.markdown.truncate(self.markdown.len() - space);
        self.markdown.push_str(end);
        if space > 0 {
            self.markdown.push(' ');
        }
    }

    fn in_list(&self) -> bool {
        self.open.iter().any(|element| element.name == "ul" || element.name == "ol")
    }

    fn line_break(&mut self) {
        if self.has_words {
            self.waiting_breaks = (self.waiting_breaks + 1).min(2);
        }
    }

    fn write_breaks(&mut self) {
        let breaks = std::mem::take(&mut self.waiting_breaks);
        if breaks == 0 {
            return;
        }
        trim_spaces(&mut self.text);
        trim_spaces(&mut self.markdown);
        self.html.push_str(&"<br>".repeat(breaks));
        self.text.push_str(&"\n".repeat(breaks));
        // Two breaks in a row part paragraphs; Markdown has a form of its own for that.
        self.markdown.push_str(if breaks == 1 { "  \n" } else { "\n\n" });
    }

    /// The next words stand at least `lines` line ends further on.
    fn end_block(&mut self, lines: usize) {
        (self.has_words, self.waiting_breaks) = (false, 0);
        for form in [&mut self.text, &mut self.markdown] {
            while form.ends_with(' ') || form.ends_with("\n\n") && lines < 2 {
                form.pop();
            }
            if form.trim().is_empty() {
                form.clear();
                continue;
            }
            let there = form.len() - form.trim_end_matches('\n').len();
            for _ in there..lines {
                form.push('\n');
            }
        }
    }

    fn words(&mut self, words: &str) {
        let at_start = |form: &str| form.is_empty() || form.ends_with(['\n', ' ']);
        let is_blank = words.trim().is_empty();
        // Spaces at the end or the start of a line are not seen.
        if self.waiting_breaks > 0 && is_blank {
            return;
        }
        let words = if self.waiting_breaks > 0 { words.trim_start() } else { words };
        self.write_breaks();
        self.has_words |= !is_blank;
        // Spaces on both sides of an element that is left out are one.
        let space_again = self.html.ends_with(' ') && words.starts_with(' ');
        self.html.push_str(&escape(if space_again { &words[1..] } else { words }));
        self.text.push_str(if at_start(&self.text) { words.trim_start() } else { words });
        if is_blank {
            if !at_start(&self.markdown) {
                self.markdown.push(' ');
            }
            return;
        }
        if words.starts_with(' ') && !at_start(&self.markdown) {
            self.markdown.push(' ');
        }
        for mark in self.waiting_marks.drain(..) {
            self.markdown.push_str(mark);
        }
        for c in words.trim_start().chars() {
            let looks_like_a_bullet = matches!(c, '-' | '+') && (self.markdown.is_empty() || self.markdown.ends_with('\n'));
            if looks_like_a_bullet || matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '#' | '|' | '~') {
                self.markdown.push('\\');
            }
            self.markdown.push(c);
        }
    }

    pub(crate) fn finish(mut self) -> Option<Description> {
        while !self.open.is_empty() {
            self.close_last();
        }
        let text = tidy_lines(&self.text);
        if text.chars().all(|c| !c.is_alphanumeric()) {
            return None;
        }
        Some(Description { html: self.html.trim().to_owned(), text, markdown: tidy_lines(&self.markdown) })
    }
}

/// No more than one empty line in a row, none around.
fn tidy_lines(form: &str) -> String {
    let mut tidy = String::with_capacity(form.len());
    let mut empty = 0;
    for line in form.lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy.trim().to_owned()
}

fn trim_spaces(form: &mut String) {
    form.truncate(form.trim_end_matches(' ').len());
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Web addresses and mail addresses alone: anything else a link could do is not for a description.
fn safe_target(href: &str) -> Option<String> {
    let url = url::Url::parse(href.trim()).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if is_web || url.scheme() == "mailto" { Some(url.into()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_three_forms_say_the_same() {
        let html = "<div class=\"x\"><strong>About us </strong>We make\n tea &amp; <em>maps</em>.<br><br>You:<ul><li>Rust<li>C++ <b></b></ul>\
                    <ol><li>One</li><li>Two<ul><li>deep</li></ul></li></ol><h2>Pay</h2><p>See <a href='https://jobs.example/a?b=1&amp;c=2'>here</a></div>";
        let read = Description::from_html(html).unwrap();
        insta::assert_snapshot!(format!("{}\n-----\n{}\n-----\n{}", read.html, read.text, read.markdown));
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        let read = Description::from_text("About\n\nLine one\nLine <two>\r\n\r\n\n* not a list").unwrap();
        assert_eq!(read.html, "<p>About</p><p>Line one<br>Line &lt;two&gt;</p><p>* not a list</p>");
        assert_eq!(read.text, "About\n\nLine one\nLine <two>\n\n* not a list");
        assert_eq!(read.markdown, "About\n\nLine one  \nLine \\<two\\>\n\n\\* not a list");
    }

    #[test]
    fn nothing_that_could_run_comes_out() {
        let html = "<script>alert(1)</script><img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">a</a><p onclick=x style=y>b</p>\
                    <svg><script>c</script></svg><iframe src=x>d</iframe><a href='https://a.example/\"><script>'>e</a><!-- f --><math><mi>g";
        let read = Description::from_html(html).unwrap();
        assert_eq!(read.html, "a<p>b</p><a href=\"https://a.example/%22%3E%3Cscript%3E\" rel=\"nofollow noopener noreferrer\">e</a>");
    }

    #[test]
    fn spaces_around_what_is_left_out_are_one() {
        let read = Description::from_html("<p> a <span> b </span> <script>c</script> d</p>").unwrap();
        assert_eq!(read.html, "<p> a b d</p>");
        assert_eq!(Description::from_html(&read.html).unwrap().html, read.html);
    }

    #[test]
    fn a_break_beside_a_block_is_none_and_two_are_a_paragraphs() {
        let html = "<p>We make tea.</p><br><br><strong>What you do<br><br></strong><ul><li><br>Rust<br></li></ul><br><b>Pay<br> <br><br></b>Good.<br>And <br> fair.";
        let read = Description::from_html(html).unwrap();
        assert_eq!(
            read.html,
            "<p>We make tea.</p><strong>What you do</strong><ul><li>Rust</li></ul><strong>Pay</strong><br><br>Good.<br>And <br>fair."
        );
        assert_eq!(read.text, "We make tea.\n\nWhat you do\n- Rust\n\nPay\n\nGood.\nAnd\nfair.");
        assert_eq!(read.markdown, "We make tea.\n\n**What you do**\n- Rust\n\n**Pay**\n\nGood.  \nAnd  \nfair.");
        assert_eq!(Description::from_html(&read.html).unwrap().html, read.html);
    }

    #[test]
    fn a_bracket_in_a_link_is_encoded_where_it_would_end_the_link() {
        let read = Description::from_html(r#"<a href="https://a.example/wiki/Tea_(drink)?b=(1)">Tea</a>"#).unwrap();
        assert_eq!(read.markdown, "[Tea](https://a.example/wiki/Tea_%28drink%29?b=%281%29)");
    }

    #[test]
    fn a_description_is_cut_while_it_is_written() {
        let mut writer = Writer::default();
        markup::read("<p>tea and maps</p>".repeat(100_000).as_bytes(), &mut writer);
        markup::read("x".repeat(1_000_000).as_bytes(), &mut writer);
        let read = writer.finish().unwrap();
        assert!(read.html.len() < MOST_BYTES + 1_000 && read.text.starts_with("tea and maps\n\ntea"), "{}", read.html.len());
    }

    #[test]
    fn a_description_without_words_is_none() {
        for html in ["", "<p> \u{a0}</p><br>", "<script>x</script>", "<ul><li></li></ul>"] {
            assert_eq!(Description::from_html(html), None, "{html}");
        }
    }

    /// Every tag of a written description, as the tokenizer sees it again.
    #[derive(Default)]
    struct Inspector(Vec<String>, usize);

    impl Listener for Inspector {
        fn start(&mut self, tag: &Tag) {
            let plain = ["p", "ul", "ol", "li", "strong", "em", "h3", "br"].contains(&tag.name()) && tag.attribute("href").is_none();
            let link = tag.name() == "a" && tag.attribute("href").is_some_and(|href| safe_target(&href).is_some());
            assert!(plain || link, "{tag:?}");
            if tag.name() != "br" {
                self.0.push(tag.name().to_owned());
            }
        }

        fn text(&mut self, text: &str) {
            self.1 += text.len();
        }

        fn end(&mut self, name: &str) {
            assert_eq!(self.0.pop().as_deref(), Some(name), "the written elements are nested properly");
        }
    }

    proptest! {
        #[test]
        fn whatever_goes_in_only_the_listed_elements_come_out(
            pieces in prop::collection::vec(
                prop_oneof![
                    "<(/)?(p|b|i|ul|ol|li|a|h2|script|svg|math|style|title|table|div|br|template)( (href|onclick|src)=['\"]?(https://a.example|javascript:x|\\PC{0,5})['\"]?)?(/)?>?",
                    "\\PC{0,12}",
                    "(&lt;|&amp;|&#x3c;|&quot;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|\")",
                ],
                0..40,
            )
        ) {
            if let Some(read) = Description::from_html(&pieces.concat()) {
                let mut inspector = Inspector::default();
                markup::read(read.html.as_bytes(), &mut inspector);
                prop_assert!(inspector.0.is_empty(), "an element is left open: {}", read.html);
                let again = Description::from_html(&read.html).unwrap();
                prop_assert_eq!(again.html, read.html);
            }
        }
    }
}
