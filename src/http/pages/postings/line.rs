//! A posting as pages show it in a line or on a card: every word ready to be written.

use jiff::Timestamp;
use sluice_api::wording::day;
use sluice_api::wording::numbers::count;
use sluice_api::wording::posting as wording;
use sluice_api::{ApplicationStatus, Posting};

use crate::http::pages::job_view::hue;
use crate::http::pages::moment::{Clock, Moment};

#[derive(Debug, Clone)]
pub struct Line {
    pub id: String,
    pub href: String,
    pub title: String,
    pub company: Option<Company>,
    pub place: Option<String>,
    pub workplace: Option<&'static str>,
    /// "Full-time · Mid-senior level".
    pub kind: String,
    pub pay: Option<String>,
    pub posted: Option<Day>,
    pub stars: Option<Stars>,
    pub status: StatusView,
    pub applied: Option<Moment>,
    pub reminder: Option<Moment>,
    pub reminder_is_due: bool,
    pub is_new: bool,
    pub is_closed: bool,
    pub is_repost: bool,
    pub is_hidden: bool,
    pub easy_apply: bool,
}

#[derive(Debug, Clone)]
pub struct Company {
    pub name: String,
    /// Its postings; empty while it is not known under an id.
    pub href: String,
}

/// Where an application stands.
#[derive(Debug, Clone)]
pub struct StatusView {
    /// As forms spell it; `none` for a posting that nobody saved.
    pub word: &'static str,
    pub label: String,
    pub sign: char,
    pub hue: &'static str,
}

/// A day, for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub iso: String,
    pub words: String,
    pub exact: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stars {
    pub number: u8,
    /// "★★★☆☆".
    pub drawn: String,
    pub words: String,
}

impl Line {
    pub fn new(posting: &Posting, clock: &Clock) -> Self {
        let kind = [posting.employment_type.map(wording::employment_type), posting.seniority.map(wording::seniority)];
        Self {
            id: posting.id.clone(),
            href: format!("/postings/{}", posting.id),
            title: wording::title(posting),
            company: posting.company_name.clone().map(|name| Company {
                name,
                href: posting.company_id.as_ref().map(|id| format!("/postings?company_id={id}")).unwrap_or_default(),
            }),
            place: posting.location.clone(),
            workplace: posting.workplace.map(wording::workplace),
            kind: kind.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            pay: posting.salary.as_ref().and_then(wording::salary),
            posted: posting.posted_at.map(|at| Day::new(at, clock)),
            stars: posting.stars.map(Stars::new),
            status: StatusView::new(posting.status),
            applied: posting.applied_at.map(|at| clock.moment(at)),
            reminder: posting.next_reminder_at.map(|at| clock.moment(at)),
            reminder_is_due: posting.next_reminder_at.is_some_and(|at| at <= clock.now),
            is_new: posting.seen_at.is_none(),
            is_closed: posting.closed_at.is_some(),
            is_repost: posting.repost_of.is_some(),
            is_hidden: posting.hidden,
            easy_apply: posting.easy_apply == Some(true),
        }
    }
}

impl StatusView {
    pub fn new(status: Option<ApplicationStatus>) -> Self {
        let state = wording::status(status);
        Self { word: word(status), label: state.word, sign: state.sign, hue: hue(state.hue) }
    }
}

/// Every status in the order in which applications usually go, and none before them.
pub const STATUSES: [Option<ApplicationStatus>; 7] = [
    None,
    Some(ApplicationStatus::Saved),
    Some(ApplicationStatus::Applied),
    Some(ApplicationStatus::Interviewing),
    Some(ApplicationStatus::Offer),
    Some(ApplicationStatus::Rejected),
    Some(ApplicationStatus::Withdrawn),
];

/// A status as forms and addresses spell it.
pub fn word(status: Option<ApplicationStatus>) -> &'static str {
    match status {
        None => "none",
        Some(ApplicationStatus::Saved) => "saved",
        Some(ApplicationStatus::Applied) => "applied",
        Some(ApplicationStatus::Interviewing) => "interviewing",
        Some(ApplicationStatus::Offer) => "offer",
        Some(ApplicationStatus::Rejected) => "rejected",
        Some(ApplicationStatus::Withdrawn) => "withdrawn",
    }
}

/// All of them, to choose from.
pub fn statuses() -> Vec<StatusView> {
    STATUSES.into_iter().map(StatusView::new).collect()
}

impl Day {
    /// By the workspace's calendar.
    pub fn new(at: Timestamp, clock: &Clock) -> Self {
        Self {
            iso: day::date(at, &clock.zone).to_string(),
            words: day::words(at, clock.now, &clock.zone),
            exact: day::exact(at, &clock.zone),
        }
    }
}

impl Stars {
    fn new(number: u8) -> Self {
        let filled = usize::from(number.min(5));
        Self {
            number,
            drawn: "★".repeat(filled) + &"☆".repeat(5 - filled),
            words: format!("{} of 5", count(u64::from(number), "star", "stars")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_drawn_and_told() {
        assert_eq!((Stars::new(3).drawn.as_str(), Stars::new(3).words.as_str()), ("★★★☆☆", "3 stars of 5"));
        assert_eq!(Stars::new(1).words, "1 star of 5");
    }
}
