//! What somebody looks for, in neutral words, and which of it has to be checked again on what comes back.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EmploymentType, PayPeriod, PostingRecord, PostingSeniority, Workplace};
use crate::fold::fold;

/// All that are given must hold; the values of one list are alternatives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostingQuery {
    pub keywords: Option<String>,
    /// A place in words ("Berlin, Germany"); `geo_id` is more exact and wins.
    pub location: Option<String>,
    /// LinkedIn's number of a place.
    pub geo_id: Option<String>,
    /// Around the place.
    pub distance_miles: Option<u32>,
    pub sort: Option<Sort>,
    /// Posted within so many seconds before now.
    pub max_age_seconds: Option<u64>,
    pub employment_types: Vec<EmploymentType>,
    pub seniorities: Vec<PostingSeniority>,
    pub workplaces: Vec<Workplace>,
    /// LinkedIn's numbers of companies.
    pub company_ids: Vec<String>,
    pub easy_apply: bool,
    /// Yearly pay in whole units of the currency in which it is stated.
    pub min_yearly_pay: Option<u32>,
    /// Takes cards that share no word with the keywords, and goes on behind them: for postings in another language than the keywords.
    pub accept_unrelated: bool,
    /// No more than so many are wanted. A provider that collects by itself, and for money, is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_records: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    Relevance,
    Newest,
}

/// A filter of the query, by its field's name.
pub type FilterName = &'static str;

impl PostingQuery {
    /// The filters in this query that can be checked on a record, to be applied after a search that may have ignored them.
    pub fn checkable_filters(&self) -> Vec<FilterName> {
        let mut names = Vec::new();
        let given = [
            ("max_age_seconds", self.max_age_seconds.is_some()),
            ("employment_types", !self.employment_types.is_empty()),
            ("seniorities", !self.seniorities.is_empty()),
            ("workplaces", !self.workplaces.is_empty()),
            ("company_ids", !self.company_ids.is_empty()),
            ("easy_apply", self.easy_apply),
            ("min_yearly_pay", self.min_yearly_pay.is_some()),
        ];
        for (name, given) in given {
            if given {
                names.push(name);
            }
        }
        names
    }

    /// The first filter that the record fails by what it says. What a record does not say it cannot fail: a card says less than a page, so
    /// asking again once the page is there may find more.
    pub fn failed_filter(&self, record: &PostingRecord, now: Timestamp) -> Option<FilterName> {
        let outside = |list_is_empty: bool, holds: Option<bool>| !list_is_empty && holds == Some(false);
        if let Some(seconds) = self.max_age_seconds
            && is_older(record, now, Duration::from_secs(seconds))
        {
            return Some("max_age_seconds");
        }
        if outside(self.employment_types.is_empty(), record.employment_type.map(|own| self.employment_types.contains(&own))) {
            return Some("employment_types");
        }
        if outside(self.seniorities.is_empty(), record.seniority.map(|own| self.seniorities.contains(&own))) {
            return Some("seniorities");
        }
        if outside(self.workplaces.is_empty(), record.workplace.map(|own| self.workplaces.contains(&own))) {
            return Some("workplaces");
        }
        if outside(self.company_ids.is_empty(), record.company_id.as_ref().map(|own| self.company_ids.contains(own))) {
            return Some("company_ids");
        }
        if self.easy_apply && record.easy_apply == Some(false) {
            return Some("easy_apply");
        }
        if let (Some(wanted), Some(paid)) = (self.min_yearly_pay, most_a_year(record))
            && paid < u64::from(wanted)
        {
            return Some("min_yearly_pay");
        }
        None
    }

    /// Whether the record shares a word with the keywords, in its title or company. True without keywords. Words count as shared when one begins
    /// with the first four letters of the other, so that "Softwareentwickler" and "software engineer" do, or when it is the initials of words that
    /// follow each other: "SRE" and "Site Reliability Engineer".
    pub fn is_related(&self, record: &PostingRecord) -> bool {
        let wanted = self.keyword_stems();
        if wanted.is_empty() {
            return true;
        }
        let said = fold(&format!("{} {}", record.title.as_deref().unwrap_or_default(), record.company.as_deref().unwrap_or_default()));
        let begins = |stem: &String| said.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(stem.as_str()));
        // Scripts that put no spaces between words have no beginnings to compare.
        wanted.iter().any(|stem| if stem.is_ascii() { begins(stem) } else { said.contains(stem.as_str()) }) || self.is_initials_in(&said)
    }

    /// Two letters stand together by chance too often.
    fn is_initials_in(&self, said: &str) -> bool {
        let initials: String = said.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next()).collect();
        let keywords = fold(self.keywords.as_deref().unwrap_or_default());
        let mut words = keywords.split(|c: char| !c.is_alphanumeric()).filter(|word| !matches!(*word, "and" | "or" | "not"));
        words.any(|word| (3..=5).contains(&word.len()) && word.is_ascii() && initials.contains(word))
    }

    fn keyword_stems(&self) -> Vec<String> {
        let keywords = fold(self.keywords.as_deref().unwrap_or_default());
        let words =
            keywords.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !matches!(*word, "and" | "or" | "not"));
        words.map(|word| word.chars().take(4).collect()).collect()
    }
}

/// A day counts whole: what was posted at some time of the last day within the age is not older.
fn is_older(record: &PostingRecord, now: Timestamp, age: Duration) -> bool {
    let Ok(oldest) = now.checked_sub(age) else { return false };
    match (record.posted_at, record.posted_on) {
        (Some(at), _) => at < oldest,
        // Days of a page are days somewhere: the day before is given as well.
        (None, Some(on)) => {
            let day = oldest.to_zoned(jiff::tz::TimeZone::UTC).date();
            on < day.yesterday().unwrap_or(day)
        }
        (None, None) => false,
    }
}

/// The most that is paid in a year, in whole units, where the salary says so by the year.
fn most_a_year(record: &PostingRecord) -> Option<u64> {
    let salary = record.salary.as_ref().filter(|salary| salary.period == Some(PayPeriod::Year))?;
    // An open end may be anything.
    Some(salary.max_hundredths? / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posting::{Salary, Shown};

    fn record(title: &str) -> PostingRecord {
        PostingRecord { title: Some(title.to_owned()), ..PostingRecord::new(0, "3912345678", Shown::SearchCard) }
    }

    #[test]
    fn a_record_fails_only_by_what_it_says() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let query = PostingQuery {
            max_age_seconds: Some(86_400),
            workplaces: vec![Workplace::Remote],
            easy_apply: true,
            min_yearly_pay: Some(80_000),
            company_ids: vec!["7".to_owned()],
            ..PostingQuery::default()
        };
        assert_eq!(query.checkable_filters(), ["max_age_seconds", "workplaces", "company_ids", "easy_apply", "min_yearly_pay"]);
        let silent = record("Engineer");
        assert_eq!(query.failed_filter(&silent, now), None);
        let pay = |max, period| Salary { min_hundredths: None, max_hundredths: Some(max), currency: None, period: Some(period) };
        let cases = [
            (PostingRecord { posted_on: Some("2026-11-19".parse().unwrap()), ..silent.clone() }, Some("max_age_seconds")),
            (PostingRecord { posted_on: Some("2026-11-20".parse().unwrap()), ..silent.clone() }, None),
            (PostingRecord { posted_at: Some("2026-11-21T09:59:59Z".parse().unwrap()), ..silent.clone() }, Some("max_age_seconds")),
            (PostingRecord { workplace: Some(Workplace::Hybrid), ..silent.clone() }, Some("workplaces")),
            (PostingRecord { company_id: Some("8".to_owned()), ..silent.clone() }, Some("company_ids")),
            (PostingRecord { easy_apply: Some(false), ..silent.clone() }, Some("easy_apply")),
            (PostingRecord { salary: Some(pay(7_900_000, PayPeriod::Year)), ..silent.clone() }, Some("min_yearly_pay")),
            (PostingRecord { salary: Some(pay(5_000, PayPeriod::Hour)), ..silent.clone() }, None),
        ];
        for (record, failed) in cases {
            assert_eq!(query.failed_filter(&record, now), failed, "{record:?}");
        }
    }

    #[test]
    fn relation_is_a_shared_beginning_of_a_word() {
        let query = |keywords: &str| PostingQuery { keywords: Some(keywords.to_owned()), ..PostingQuery::default() };
        assert!(query("Softwareentwickler").is_related(&record("Senior Software Engineer")));
        assert!(query("rust AND (developer OR engineer)").is_related(&record("Backend Engineer")));
        assert!(query("ingénieur").is_related(&record("Ingenieur im Bau")));
        assert!(query("SRE").is_related(&record("Senior Site Reliability Engineer")));
        assert!(!query("SRE").is_related(&record("Service Engineer")));
        assert!(!query("qwxz plugh").is_related(&record("Nurse")));
        assert!(!query("rust AND go").is_related(&record("Hand and Face Model")));
        assert!(query("  ").is_related(&record("Nurse")) && PostingQuery::default().is_related(&record("Nurse")));
    }
}
