//! A page of search results as guests see it: from bytes to cards, one at a time, whatever the bytes are.

use serde_json::{Map, Value};

use super::words::{address, company_address, first_number, id_of_urn, words};
use crate::country::country_of;
use crate::error::ProviderError;
use crate::markup::{self, Capture, Listener, Tag};
use crate::page::RejectedRecord;
use crate::posting::{PostingRecord, Salary, Shown, Workplace};

const MOST_BYTES_OF_A_FIELD: usize = 2_048;
const MOST_BENEFITS: usize = 8;

/// All cards of one page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cards {
    pub records: Vec<PostingRecord>,
    pub rejected: Vec<RejectedRecord>,
    /// The page ends inside a card, which is the last of the rejected ones.
    pub cut: bool,
    /// How many postings LinkedIn says there are; the fragments of a search tell none.
    pub total: Option<u64>,
}

/// What was seen on a page beside its cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Cards, readable or not.
    pub cards: usize,
    /// The page ends inside the last card.
    pub cut: bool,
    /// Postings are mentioned, in a card or elsewhere.
    pub postings: bool,
    pub total: Option<u64>,
}

/// The cards of a search page. No card at all is fine on an empty page; where postings are mentioned, or on a page of another kind, it means that
/// the page is not read correctly any more.
pub fn parse(page: &[u8]) -> Result<Cards, ProviderError> {
    let mut cards = Cards::default();
    let seen = read(page, |card| cards.add(card));
    (cards.total, cards.cut) = (seen.total, seen.cut);
    let only_cut = seen.cut && seen.cards == 1;
    if cards.records.is_empty() && !only_cut && (seen.postings || seen.cards > 0) {
        let detail = match cards.rejected.first() {
            Some(first) => format!("none of the {} cards on LinkedIn's search page can be read ({})", seen.cards, first.error),
            None => "LinkedIn's search page mentions postings, but no card is found on it".to_owned(),
        };
        return Err(ProviderError::LayoutChanged { page: None, detail, excerpt: crate::fetch::excerpt(page) });
    }
    Ok(cards)
}

/// Hands out each card as soon as it is complete, so that a page of any length takes the memory of one card.
pub fn read(page: &[u8], each: impl FnMut(Result<PostingRecord, RejectedRecord>)) -> Seen {
    let mut reading = Reading::new(each);
    markup::read(page, &mut reading);
    reading.finish()
}

/// The same from a file, 16 KiB at a time.
pub fn read_from(input: impl std::io::Read, each: impl FnMut(Result<PostingRecord, RejectedRecord>)) -> std::io::Result<Seen> {
    let mut reading = Reading::new(each);
    markup::read_from(input, &mut reading)?;
    Ok(reading.finish())
}

impl Cards {
    fn add(&mut self, card: Result<PostingRecord, RejectedRecord>) {
        match card {
            Ok(record) => self.records.push(record),
            Err(rejected) => self.rejected.push(rejected),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Company,
    Location,
    Listed,
    Benefit,
    Salary,
    Total,
}

/// A card being read, in LinkedIn's words.
#[derive(Debug, Default)]
struct Card {
    urn: String,
    /// The card's own element, which is a `div` or the link itself, and how many of its name are open.
    element: String,
    depth: usize,
    title: Option<String>,
    company: Option<String>,
    company_href: Option<String>,
    location: Option<String>,
    day: Option<String>,
    listed: Option<String>,
    salary: Option<String>,
    benefits: Vec<String>,
    logo: Option<String>,
}

struct Reading<F> {
    each: F,
    card: Option<Card>,
    capture: Option<(Field, Capture)>,
    seen: Seen,
}

impl<F: FnMut(Result<PostingRecord, RejectedRecord>)> Reading<F> {
    fn new(each: F) -> Self {
        Self { each, card: None, capture: None, seen: Seen::default() }
    }

    fn finish(mut self) -> Seen {
        if let Some(card) = self.card.take() {
            // What was read so far may be half a word.
            self.seen.cut = true;
            self.hand_out(card, true);
        }
        self.seen
    }

    fn begin_card(&mut self, tag: &Tag, urn: String) {
        // The next card ends one whose end tag is missing.
        if let Some(card) = self.card.take() {
            self.hand_out(card, false);
        }
        self.capture = None;
        self.card = Some(Card { urn, element: tag.name().to_owned(), depth: 1, ..Card::default() });
    }

    fn hand_out(&mut self, card: Card, cut: bool) {
        let position = self.seen.cards;
        self.seen.cards += 1;
        let fault = if cut { Some("the page ends inside this card") } else { card.fault() };
        (self.each)(match fault {
            Some(fault) => Err(RejectedRecord { position, error: fault.to_owned(), raw: card.raw() }),
            None => Ok(card.into_record(position)),
        });
    }

    /// A look at a tag inside a card while no text is being captured.
    fn look(&mut self, tag: &Tag) {
        let Some(card) = &mut self.card else {
            if tag.has_class("results-context-header__job-count") {
                self.capture = Some((Field::Total, Capture::begin(tag, MOST_BYTES_OF_A_FIELD)));
            }
            return;
        };
        let mut field = None;
        for class in tag.classes() {
            field = match class {
                b"base-search-card__title" if card.title.is_none() => Some(Field::Title),
                b"base-search-card__subtitle" if card.company.is_none() => Some(Field::Company),
                b"job-search-card__location" if card.location.is_none() => Some(Field::Location),
                b"job-posting-benefits__text" if card.benefits.len() < MOST_BENEFITS => Some(Field::Benefit),
                b"job-search-card__salary-info" if card.salary.is_none() => Some(Field::Salary),
                _ => continue,
            };
            break;
        }
        match tag.name() {
            "time" if card.day.is_none() => {
                card.day = tag.attribute("datetime").and_then(|day| words(&day));
                field = Some(Field::Listed);
            }
            "img" if card.logo.is_none() => {
                card.logo = tag.attribute("data-delayed-url").or_else(|| tag.attribute("src")).and_then(|source| address(&source));
            }
            _ => {}
        }
        if let Some(field) = field
            && !tag.is_empty_element()
        {
            if field == Field::Company && tag.name() == "a" {
                card.company_href = tag.attribute("href").map(Into::into);
            }
            self.capture = Some((field, Capture::begin(tag, MOST_BYTES_OF_A_FIELD)));
        }
    }

    fn keep(&mut self, field: Field, text: &str) {
        let Some(card) = &mut self.card else {
            self.seen.total = self.seen.total.or_else(|| first_number(text));
            return;
        };
        let text = words(text);
        match field {
            Field::Title => card.title = text,
            Field::Company => card.company = text,
            Field::Location => card.location = text,
            Field::Listed => card.listed = text,
            Field::Salary => card.salary = text,
            Field::Benefit => card.benefits.extend(text),
            Field::Total => {}
        }
    }
}

impl<F: FnMut(Result<PostingRecord, RejectedRecord>)> Listener for Reading<F> {
    fn start(&mut self, tag: &Tag) {
        let urn = tag.attribute("data-entity-urn").filter(|urn| urn.starts_with("urn:li:jobPosting"));
        if let Some(urn) = urn {
            self.seen.postings = true;
            if tag.has_class("base-search-card") {
                let urn = urn.into_owned();
                self.begin_card(tag, urn);
                return;
            }
        }
        if let Some(card) = &mut self.card
            && tag.name() == card.element
            && !tag.is_empty_element()
        {
            card.depth += 1;
        }
        match (&mut self.capture, &mut self.card) {
            (Some((field, capture)), card) => {
                capture.start(tag);
                if *field == Field::Company
                    && tag.name() == "a"
                    && let Some(card) = card
                {
                    card.company_href = tag.attribute("href").map(Into::into);
                }
            }
            (None, _) => self.look(tag),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, capture)) = &mut self.capture {
            capture.text(text);
        }
        if !self.seen.postings {
            self.seen.postings = text.contains("urn:li:jobPosting");
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((field, capture)) = &mut self.capture
            && let Some(text) = capture.end(name)
        {
            let field = *field;
            self.capture = None;
            self.keep(field, &text);
        }
        if let Some(card) = &mut self.card
            && card.element == name
        {
            card.depth -= 1;
            if card.depth == 0
                && let Some(card) = self.card.take()
            {
                self.capture = None;
                self.hand_out(card, false);
            }
        }
    }

    fn comment(&mut self, text: &str) {
        if !self.seen.postings {
            self.seen.postings = text.contains("urn:li:jobPosting");
        }
    }
}

impl Card {
    /// Why the card is no posting.
    fn fault(&self) -> Option<&'static str> {
        if id_of_urn(&self.urn).is_none() {
            return Some("the card has no readable id");
        }
        if self.title.is_none() { Some("the card has no title") } else { None }
    }

    fn into_record(self, position: usize) -> PostingRecord {
        let raw = self.raw();
        let mut record = PostingRecord::new(position, id_of_urn(&self.urn).unwrap_or_default(), Shown::SearchCard);
        record.title = self.title;
        record.company = self.company;
        record.company_url = self.company_href.as_deref().and_then(company_address);
        record.company_logo_url = self.logo;
        if let Some(location) = &self.location {
            let (place, workplace) = Workplace::split_from(location);
            record.country = country_of(&place).map(str::to_owned);
            record.location = Some(place);
            record.workplace = workplace;
        }
        record.posted_on = self.day.as_deref().and_then(|day| day.get(..10)?.parse().ok());
        record.salary = self.salary.as_deref().and_then(Salary::read);
        record.salary_text = self.salary;
        record.benefits = self.benefits;
        record.raw = raw;
        record
    }

    fn raw(&self) -> Value {
        let mut raw = Map::new();
        let texts = [
            ("urn", Some(&self.urn)),
            ("title", self.title.as_ref()),
            ("company", self.company.as_ref()),
            ("company_href", self.company_href.as_ref()),
            ("location", self.location.as_ref()),
            ("datetime", self.day.as_ref()),
            ("listed", self.listed.as_ref()),
            ("salary", self.salary.as_ref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                let text = &text[..text.floor_char_boundary(MOST_BYTES_OF_A_FIELD)];
                let text = if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() };
                raw.insert(name.to_owned(), Value::String(text));
            }
        }
        if !self.benefits.is_empty() {
            raw.insert("benefits".to_owned(), self.benefits.iter().cloned().map(Value::String).collect());
        }
        Value::Object(raw)
    }
}
