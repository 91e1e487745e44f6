//! One pass over a posting's page that notes whatever may say something about it.

use super::id_of_address;
use crate::linkedin::origin::{Origin, is_linkedins};
use crate::linkedin::words::{address, id_of_urn, posting_id, words};
use crate::markup::{self, Capture, Listener, Tag};
use crate::posting::{Description, description};

const MOST_BYTES_OF_A_FIELD: usize = 4_096;
/// The embedded data of a member's page is long, and one element holds most of it.
const MOST_BYTES_OF_DATA: usize = 8 * 1024 * 1024;
const MOST_PIECES_OF_DATA: usize = 200;
const MOST_CRITERIA: usize = 16;

/// What the page says, in its own words.
#[derive(Debug, Default)]
pub struct Seen {
    /// Ids by how sure it is that they mean this posting, the surest first.
    ids: [Option<String>; 6],
    /// By the canonical address, `og:url` and the browser that saved the page.
    pub origin: Origin,
    pub title: Option<String>,
    pub company: Option<String>,
    pub company_href: Option<String>,
    pub location: Option<String>,
    pub logo: Option<String>,
    pub posted: Option<String>,
    pub applicants: Option<String>,
    pub salary: Option<String>,
    pub criteria: Vec<(String, String)>,
    pub description: Option<Description>,
    pub apply_url: Option<String>,
    pub applies_on_linkedin: Option<bool>,
    pub closed: bool,
    /// JSON in `<code id="bpr-guid-…">`.
    pub embedded: Vec<String>,
    /// JSON-LD.
    pub structured: Vec<String>,
}

/// Where an id was found; the order is how much it counts.
#[derive(Debug, Clone, Copy)]
enum IdPlace {
    Decorated,
    Semaphore,
    TopCardLink,
    Canonical,
    OpenGraph,
    SavedFrom,
}

impl Seen {
    pub fn id(&self) -> Option<&str> {
        self.ids.iter().flatten().next().map(String::as_str)
    }

    /// Whether the page has a posting's top card.
    pub fn is_posting(&self) -> bool {
        self.title.is_some() || self.description.is_some()
    }

    /// An address of the page itself.
    fn note_address(&mut self, place: IdPlace, address: Option<&str>) {
        let Some(address) = address else { return };
        self.origin.note(address);
        self.note_id(place, id_of_address(address));
    }

    fn note_id(&mut self, place: IdPlace, id: Option<String>) {
        let slot = &mut self.ids[place as usize];
        if slot.is_none() {
            *slot = id;
        }
    }
}

pub fn read(page: &[u8]) -> Seen {
    let mut reading = Reading::default();
    markup::read(page, &mut reading);
    reading.finish()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Company,
    Location,
    Posted,
    Applicants,
    Salary,
    CriterionName,
    CriterionValue,
    ApplyUrl,
    DecoratedId,
    Embedded,
    Structured,
}

#[derive(Debug, Default)]
pub struct Reading {
    seen: Seen,
    capture: Option<(Field, Capture)>,
    /// The element of the description, and what has been written of it.
    description: Option<(Capture, description::Writer)>,
    /// How many `ul` are open inside the list of criteria, itself counted.
    in_criteria: usize,
    criterion: Option<String>,
}

impl Reading {
    /// What the end of the page cut off is left out: half a description would pass for a whole one.
    fn finish(self) -> Seen {
        self.seen
    }

    fn begin(&mut self, field: Field, tag: &Tag) {
        if !tag.is_empty_element() {
            let most = if matches!(field, Field::Embedded | Field::Structured) { MOST_BYTES_OF_DATA } else { MOST_BYTES_OF_A_FIELD };
            self.capture = Some((field, Capture::begin(tag, most)));
        }
    }

    fn look(&mut self, tag: &Tag) {
        self.look_at_attributes(tag);
        match tag.name() {
            "ul" if self.in_criteria > 0 || tag.has_class("description__job-criteria-list") => self.in_criteria += 1,
            "h3" if self.in_criteria > 0 => return self.begin(Field::CriterionName, tag),
            "span" if self.in_criteria > 0 => return self.begin(Field::CriterionValue, tag),
            "code" => return self.look_at_code(tag),
            "script" => {
                let structured = tag.attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"));
                if structured && self.seen.structured.len() < MOST_PIECES_OF_DATA {
                    self.begin(Field::Structured, tag);
                }
                return;
            }
            "img" if self.seen.logo.is_none() && self.seen.title.is_none() && tag.has_class("artdeco-entity-image") => {
                self.seen.logo = tag.attribute("data-delayed-url").or_else(|| tag.attribute("src")).and_then(|source| address(&source));
            }
            _ => {}
        }
        self.look_at_classes(tag);
    }

    fn look_at_classes(&mut self, tag: &Tag) {
        let seen = &mut self.seen;
        let has = |class: &[u8]| tag.classes().any(|own| own == class);
        if tag.raw_class().is_empty() {
            return;
        }
        if has(b"closed-job__flavor--closed") {
            seen.closed = true;
        } else if has(b"show-more-less-html__markup") && seen.description.is_none() && self.description.is_none() && !tag.is_empty_element()
        {
            self.description = Some((Capture::begin(tag, 0), description::Writer::default()));
        } else if (has(b"top-card-layout__title") || has(b"topcard__title")) && seen.title.is_none() {
            self.begin(Field::Title, tag);
        } else if has(b"num-applicants__caption") || has(b"num-applicants__figure") {
            if seen.applicants.is_none() {
                self.begin(Field::Applicants, tag);
            }
        } else if has(b"topcard__org-name-link") && seen.company.is_none() {
            seen.company_href = tag.attribute("href").map(Into::into);
            self.begin(Field::Company, tag);
        } else if has(b"posted-time-ago__text") {
            if seen.posted.is_none() {
                self.begin(Field::Posted, tag);
            }
        } else if has(b"topcard__flavor--bullet") {
            if seen.location.is_none() && tag.name() == "span" {
                self.begin(Field::Location, tag);
            }
        } else if has(b"topcard__flavor") && seen.company.is_none() && tag.name() == "span" {
            self.begin(Field::Company, tag);
        } else if has(b"compensation__salary") && seen.salary.is_none() {
            self.begin(Field::Salary, tag);
        }
    }

    fn look_at_attributes(&mut self, tag: &Tag) {
        if let Some(urn) = tag.attribute("data-semaphore-content-urn") {
            self.seen.note_id(IdPlace::Semaphore, id_of_urn(&urn).map(str::to_owned));
        }
        if let Some(name) = tag.attribute("data-tracking-control-name") {
            if name.contains("apply-link-offsite") {
                self.seen.applies_on_linkedin = Some(false);
            } else if name.contains("apply-link-onsite") && self.seen.applies_on_linkedin.is_none() {
                self.seen.applies_on_linkedin = Some(true);
            }
        }
        match tag.name() {
            "a" if tag.has_class("topcard__link") => {
                self.seen.note_id(IdPlace::TopCardLink, tag.attribute("href").and_then(|href| id_of_address(&href)));
            }
            "link" if tag.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.seen.note_address(IdPlace::Canonical, tag.attribute("href").as_deref());
            }
            "meta" if tag.attribute("property").is_some_and(|name| name == "og:url") => {
                self.seen.note_address(IdPlace::OpenGraph, tag.attribute("content").as_deref());
            }
            _ => {}
        }
    }

    fn look_at_code(&mut self, tag: &Tag) {
        let Some(id) = tag.attribute("id") else { return };
        match &*id {
            "applyUrl" => self.begin(Field::ApplyUrl, tag),
            "decoratedJobPostingId" => self.begin(Field::DecoratedId, tag),
            id if id.starts_with("bpr-guid-") && self.seen.embedded.len() < MOST_PIECES_OF_DATA => self.begin(Field::Embedded, tag),
            _ => {}
        }
    }

    fn keep(&mut self, field: Field, text: String) {
        let seen = &mut self.seen;
        let said = || words(&text);
        match field {
            Field::Title => seen.title = said(),
            Field::Company => seen.company = said(),
            Field::Location => seen.location = said(),
            Field::Posted => seen.posted = said(),
            Field::Applicants => seen.applicants = said(),
            Field::Salary => seen.salary = said(),
            Field::CriterionName => self.criterion = said(),
            Field::CriterionValue => {
                if let (Some(name), Some(value)) = (self.criterion.take(), said())
                    && seen.criteria.len() < MOST_CRITERIA
                {
                    seen.criteria.push((name, value));
                }
            }
            Field::ApplyUrl => seen.apply_url = seen.apply_url.take().or_else(|| apply_target(&text)),
            Field::DecoratedId => seen.note_id(IdPlace::Decorated, posting_id(text.trim().trim_matches('"')).map(str::to_owned)),
            Field::Embedded => seen.embedded.push(text),
            Field::Structured => seen.structured.push(text),
        }
    }
}

impl Listener for Reading {
    fn start(&mut self, tag: &Tag) {
        if let Some((element, writer)) = &mut self.description {
            element.start(tag);
            writer.start(tag);
        } else if let Some((field, capture)) = &mut self.capture {
            capture.start(tag);
            if *field == Field::Company && tag.has_class("topcard__org-name-link") {
                self.seen.company_href = tag.attribute("href").map(Into::into);
            }
        } else {
            self.look(tag);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, writer)) = &mut self.description {
            writer.text(text);
        } else if let Some((_, capture)) = &mut self.capture {
            capture.text(text);
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((element, writer)) = &mut self.description {
            if element.end(name).is_none() {
                writer.end(name);
            } else if let Some((_, writer)) = self.description.take() {
                self.seen.description = writer.finish();
            }
            return;
        }
        if let Some((field, capture)) = &mut self.capture {
            if let Some(text) = capture.end(name) {
                let field = *field;
                self.capture = None;
                self.keep(field, text);
            }
            return;
        }
        if name == "ul" {
            self.in_criteria = self.in_criteria.saturating_sub(1);
        }
    }

    fn comment(&mut self, text: &str) {
        match &mut self.capture {
            // LinkedIn puts the content of its `code` elements into comments.
            Some((Field::ApplyUrl | Field::DecoratedId | Field::Embedded, capture)) => capture.text(text),
            Some(_) => {}
            None => {
                // What browsers write on top of a page that they save: saved from url=(0049)https://…
                if let Some((_, address)) = text.split_once("saved from url=(").and_then(|(_, rest)| rest.split_once(')')) {
                    self.seen.note_address(IdPlace::SavedFrom, Some(address));
                }
            }
        }
    }
}

/// The address of the employer's own form: JSON text, which may lead through LinkedIn's page for leaving it.
fn apply_target(text: &str) -> Option<String> {
    let text = text.trim();
    let text = serde_json::from_str::<String>(text).unwrap_or_else(|_| text.trim_matches('"').to_owned());
    let url = url::Url::parse(&address(&text)?).ok()?;
    if !is_linkedins(&url) {
        return Some(url.into());
    }
    let target = url.query_pairs().find(|(name, _)| name == "url").map(|(_, target)| target.into_owned())?;
    address(&target)
}
