//! HTML as a stream of tags and texts. Any bytes will do: nothing is refused, nothing panics, and entities are decoded.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{IoReader, Span, Tokenizer};

/// What comes along, in the order of the document. Names of elements and attributes are in lower case.
pub trait Listener {
    fn start(&mut self, tag: &Tag);
    fn text(&mut self, text: &str);
    fn end(&mut self, name: &str);
    fn comment(&mut self, _text: &str) {}
}

/// A start tag. The same one is used again for the next tag, so that reading a page allocates next to nothing.
#[derive(Debug, Default)]
pub struct Tag {
    bytes: Vec<u8>,
    name: Range<usize>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    self_closing: bool,
}

impl Tag {
    pub fn name(&self) -> &str {
        // Bytes that are no text name no element that anybody looks for.
        std::str::from_utf8(&self.bytes[self.name.clone()]).unwrap_or("")
    }

    /// The attribute's value, `""` when it has none; of an attribute named twice the first counts, as in browsers.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.raw(name).map(String::from_utf8_lossy)
    }

    pub fn has_class(&self, class: &str) -> bool {
        self.classes().any(|own| own == class.as_bytes())
    }

    /// The classes as bytes, for a look at several of them at once.
    pub fn classes(&self) -> impl Iterator<Item = &[u8]> {
        self.raw_class().split(u8::is_ascii_whitespace).filter(|class| !class.is_empty())
    }

    pub fn raw_class(&self) -> &[u8] {
        self.raw("class").unwrap_or_default()
    }

    /// Elements that never have an end tag, and those that say that they have none.
    pub fn is_empty_element(&self) -> bool {
        self.self_closing
            || matches!(
                self.name(),
                "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr"
            )
    }

    /// The values of all attributes.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        self.attributes.iter().map(|(_, value)| &self.bytes[value.clone()])
    }

    fn raw(&self, name: &str) -> Option<&[u8]> {
        let (_, value) = self.attributes.iter().find(|(own, _)| &self.bytes[own.clone()] == name.as_bytes())?;
        Some(&self.bytes[value.clone()])
    }

    fn begin(&mut self, name: &[u8]) {
        self.bytes.clear();
        self.attributes.clear();
        self.self_closing = false;
        self.name = self.push(name);
    }

    fn push(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

/// Reads a whole document, or as much of it as there is.
pub fn read(bytes: &[u8], listener: &mut impl Listener) {
    let mut emitter = CallbackEmitter::new(Reading { listener, tag: Tag::default() });
    // The content of script, style and title is text, whatever it looks like.
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(bytes, emitter).finish();
}

/// The same from a file or socket, 16 KiB at a time.
pub fn read_from(input: impl std::io::Read, listener: &mut impl Listener) -> std::io::Result<()> {
    let mut emitter = CallbackEmitter::new(Reading { listener, tag: Tag::default() });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(IoReader::new(input), emitter).finish()
}

struct Reading<'a, L> {
    listener: &'a mut L,
    tag: Tag,
}

impl<L: Listener> Callback<Infallible, ()> for Reading<'_, L> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, _span: Span<()>) -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag.begin(name),
            CallbackEvent::AttributeName { name } => {
                let name = self.tag.push(name);
                self.tag.attributes.push((name, 0..0));
            }
            CallbackEvent::AttributeValue { value } => {
                let value = self.tag.push(value);
                if let Some(attribute) = self.tag.attributes.last_mut() {
                    attribute.1 = value;
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                self.tag.self_closing = self_closing;
                self.listener.start(&self.tag);
            }
            CallbackEvent::EndTag { name } => self.listener.end(&String::from_utf8_lossy(name)),
            CallbackEvent::String { value } => self.listener.text(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { value } => self.listener.comment(&String::from_utf8_lossy(value)),
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
        None
    }
}

/// The text inside one element, until its end tag comes; elements of the same name inside it are counted.
#[derive(Debug, Default)]
pub struct Capture {
    name: String,
    depth: usize,
    text: String,
    /// A longer text is cut: no field of a page is as long as a page.
    most_bytes: usize,
}

impl Capture {
    pub fn begin(tag: &Tag, most_bytes: usize) -> Self {
        Self { name: tag.name().to_owned(), depth: 1, text: String::new(), most_bytes }
    }

    pub fn start(&mut self, tag: &Tag) {
        if tag.name() == self.name && !tag.is_empty_element() {
            self.depth += 1;
        }
    }

    pub fn text(&mut self, text: &str) {
        let room = self.most_bytes.saturating_sub(self.text.len());
        self.text.push_str(&text[..text.floor_char_boundary(room)]);
    }

    /// The whole text once the element itself has ended.
    pub fn end(&mut self, name: &str) -> Option<String> {
        if name != self.name {
            return None;
        }
        self.depth -= 1;
        if self.depth == 0 { Some(std::mem::take(&mut self.text)) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Notes(Vec<String>);

    impl Listener for Notes {
        fn start(&mut self, tag: &Tag) {
            let class = tag.attribute("class").map(Cow::into_owned);
            self.0.push(format!("<{} {class:?}>", tag.name()));
        }

        fn text(&mut self, text: &str) {
            self.0.push(text.to_owned());
        }

        fn end(&mut self, name: &str) {
            self.0.push(format!("</{name}>"));
        }
    }

    fn notes(html: &[u8]) -> Vec<String> {
        let mut notes = Notes::default();
        read(html, &mut notes);
        notes.0
    }

    #[test]
    fn tags_and_texts_come_in_order_with_their_entities_decoded() {
        assert_eq!(
            notes(b"<P Class='a  b' class=c>R&amp;D &#x1F600;<br><script>if (a<b) {}</script>"),
            ["<p Some(\"a  b\")>", "R&D 😀", "<br None>", "<script None>", "if (a<b) {}", "</script>"]
        );
    }

    #[test]
    fn a_document_that_breaks_off_gives_what_was_there() {
        assert_eq!(notes(b"<div class=x>half a ti"), ["<div Some(\"x\")>", "half a ti"]);
        assert_eq!(notes(b"<div>x</div><a href='htt"), ["<div None>", "x", "</div>"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_the_same_at_once_and_in_pieces(html in prop::collection::vec(prop_oneof![Just(b'<'), Just(b'&'), Just(b'"'), any::<u8>()], 0..300)) {
            let mut streamed = Notes::default();
            read_from(html.as_slice(), &mut streamed).unwrap();
            prop_assert_eq!(notes(&html), streamed.0);
        }
    }
}
