//! What is asked of a review's page: filters, order, page and person, all in its address.

use serde::Deserialize;
use sluice_api::{Decision, Mark, ReviewFilter};
use url::form_urlencoded::Serializer;

use crate::store::reviews::ItemSort;

/// The address of a review's page, behind the question mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Question {
    pub decision: Option<Decision>,
    pub mark: Option<Mark>,
    pub q: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub location: Option<String>,
    pub network_distance: Option<u8>,
    pub sort: Option<String>,
    pub page: Option<u32>,
    /// Where the page begins, in lists longer than are paged by number.
    pub after: Option<String>,
    /// The person at the side.
    pub item: Option<String>,
}

impl Question {
    pub fn filter(&self) -> ReviewFilter {
        ReviewFilter {
            decision: self.decision,
            mark: self.mark,
            q: self.q.clone(),
            title: self.title.clone(),
            company: self.company.clone(),
            location: self.location.clone(),
            network_distance: self.network_distance,
        }
    }

    pub fn is_filtered(&self) -> bool {
        self.filter() != ReviewFilter::default()
    }

    /// The filters as fields of a form.
    pub fn filter_fields(&self) -> Vec<(&'static str, String)> {
        let word = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
        let fields = [
            ("decision", self.decision.and_then(|decision| spelled(&decision))),
            ("mark", self.mark.and_then(|mark| spelled(&mark))),
            ("q", word(&self.q)),
            ("title", word(&self.title)),
            ("company", word(&self.company)),
            ("location", word(&self.location)),
            ("network_distance", self.network_distance.map(|degree| degree.to_string())),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The address of this question about the review at `path`.
    pub fn address(&self, path: &str) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in self.filter_fields() {
            query.append_pair(name, &value);
        }
        let rest = [
            ("sort", self.sort.clone()),
            ("page", self.page.map(|page| page.to_string())),
            ("after", self.after.clone()),
            ("item", self.item.clone()),
        ];
        for (name, value) in rest {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(name, &value);
            }
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same list from its beginning.
    pub fn first_page(&self) -> Self {
        Self { page: None, after: None, item: None, ..self.clone() }
    }

    /// The same list in this order; turned round when it is in it already.
    pub fn sorted_by(&self, sort: ItemSort) -> Self {
        let word = sort.word();
        let sort = match self.sort.as_deref() {
            Some(now) if now == word => format!("-{word}"),
            _ => word.to_owned(),
        };
        Self { sort: Some(sort), ..self.first_page() }
    }
}

fn spelled(word: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(word).ok()?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_survives_its_address() {
        let asked = "decision=pending&q=zo%C3%AB+%26+co&network_distance=2&sort=-name&page=3";
        let question: Question = crate::http::query::parse(asked).expect("a question");
        assert_eq!(question.address("/reviews/1"), format!("/reviews/1?{asked}"));
        assert_eq!(question.sorted_by(ItemSort::Name).sort.as_deref(), Some("name"));
        assert_eq!(question.sorted_by(ItemSort::Name).sorted_by(ItemSort::Name).sort.as_deref(), Some("-name"));
        assert!(question.is_filtered() && !Question::default().is_filtered());
        assert_eq!(Question::default().address("/reviews/1"), "/reviews/1");
    }
}
