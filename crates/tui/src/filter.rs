//! What is asked of a list of postings, and how that is said.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sluice_api::wording::posting as words;
use sluice_api::{ApplicationStatus, EmploymentType, PostingSeniority, PostingsQuery, Workplace};

pub const STATUSES: [ApplicationStatus; 6] = [
    ApplicationStatus::Saved,
    ApplicationStatus::Applied,
    ApplicationStatus::Interviewing,
    ApplicationStatus::Offer,
    ApplicationStatus::Rejected,
    ApplicationStatus::Withdrawn,
];
pub const WORKPLACES: [Workplace; 3] = [Workplace::OnSite, Workplace::Hybrid, Workplace::Remote];
pub const TYPES: [EmploymentType; 7] = [
    EmploymentType::FullTime,
    EmploymentType::PartTime,
    EmploymentType::Contract,
    EmploymentType::Temporary,
    EmploymentType::Internship,
    EmploymentType::Volunteer,
    EmploymentType::Other,
];
pub const LEVELS: [PostingSeniority; 6] = [
    PostingSeniority::Internship,
    PostingSeniority::Entry,
    PostingSeniority::Associate,
    PostingSeniority::MidSenior,
    PostingSeniority::Director,
    PostingSeniority::Executive,
];

/// Which postings by their status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tracked {
    #[default]
    All,
    /// With any status.
    Any,
    /// Without one.
    None,
    One(ApplicationStatus),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Added,
    Posted,
    Title,
    Company,
    Place,
    Status,
    Stars,
    Pay,
}

impl Order {
    const ALL: [Order; 8] =
        [Order::Added, Order::Posted, Order::Title, Order::Company, Order::Place, Order::Status, Order::Stars, Order::Pay];

    fn key(self) -> &'static str {
        match self {
            Order::Added => "created_at",
            Order::Posted => "posted_at",
            Order::Title => "title",
            Order::Company => "company",
            Order::Place => "location",
            Order::Status => "status",
            Order::Stars => "stars",
            Order::Pay => "salary",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Order::Added => "added",
            Order::Posted => "posted",
            Order::Title => "title",
            Order::Company => "company",
            Order::Place => "place",
            Order::Status => "status",
            Order::Stars => "stars",
            Order::Pay => "pay",
        }
    }

    /// Newest, most and best go first.
    fn begins_descending(self) -> bool {
        matches!(self, Order::Added | Order::Posted | Order::Stars | Order::Pay)
    }

    pub fn next(self) -> Order {
        let at = Order::ALL.iter().position(|order| *order == self).unwrap_or(0);
        Order::ALL[(at + 1) % Order::ALL.len()]
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub job_id: Option<String>,
    pub words: String,
    pub tracked: Tracked,
    /// Our id and the name.
    pub company: Option<(String, String)>,
    pub location: String,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    pub seniority: Option<PostingSeniority>,
    pub easy_apply: bool,
    pub stars: Option<u8>,
    pub hidden: bool,
    pub open: bool,
    pub new: bool,
    pub due: bool,
    /// Posted within so many hours.
    pub max_age_h: Option<u32>,
    pub order: Order,
    pub descending: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Filter {
            job_id: None,
            words: String::new(),
            tracked: Tracked::All,
            company: None,
            location: String::new(),
            workplace: None,
            employment_type: None,
            seniority: None,
            easy_apply: false,
            stars: None,
            hidden: false,
            open: false,
            new: false,
            due: false,
            max_age_h: None,
            order: Order::Added,
            descending: true,
        }
    }
}

impl Filter {
    /// What a job found, as it came: rows that come later stand below those that are read.
    pub fn of_job(job_id: impl Into<String>) -> Self {
        Filter { job_id: Some(job_id.into()), descending: false, ..Filter::default() }
    }

    /// The same question without what narrows it; job and order stay.
    pub fn widest(&self) -> Self {
        Filter { job_id: self.job_id.clone(), ..self.of_everything() }
    }

    /// Every posting, in the same order.
    pub fn of_everything(&self) -> Self {
        Filter { order: self.order, descending: self.descending, ..Filter::default() }
    }

    /// Whether it asks for less than its job, or all jobs, brought.
    pub fn is_narrow(&self) -> bool {
        *self != self.widest()
    }

    pub fn order_by(&mut self, order: Order) {
        self.order = order;
        self.descending = order.begins_descending();
    }

    /// `now` is what ages and due times are counted from.
    pub fn query(&self, now: Timestamp) -> PostingsQuery {
        let words = |text: &str| if text.trim().is_empty() { None } else { Some(text.trim().to_owned()) };
        let age = |hours: u32| now.checked_sub(SignedDuration::from_hours(hours.into())).ok();
        PostingsQuery {
            job_id: self.job_id.clone(),
            status: match self.tracked {
                Tracked::All => None,
                Tracked::Any => Some("any".to_owned()),
                Tracked::None => Some("none".to_owned()),
                Tracked::One(status) => Some(wire(status).to_owned()),
            },
            q: words(&self.words),
            company_id: self.company.as_ref().map(|(id, _)| id.clone()),
            location: words(&self.location),
            workplace: self.workplace,
            employment_type: self.employment_type,
            seniority: self.seniority,
            easy_apply: self.easy_apply.then_some(true),
            stars: self.stars,
            hidden: self.hidden.then_some(true),
            closed: self.open.then_some(false),
            new: self.new.then_some(true),
            reminder_before: self.due.then_some(now),
            posted_after: self.max_age_h.and_then(age),
            sort: Some(format!("{}{}", if self.descending { "-" } else { "" }, self.order.key())),
            fields: Some("summary".to_owned()),
            ..PostingsQuery::default()
        }
    }

    /// The filter as people read it, in the order of the form.
    pub fn said(&self) -> Vec<String> {
        let mut said = Vec::new();
        if !self.words.trim().is_empty() {
            said.push(format!("“{}”", self.words.trim()));
        }
        match self.tracked {
            Tracked::All => {}
            Tracked::Any => said.push("tracked".to_owned()),
            Tracked::None => said.push("found".to_owned()),
            Tracked::One(status) => said.push(words::status(Some(status)).word.to_lowercase()),
        }
        said.extend(self.company.iter().map(|(_, name)| name.clone()));
        if !self.location.trim().is_empty() {
            said.push(self.location.trim().to_owned());
        }
        said.extend(self.workplace.map(|of| words::workplace(of).to_lowercase()));
        said.extend(self.employment_type.map(|of| words::employment_type(of).to_lowercase()));
        said.extend(self.seniority.map(|of| words::seniority(of).to_lowercase()));
        said.extend(self.stars.map(|stars| format!("{stars}★ or more")));
        said.extend(self.max_age_h.map(|hours| format!("last {hours} h")));
        let marks = [(self.easy_apply, "easy apply"), (self.open, "open"), (self.new, "new"), (self.due, "due"), (self.hidden, "hidden")];
        said.extend(marks.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
        said
    }

    /// "by posted ↓"
    pub fn order_said(&self) -> String {
        format!("by {} {}", self.order.word(), if self.descending { '↓' } else { '↑' })
    }
}

fn wire(status: ApplicationStatus) -> &'static str {
    match status {
        ApplicationStatus::Saved => "saved",
        ApplicationStatus::Applied => "applied",
        ApplicationStatus::Interviewing => "interviewing",
        ApplicationStatus::Offer => "offer",
        ApplicationStatus::Rejected => "rejected",
        ApplicationStatus::Withdrawn => "withdrawn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_asked_and_said_in_the_same_terms() {
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let filter = Filter {
            words: " rust ".into(),
            tracked: Tracked::One(ApplicationStatus::Saved),
            company: Some(("c1".into(), "Alderbank".into())),
            workplace: Some(Workplace::Remote),
            stars: Some(3),
            new: true,
            due: true,
            max_age_h: Some(24),
            ..Filter::of_job("j1")
        };
        let asked = serde_json::to_value(filter.query(now)).unwrap();
        assert_eq!(
            asked,
            serde_json::json!({"job_id": "j1", "status": "saved", "q": "rust", "company_id": "c1", "workplace": "remote", "stars": 3,
                "new": true, "reminder_before": "2026-03-02T12:00:00Z", "posted_after": "2026-03-01T12:00:00Z", "sort": "created_at",
                "fields": "summary"})
        );
        assert_eq!(filter.said(), ["“rust”", "saved", "Alderbank", "remote", "3★ or more", "last 24 h", "new", "due"]);
        assert_eq!(filter.order_said(), "by added ↑");
        assert!(filter.is_narrow());
        assert!(!filter.widest().is_narrow());
        assert_eq!(filter.widest().job_id.as_deref(), Some("j1"));
    }

    #[test]
    fn every_status_has_its_word_on_the_wire() {
        for status in STATUSES {
            assert_eq!(serde_json::to_value(status).unwrap(), wire(status));
        }
    }

    #[test]
    fn a_new_order_begins_with_newest_most_and_best() {
        let mut filter = Filter::default();
        let mut keys = Vec::new();
        for _ in 0..8 {
            keys.push(filter.query(Timestamp::UNIX_EPOCH).sort.unwrap());
            filter.order_by(filter.order.next());
        }
        assert_eq!(keys, ["-created_at", "-posted_at", "title", "company", "location", "status", "-stars", "-salary"]);
    }
}
