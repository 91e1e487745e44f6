//! What is known of a posting, and how a new answer changes it: a poorer one never overwrites a richer.

use jiff::tz::TimeZone;
use serde_json::Value as Json;
use sluice_providers::posting::{Description, EmploymentType, PostingRecord, PostingSeniority, Salary, Shown, Workplace};

use crate::domain::Micros;

/// All that providers said of a posting, but for its number and whether it is closed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offer {
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub location: Option<String>,
    pub country: Option<String>,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    /// As the provider wrote it.
    pub employment_type_text: Option<String>,
    pub seniority: Option<PostingSeniority>,
    /// As the provider wrote it.
    pub seniority_text: Option<String>,
    pub functions: Vec<String>,
    pub industries: Vec<String>,
    pub salary: Option<Salary>,
    pub salary_text: Option<String>,
    pub posted_at: Option<Micros>,
    pub applicants: Option<i64>,
    pub apply_url: Option<String>,
    pub easy_apply: Option<bool>,
    pub description: Option<Description>,
}

/// How much an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// A card of a search, or a page without a description: part of what there is.
    Part,
    /// A posting's own page or row.
    Whole,
}

impl Completeness {
    pub fn of(record: &PostingRecord) -> Self {
        if record.shown == Shown::SearchCard || record.description.is_none() { Self::Part } else { Self::Whole }
    }
}

/// A day's page tells days alone, somewhere on earth: so far apart two times of posting may mean the same day.
const SAME_DAY_US: i64 = 48 * 3_600 * 1_000_000;

impl Offer {
    pub fn of(record: &PostingRecord) -> Self {
        let day = |date: jiff::civil::Date| date.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp());
        Self {
            title: record.title.clone(),
            company_name: record.company.clone(),
            location: record.location.clone(),
            country: record.country.clone(),
            workplace: record.workplace,
            employment_type: record.employment_type,
            employment_type_text: original(
                &record.raw,
                &["Employment type", "formattedEmploymentStatus", "employmentType", "job_employment_type"],
            ),
            seniority: record.seniority,
            seniority_text: original(&record.raw, &["Seniority level", "formattedExperienceLevel", "job_seniority_level"]),
            functions: record.functions.clone(),
            industries: record.industries.clone(),
            salary: record.salary.clone(),
            salary_text: record.salary_text.clone(),
            posted_at: record.posted_at.or_else(|| record.posted_on.and_then(day)).map(|at| Micros(at.as_microsecond())),
            applicants: record.applicants.map(i64::from),
            apply_url: record.apply_url.clone(),
            easy_apply: record.easy_apply,
            description: record.description.clone(),
        }
    }

    /// This with what a later answer says. What the answer leaves out stays; where this is `known` in whole and the answer is a part of it, the
    /// answer only fills gaps.
    #[must_use]
    pub fn with(self, newer: Offer, known: Completeness, newer_is: Completeness) -> Offer {
        let gaps_only = newer_is < known;
        let posted_at = posted(self.posted_at, newer.posted_at, gaps_only);
        let salary_said = newer.salary.is_some() || newer.salary_text.is_some();
        // Text and reading of one answer belong together.
        let (salary, salary_text) = if salary_said && !(gaps_only && (self.salary.is_some() || self.salary_text.is_some())) {
            (newer.salary, newer.salary_text)
        } else {
            (self.salary, self.salary_text)
        };
        let place_is_new = newer.location.is_some() && !(gaps_only && self.location.is_some());
        let (location, country) =
            if place_is_new { (newer.location, newer.country) } else { (self.location, self.country.or(newer.country)) };
        Offer {
            title: chosen(self.title, newer.title, gaps_only),
            company_name: chosen(self.company_name, newer.company_name, gaps_only),
            location,
            country,
            workplace: chosen(self.workplace, newer.workplace, gaps_only),
            employment_type: chosen(self.employment_type, newer.employment_type, gaps_only),
            employment_type_text: chosen(self.employment_type_text, newer.employment_type_text, gaps_only),
            seniority: chosen(self.seniority, newer.seniority, gaps_only),
            seniority_text: chosen(self.seniority_text, newer.seniority_text, gaps_only),
            functions: longer(self.functions, newer.functions, gaps_only),
            industries: longer(self.industries, newer.industries, gaps_only),
            salary,
            salary_text,
            posted_at,
            applicants: chosen(self.applicants, newer.applicants, gaps_only),
            apply_url: chosen(self.apply_url, newer.apply_url, gaps_only),
            easy_apply: chosen(self.easy_apply, newer.easy_apply, gaps_only),
            description: chosen(self.description, newer.description, gaps_only),
        }
    }

    /// What somebody would notice to be different, in words.
    pub fn differences(&self, other: &Offer) -> Vec<&'static str> {
        let compared = [
            ("title", self.title != other.title),
            ("company", self.company_name != other.company_name),
            ("location", self.location != other.location),
            ("workplace", self.workplace != other.workplace),
            ("employment type", self.employment_type != other.employment_type),
            ("seniority", self.seniority != other.seniority),
            ("salary", self.salary != other.salary || self.salary_text != other.salary_text),
            ("description", self.description.as_ref().map(|own| &own.text) != other.description.as_ref().map(|own| &own.text)),
            ("where to apply", self.apply_url != other.apply_url || self.easy_apply != other.easy_apply),
        ];
        compared.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect()
    }
}

fn chosen<T>(own: Option<T>, newer: Option<T>, gaps_only: bool) -> Option<T> {
    if gaps_only { own.or(newer) } else { newer.or(own) }
}

fn longer(own: Vec<String>, newer: Vec<String>, gaps_only: bool) -> Vec<String> {
    if newer.is_empty() || (gaps_only && !own.is_empty()) { own } else { newer }
}

/// A day does not overwrite a moment of about that day.
fn posted(own: Option<Micros>, newer: Option<Micros>, gaps_only: bool) -> Option<Micros> {
    const DAY_US: i64 = 24 * 3_600 * 1_000_000;
    match (own, newer) {
        (Some(own), Some(newer)) => {
            let only_a_day = newer.0 % DAY_US == 0;
            let same = (own.0 - newer.0).abs() < SAME_DAY_US;
            Some(if gaps_only || (only_a_day && same) { own } else { newer })
        }
        (own, newer) => own.or(newer),
    }
}

/// The provider's own words for a field, under whichever name it has them.
fn original(raw: &Json, names: &[&str]) -> Option<String> {
    let places = [Some(raw), raw.get("criteria"), raw.get("json_ld")];
    let said = places.into_iter().flatten().find_map(|place| names.iter().find_map(|name| place.get(*name)?.as_str()));
    said.map(|text| text.trim().chars().take(200).collect::<String>()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page() -> PostingRecord {
        PostingRecord {
            title: Some("Senior Rust Engineer".into()),
            company: Some("Alderbank".into()),
            location: Some("Ghent, Belgium".into()),
            description: Description::from_text("What you will do."),
            posted_at: "2026-11-20T14:30:00Z".parse().ok(),
            employment_type: Some(EmploymentType::FullTime),
            raw: json!({ "criteria": { "Employment type": "Full-time", "Seniority level": "Mid-Senior level" } }),
            ..PostingRecord::new(0, "3912345678", Shown::GuestPage)
        }
    }

    fn card() -> PostingRecord {
        PostingRecord {
            title: Some("Rust Engineer".into()),
            company: Some("Alderbank".into()),
            location: Some("Belgium".into()),
            posted_on: "2026-11-20".parse().ok(),
            salary_text: Some("€65,000/yr".into()),
            ..PostingRecord::new(0, "3912345678", Shown::SearchCard)
        }
    }

    fn merged(first: &PostingRecord, second: &PostingRecord) -> Offer {
        Offer::of(first).with(Offer::of(second), Completeness::of(first), Completeness::of(second))
    }

    #[test]
    fn a_card_fills_the_gaps_of_a_page_and_overwrites_nothing() {
        let after = merged(&page(), &card());
        assert_eq!(after, Offer { salary_text: Some("€65,000/yr".into()), ..Offer::of(&page()) });
    }

    #[test]
    fn a_page_overwrites_a_card_and_leaves_what_it_does_not_say() {
        let after = merged(&card(), &page());
        assert_eq!(after.title.as_deref(), Some("Senior Rust Engineer"));
        assert_eq!(after.salary_text.as_deref(), Some("€65,000/yr"));
        assert_eq!(after.seniority_text.as_deref(), Some("Mid-Senior level"));
    }

    #[test]
    fn immunity_18_a_page_without_its_description_is_a_part_and_empties_nothing() {
        let throttled = PostingRecord { title: Some("…".into()), description: None, ..page() };
        assert_eq!(Completeness::of(&throttled), Completeness::Part);
        assert_eq!(merged(&page(), &throttled), Offer::of(&page()));
    }

    #[test]
    fn a_day_does_not_overwrite_the_moment_and_another_day_does() {
        let at = |text: &str| Some(Micros(text.parse::<jiff::Timestamp>().expect("a time").as_microsecond()));
        let moment = at("2026-11-20T14:30:00Z");
        assert_eq!(posted(moment, at("2026-11-20T00:00:00Z"), false), moment);
        assert_eq!(posted(moment, at("2026-11-27T00:00:00Z"), false), at("2026-11-27T00:00:00Z"));
        assert_eq!(posted(None, moment, true), moment);
    }

    #[test]
    fn differences_are_named_for_people() {
        let before = Offer::of(&page());
        let after = Offer { salary_text: Some("€70,000/yr".into()), easy_apply: Some(true), applicants: Some(9), ..before.clone() };
        assert_eq!(before.differences(&after), ["salary", "where to apply"]);
        assert!(before.differences(&before).is_empty());
    }
}
