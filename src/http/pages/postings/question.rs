//! What is asked of the list of postings: filters, order and page, all in its address.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sluice_api::{EmploymentType, PostingSeniority, PostingsQuery, Workplace};
use url::form_urlencoded::Serializer;

use crate::store::postings::PostingSort;

pub const PATH: &str = "/postings";
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The address of the list, behind the question mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Question {
    /// As the API takes it: statuses between commas, `none` or `any`.
    pub status: Option<String>,
    pub q: Option<String>,
    pub location: Option<String>,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    pub seniority: Option<PostingSeniority>,
    pub easy_apply: Option<bool>,
    pub stars: Option<u8>,
    pub closed: Option<bool>,
    /// Posted within so many days.
    pub days: Option<u16>,
    pub hidden: Option<bool>,
    pub new: Option<bool>,
    /// A follow-up is due.
    pub due: Option<bool>,
    pub company_id: Option<String>,
    pub job_id: Option<String>,
    pub sort: Option<String>,
    pub page: Option<u32>,
    /// Where the page begins, in lists longer than are paged by number.
    pub after: Option<String>,
    /// The posting that is read beside the list.
    pub selected: Option<String>,
}

impl Question {
    /// As the API is asked, at this time.
    pub fn query(&self, now: Timestamp) -> PostingsQuery {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        PostingsQuery {
            job_id: said(&self.job_id),
            status: said(&self.status),
            q: said(&self.q),
            company_id: said(&self.company_id),
            location: said(&self.location),
            workplace: self.workplace,
            employment_type: self.employment_type,
            seniority: self.seniority,
            easy_apply: self.easy_apply,
            stars: self.stars,
            hidden: self.hidden,
            closed: self.closed,
            new: self.new,
            reminder_before: self.due.filter(|due| *due).map(|_| now),
            posted_after: self.days.map(|days| now - DAY.saturating_mul(u32::from(days))),
            ..PostingsQuery::default()
        }
    }

    /// The filters that the form has, those of the tabs left out.
    pub fn is_narrowed(&self) -> bool {
        let tab = Self {
            status: self.status.clone(),
            hidden: self.hidden,
            new: self.new,
            due: self.due,
            sort: self.sort.clone(),
            page: self.page,
            after: self.after.clone(),
            selected: self.selected.clone(),
            ..Self::default()
        };
        *self != tab
    }

    /// Everything that narrows the list, as fields of a form.
    pub fn filter_fields(&self) -> Vec<(&'static str, String)> {
        let word = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
        let yes = |value: Option<bool>| value.map(|yes| yes.to_string());
        let fields = [
            ("status", word(&self.status)),
            ("new", yes(self.new)),
            ("due", yes(self.due)),
            ("hidden", yes(self.hidden)),
            ("q", word(&self.q)),
            ("location", word(&self.location)),
            ("workplace", self.workplace.and_then(|word| spelled(&word))),
            ("employment_type", self.employment_type.and_then(|word| spelled(&word))),
            ("seniority", self.seniority.and_then(|word| spelled(&word))),
            ("easy_apply", yes(self.easy_apply)),
            ("stars", self.stars.map(|stars| stars.to_string())),
            ("closed", yes(self.closed)),
            ("days", self.days.map(|days| days.to_string())),
            ("company_id", word(&self.company_id)),
            ("job_id", word(&self.job_id)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// What the form of filters carries along: the tab, where one came from, and the order.
    pub fn carried(&self) -> Vec<(&'static str, String)> {
        const CARRIED: [&str; 6] = ["status", "new", "due", "hidden", "company_id", "job_id"];
        let sort = self.sort.clone().filter(|sort| !sort.is_empty()).map(|sort| ("sort", sort));
        self.filter_fields().into_iter().filter(|(name, _)| CARRIED.contains(name)).chain(sort).collect()
    }

    /// The address of this question.
    pub fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in self.filter_fields() {
            query.append_pair(name, &value);
        }
        let places = [
            ("sort", self.sort.clone()),
            ("page", self.page.map(|page| page.to_string())),
            ("after", self.after.clone()),
            ("selected", self.selected.clone()),
        ];
        for (name, value) in places {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(name, &value);
            }
        }
        let query = query.finish();
        if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }
    }

    /// The same page of the list with nothing beside it.
    pub fn alone(&self) -> Self {
        Self { selected: None, ..self.clone() }
    }

    /// The same list from its beginning.
    pub fn first_page(&self) -> Self {
        Self { page: None, after: None, selected: None, ..self.clone() }
    }

    /// The same list in this order; turned round when it is in it already. Days, stars and pay begin with the most.
    pub fn sorted_by(&self, sort: PostingSort) -> Self {
        let word = sort.word();
        let (up, down) = (word.to_owned(), format!("-{word}"));
        let begins_high = matches!(sort, PostingSort::Created | PostingSort::Posted | PostingSort::Stars | PostingSort::Salary);
        let sort = match self.sort.as_deref() {
            Some(now) if now == up => down,
            Some(now) if now == down => up,
            _ if begins_high => down,
            _ => up,
        };
        Self { sort: Some(sort), ..self.first_page() }
    }
}

fn spelled(word: &impl Serialize) -> Option<String> {
    serde_json::to_value(word).ok()?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_survives_its_address() {
        let asked = "status=saved%2Capplied&q=rust+%26+go&workplace=on_site&easy_apply=false&stars=3&days=7&sort=-posted_at&page=3";
        let question: Question = crate::http::query::parse(asked).expect("a question");
        assert_eq!(question.address(), format!("{PATH}?{asked}"));
        assert_eq!(question.carried(), [("status", "saved,applied".to_owned()), ("sort", "-posted_at".to_owned())]);
        assert!(question.is_narrowed());
        let tab: Question = crate::http::query::parse("status=saved&q=&workplace=&page=2").expect("a question");
        assert_eq!((tab.is_narrowed(), Question::default().address()), (false, PATH.to_owned()));
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().expect("a time");
        let query = Question { due: Some(true), days: Some(7), ..Question::default() }.query(now);
        assert_eq!((query.reminder_before, query.posted_after), (Some(now), "2026-03-03T12:00:00Z".parse().ok()));
    }

    #[test]
    fn an_order_begins_with_what_people_look_for_first() {
        let sorted = |question: &Question, sort| question.sorted_by(sort).sort.unwrap_or_default();
        let none = Question { page: Some(4), ..Question::default() };
        assert_eq!((sorted(&none, PostingSort::Title), sorted(&none, PostingSort::Posted)), ("title".into(), "-posted_at".into()));
        let posted = none.sorted_by(PostingSort::Posted);
        assert_eq!((sorted(&posted, PostingSort::Posted), posted.page), ("posted_at".into(), None));
    }
}
