//! What may be asked of the list of postings: filters, orders and places.

use serde_json::Value as Json;
use sluice_api::{PostingsQuery, ValidationError};

use crate::domain::Micros;
use crate::domain::tracker::{ApplicationStatus, PostingFilter};
use crate::http::listing::foreign_cursor;
use crate::http::problem::{Failure, refused};
use crate::http::wire;
use crate::store::postings::{Place, PostingSort};

/// Longer words look for nothing.
const LONGEST_WORDS: usize = 300;

/// A filter that can be carried out.
pub fn checked_filter(query: &PostingsQuery) -> Result<PostingFilter, Failure> {
    let mut wrong = Vec::new();
    let filter = PostingFilter {
        hidden: query.hidden.unwrap_or(false),
        job_id: id("job_id", query.job_id.as_deref(), "job", &mut wrong),
        linkedin_id: query.linkedin_id.clone(),
        statuses: statuses(query.status.as_deref(), &mut wrong),
        words: words("q", query.q.as_deref(), &mut wrong),
        location: words("location", query.location.as_deref(), &mut wrong),
        company_id: id("company_id", query.company_id.as_deref(), "company", &mut wrong),
        workplace: query.workplace.map(wire::workplace_from),
        employment_type: query.employment_type.map(wire::employment_type_from),
        seniority: query.seniority.map(wire::posting_seniority_from),
        easy_apply: query.easy_apply,
        stars: query.stars.map(i64::from),
        closed: query.closed,
        new: query.new,
        reminder_before: query.reminder_before.map(|at| Micros(at.as_microsecond())),
        posted_after: query.posted_after.map(|at| Micros(at.as_microsecond())),
    };
    if query.stars.is_some_and(|stars| !(1..=5).contains(&stars)) {
        wrong.push(refused("stars", "out_of_range", query.stars, "This must be from 1 to 5."));
    }
    if wrong.is_empty() { Ok(filter) } else { Err(Failure::invalid(wrong)) }
}

fn id<T: std::str::FromStr>(field: &str, given: Option<&str>, what: &str, wrong: &mut Vec<ValidationError>) -> Option<T> {
    let text = given?;
    let id = text.parse().ok();
    if id.is_none() {
        let message = format!("This is no id of a {what}; ids look like 01890a5d-ac96-774b-bcce-b302099a8057.");
        wrong.push(refused(field, "invalid_value", text.chars().take(100).collect::<String>(), message));
    }
    id
}

fn words(field: &str, given: Option<&str>, wrong: &mut Vec<ValidationError>) -> String {
    let text = given.unwrap_or_default().to_owned();
    if text.chars().count() > LONGEST_WORDS {
        wrong.push(refused(field, "too_long", Json::Null, format!("This must be {LONGEST_WORDS} characters at most.")));
    }
    text
}

/// Statuses between commas; `none` is a posting without one, and `any` all that have one.
fn statuses(given: Option<&str>, wrong: &mut Vec<ValidationError>) -> Vec<Option<ApplicationStatus>> {
    let mut statuses = Vec::new();
    for word in given.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match (word, ApplicationStatus::from_word(word)) {
            (_, Some(status)) => statuses.push(Some(status)),
            ("none", _) => statuses.push(None),
            ("any", _) => statuses.extend(ApplicationStatus::ALL.iter().copied().map(Some)),
            _ => {
                let known: Vec<&str> = ApplicationStatus::ALL.iter().map(|status| status.as_str()).collect();
                let message = format!("There is no status {word}; use {}, none or any, with commas between.", known.join(", "));
                wrong.push(refused("status", "unknown_value", word.chars().take(100).collect::<String>(), message));
                break;
            }
        }
    }
    let mut seen = Vec::new();
    statuses.retain(|status| {
        let is_first = !seen.contains(status);
        seen.push(*status);
        is_first
    });
    statuses
}

/// An order from the list of those that there are, and whether it is turned round; the newest first when nothing is said.
pub fn checked_sort(word: Option<&str>) -> Result<(PostingSort, bool), Failure> {
    let Some(word) = word else { return Ok((PostingSort::Created, true)) };
    let (name, descending) = match word.strip_prefix('-') {
        Some(name) => (name, true),
        None => (word, false),
    };
    PostingSort::from_word(name).map(|sort| (sort, descending)).ok_or_else(|| {
        let known: Vec<&str> = PostingSort::ALL.iter().map(|sort| sort.word()).collect();
        let message = format!("Use {}, with a leading - to turn the order round.", known.join(", "));
        Failure::invalid(vec![refused("sort", "unknown_value", word.chars().take(100).collect::<String>(), message)])
    })
}

/// Whether the descriptions are wanted too.
pub fn wants_texts(fields: Option<&str>) -> Result<bool, Failure> {
    match fields {
        None => Ok(true),
        Some("summary") => Ok(false),
        Some(other) => {
            let message = "Use summary to leave the descriptions out, or leave this out to have everything.";
            Err(Failure::invalid(vec![refused("fields", "unknown_value", other.chars().take(100).collect::<String>(), message)]))
        }
    }
}

/// A place as cursors carry it.
pub fn place_text(place: &Place) -> String {
    wire::json(place).to_string()
}

/// A place in a list of this order.
pub fn place_of(text: &str, sort: PostingSort) -> Result<Place, Failure> {
    serde_json::from_str::<Place>(text).ok().filter(|place| place.is_of(sort)).ok_or_else(foreign_cursor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postings::SortKey;

    fn status(text: &str) -> Result<Vec<Option<ApplicationStatus>>, Failure> {
        checked_filter(&PostingsQuery { status: Some(text.into()), ..PostingsQuery::default() }).map(|filter| filter.statuses)
    }

    #[test]
    fn statuses_are_read_between_commas() {
        use ApplicationStatus::{Applied, Saved};
        assert_eq!(status("saved, applied,saved").ok(), Some(vec![Some(Saved), Some(Applied)]));
        assert_eq!(status("none,saved").ok(), Some(vec![None, Some(Saved)]));
        assert_eq!(status("any").map(|statuses| statuses.len()).ok(), Some(6));
        assert_eq!(status("").ok(), Some(Vec::new()));
        assert!(status("saved,hired").is_err_and(|failure| failure.has_field("status")));
    }

    #[test]
    fn a_place_survives_its_cursor_and_serves_lists_of_its_kind_alone() {
        let text = Place { number: 7, key: Some(SortKey::Text("o'hara, \"x\"".into())) };
        let number = Place { number: 8, key: Some(SortKey::Number(-3)) };
        let none = Place { number: 9, key: None };
        let read = |place: &Place, sort| place_of(&place_text(place), sort).ok();
        assert_eq!(read(&text, PostingSort::Title), Some(text.clone()));
        assert_eq!(read(&number, PostingSort::Stars), Some(number.clone()));
        assert_eq!((read(&none, PostingSort::Title), read(&none, PostingSort::Created)), (Some(none.clone()), Some(none)));
        assert_eq!((read(&text, PostingSort::Stars), read(&number, PostingSort::Title)), (None, None));
        assert_eq!((read(&number, PostingSort::Created), place_of("[1]", PostingSort::Title).ok()), (None, None));
    }
}
