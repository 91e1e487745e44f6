//! The export of a list of postings: which list, in which order, and that in words.

use jiff::Timestamp;
use sluice_api::PostingsQuery;
use sluice_api::wording::posting as wording;

use super::Choice;
use crate::domain::tracker::PostingFilter;
use crate::http::api::postings::checked_sort;
use crate::http::pages::postings::question::{PATH, Question};
use crate::http::problem::Failure;
use crate::http::{query, wire};

/// Orders that stay as they are while people work, as the form offers them.
const ORDERS: [(&str, &str); 7] = [
    ("-created_at", "Those that came in last first"),
    ("created_at", "In the order in which they came in"),
    ("-posted_at", "Posted last first"),
    ("title", "By title"),
    ("company", "By company"),
    ("location", "By place"),
    ("-salary", "Highest pay first"),
];

/// The list that is to be exported, as its address asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List(Question);

impl List {
    /// What this list shows, all of its pages. The order is named, so that there is something behind the question mark in any case.
    pub fn of(question: &Question) -> Self {
        let sort = question.sort.clone().filter(|sort| !sort.is_empty()).unwrap_or_else(|| ORDERS[0].0.to_owned());
        Self(Question { sort: Some(sort), ..question.first_page() })
    }

    /// The list of which an export was asked for at that time. What was due or posted lately then is what is so now.
    pub fn exported(filter: &PostingFilter, sort: &str, descending: bool, asked_at: Timestamp) -> Self {
        const DAY_S: i64 = 24 * 3_600;
        let query = wire::posting::query(filter);
        // The nearest whole day: a moment passes between asking and being stored.
        let days = |after: Timestamp| (asked_at.as_second() - after.as_second() + DAY_S / 2).max(0) / DAY_S;
        Self(Question {
            status: query.status,
            q: query.q,
            location: query.location,
            workplace: query.workplace,
            employment_type: query.employment_type,
            seniority: query.seniority,
            easy_apply: query.easy_apply,
            stars: query.stars,
            closed: query.closed,
            days: query.posted_after.map(|after| u16::try_from(days(after)).unwrap_or(u16::MAX)),
            hidden: query.hidden,
            new: query.new,
            due: query.reminder_before.map(|_| true),
            company_id: query.company_id,
            job_id: query.job_id,
            sort: Some(format!("{}{sort}", if descending { "-" } else { "" })),
            ..Question::default()
        })
    }

    /// `address` is what stands behind the question mark of the list's address; `sort` the order that was chosen in the form.
    pub fn read(address: &str, sort: Option<&str>) -> Result<Self, Failure> {
        let mut question = query::parse::<Question>(address)?.first_page();
        if let Some(sort) = sort {
            question.sort = Some(sort.to_owned());
        }
        Ok(Self(question))
    }

    /// As the API is asked.
    pub fn query(&self, now: Timestamp) -> PostingsQuery {
        PostingsQuery { sort: self.0.sort.clone().filter(|sort| !sort.is_empty()), ..self.0.query(now) }
    }

    /// The address of the list.
    pub fn href(&self) -> String {
        self.0.address()
    }

    /// What the form of its export carries: the address behind its question mark.
    pub fn carried(&self) -> String {
        let address = self.href();
        address.strip_prefix(PATH).map(|rest| rest.trim_start_matches('?').to_owned()).unwrap_or_default()
    }

    /// The orders to choose from, with that of the list chosen where it will do.
    pub fn orders(&self) -> Vec<Choice> {
        let asked = self.0.sort.as_deref().filter(|sort| !sort.is_empty()).unwrap_or(ORDERS[0].0);
        let mut orders: Vec<Choice> = ORDERS
            .iter()
            .map(|(word, name)| Choice { word: (*word).to_owned(), name: (*name).to_owned(), hint: "", chosen: *word == asked })
            .collect();
        let is_steady = checked_sort(Some(asked)).is_ok_and(|(sort, _)| sort.is_steady());
        if is_steady && !orders.iter().any(|order| order.chosen) {
            orders.push(Choice { word: asked.to_owned(), name: "As the list".to_owned(), hint: "", chosen: true });
        }
        orders
    }

    /// The filters in words.
    pub fn chips(&self) -> Vec<(&'static str, String)> {
        let question = &self.0;
        let plain = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let yes = |flag: Option<bool>, on: &str, off: &str| flag.map(|flag| if flag { on } else { off }.to_owned());
        let chips = [
            ("Status", plain(&question.status)),
            ("Seen", question.new.filter(|new| *new).map(|_| "not opened yet".to_owned())),
            ("Reminder", question.due.filter(|due| *due).map(|_| "due".to_owned())),
            ("Hidden", question.hidden.filter(|hidden| *hidden).map(|_| "hidden ones".to_owned())),
            ("Words", plain(&question.q)),
            ("Place", plain(&question.location)),
            ("Workplace", question.workplace.map(|of| wording::workplace(of).to_owned())),
            ("Type", question.employment_type.map(|of| wording::employment_type(of).to_owned())),
            ("Level", question.seniority.map(|of| wording::seniority(of).to_owned())),
            ("Apply", yes(question.easy_apply, "on LinkedIn", "elsewhere")),
            ("Stars", question.stars.map(|stars| format!("{stars} or more"))),
            ("Applications", yes(question.closed, "closed", "open")),
            ("Posted", question.days.map(|days| format!("within {days} days"))),
            ("Company", plain(&question.company_id).map(|_| "one alone".to_owned())),
            ("Brought by", plain(&question.job_id).map(|_| "one job".to_owned())),
        ];
        chips.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::api::postings::checked_filter;

    fn list(address: &str, sort: Option<&str>) -> List {
        List::read(address, sort).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    fn chosen(list: &List) -> Vec<String> {
        list.orders().into_iter().filter(|order| order.chosen).map(|order| order.word).collect()
    }

    #[test]
    fn a_list_is_carried_whole_but_for_its_page() {
        let asked = list("status=saved&q=rust+%26+go&stars=3&days=7&sort=-title&page=4", None);
        assert_eq!(asked.carried(), "status=saved&q=rust+%26+go&stars=3&days=7&sort=-title");
        assert_eq!(list(&asked.carried(), None), asked);
        assert_eq!(List::of(&Question::default()).carried(), "sort=-created_at");
        let query = asked.query("2026-03-10T12:00:00Z".parse().expect("a time"));
        assert_eq!((query.sort.as_deref(), query.stars, query.q.as_deref()), (Some("-title"), Some(3), Some("rust & go")));
        assert_eq!(
            asked.chips(),
            [("Status", "saved".into()), ("Words", "rust & go".into()), ("Stars", "3 or more".into()), ("Posted", "within 7 days".into())]
        );
    }

    #[test]
    fn an_export_leads_back_to_its_list() {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().expect("a time");
        for address in [
            "sort=-created_at",
            "status=saved%2Capplied&due=true&q=rust&stars=3&closed=false&days=7&sort=title",
            "new=true&workplace=remote&sort=-salary",
        ] {
            let asked = list(address, None);
            let filter = checked_filter(&asked.query(now)).unwrap_or_else(|failure| panic!("{failure:?}"));
            let (sort, descending) = checked_sort(asked.query(now).sort.as_deref()).unwrap_or_else(|failure| panic!("{failure:?}"));
            assert_eq!(List::exported(&filter, sort.word(), descending, now).carried(), address);
        }
    }

    #[test]
    fn an_order_that_moves_is_not_chosen_and_any_other_is_kept() {
        assert_eq!(chosen(&list("", None)), ["-created_at"]);
        assert_eq!(chosen(&list("sort=-title", None)), ["-title"]);
        assert_eq!(chosen(&list("sort=-stars", None)), Vec::<String>::new());
        assert_eq!(chosen(&list("sort=-stars", Some("title"))), ["title"]);
        assert!(List::read("stars=many", None).is_err());
    }
}
