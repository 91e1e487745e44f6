//! What may be asked of the items of a review: filters, orders and places.

use serde_json::{Value as Json, json};
use sluice_api::{ReviewFilter, ReviewItemsQuery};

use crate::domain::review::ItemFilter;
use crate::http::listing::foreign_cursor;
use crate::http::problem::{Failure, refused};
use crate::http::wire::review as wire;
use crate::store::reviews::{ItemSort, Place};

/// Longer words look for nothing.
const LONGEST_WORDS: usize = 300;

/// The filter of a list.
pub fn filter_of(query: &ReviewItemsQuery) -> ReviewFilter {
    ReviewFilter {
        decision: query.decision,
        mark: query.mark,
        q: query.q.clone(),
        title: query.title.clone(),
        company: query.company.clone(),
        location: query.location.clone(),
        network_distance: query.network_distance,
    }
}

/// A filter that can be carried out.
pub fn checked_filter(given: &ReviewFilter) -> Result<ItemFilter, Failure> {
    let mut wrong = Vec::new();
    let mut words = |field: &str, text: &Option<String>| {
        let text = text.clone().unwrap_or_default();
        if text.chars().count() > LONGEST_WORDS {
            let message = format!("This must be {LONGEST_WORDS} characters at most.");
            wrong.push(refused(field, "too_long", Json::Null, message));
        }
        text
    };
    let mut filter = ItemFilter {
        decision: given.decision.map(wire::decision_from),
        mark: given.mark.map(wire::mark_from),
        words: words("q", &given.q),
        title: words("title", &given.title),
        company: words("company", &given.company),
        location: words("location", &given.location),
        network_distance: None,
    };
    match given.network_distance {
        None => {}
        Some(1) => filter.network_distance = Some("first".into()),
        Some(2) => filter.network_distance = Some("second".into()),
        Some(3) => filter.network_distance = Some("third".into()),
        Some(other) => wrong.push(refused("network_distance", "out_of_range", other, "This must be 1, 2 or 3.")),
    }
    if wrong.is_empty() { Ok(filter) } else { Err(Failure::invalid(wrong)) }
}

/// An order from the list of those that there are, and whether it is turned round.
pub fn checked_sort(word: Option<&str>) -> Result<(ItemSort, bool), Failure> {
    let Some(word) = word else { return Ok((ItemSort::Position, false)) };
    let (name, descending) = match word.strip_prefix('-') {
        Some(name) => (name, true),
        None => (word, false),
    };
    ItemSort::from_word(name).map(|sort| (sort, descending)).ok_or_else(|| {
        let message = "Use position, name, title, company or location, with a leading - to turn the order round.";
        Failure::invalid(vec![refused("sort", "unknown_value", word.chars().take(100).collect::<String>(), message)])
    })
}

/// A place as cursors carry it.
pub fn place_text(place: &Place) -> String {
    json!([place.number, place.key]).to_string()
}

pub fn place_of(text: &str) -> Result<Place, Failure> {
    let (number, key) = serde_json::from_str(text).map_err(|_| foreign_cursor())?;
    Ok(Place { number, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_cursor() {
        for key in [None, Some("o'hara, \"x\"".to_owned())] {
            let place = Place { number: 7 << 24 | 12, key };
            assert_eq!(place_of(&place_text(&place)).expect("a place"), place);
        }
        assert!(place_of("12").is_err() && place_of("[\"x\",null]").is_err());
    }
}
