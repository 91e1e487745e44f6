//! The form of a new search: what was written into it, read back as a query, and what is wrong with it.

use std::collections::BTreeMap;

use jiff::civil::Time;
use sluice_providers::{Criteria, Headcount, PeopleQuery, Seniority};

use crate::domain::AccountId;
use crate::domain::search::{DEFAULT_TARGET, MAX_TARGET, Names, SearchArgs};
use crate::domain::timetable::{self, Days};

use crate::jobs::search_prospects::start::Timetable;

/// A field of a search is not longer than this, in bytes; more is cut by nobody and refused by the connector.
const LONGEST_NAME: usize = 255;

/// How whom to look for is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Criteria,
    Url,
    Saved,
}

/// What somebody wrote, as they wrote it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form {
    pub by: By,
    texts: BTreeMap<&'static str, String>,
    pub seniorities: Vec<Seniority>,
    pub headcount: Vec<Headcount>,
    pub degrees: Vec<u8>,
    pub scheduled: bool,
    wrong: Vec<(String, String)>,
    /// What is wrong is not told: nobody has pressed anything yet.
    quiet: bool,
}

/// Fields of one line or of several: what is written there is kept as it is.
const TEXTS: &[&str] = &[
    "keywords",
    "title",
    "first_name",
    "last_name",
    "locations",
    "companies",
    "past_companies",
    "industries",
    "schools",
    "url",
    "saved_search_id",
    "target",
    "account_id",
    "repeat",
    "weekday",
    "at",
    "cron",
    "name",
];

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        let mut form = Self::default();
        form.put("target", DEFAULT_TARGET.to_string());
        form.put("repeat", "weekday");
        form.put("weekday", "1");
        form.put("at", "09:00");
        form
    }

    /// What a browser sends. A field that the form does not have is passed over.
    pub fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.replace("\r\n", "\n");
            match name.as_ref() {
                "by" => form.by = By::from_word(&value),
                "when" => form.scheduled = value == "schedule",
                "seniorities" => form.seniorities.extend(read_word::<Seniority>(&value)),
                "headcount" => form.headcount.extend(read_word::<Headcount>(&value)),
                "network_distance" => form.degrees.extend(value.parse::<u8>().ok()),
                name => {
                    if let Some(known) = TEXTS.iter().find(|known| **known == name) {
                        form.put(known, value);
                    }
                }
            }
        }
        form
    }

    /// The form that would have asked for this search.
    pub fn of_search(args: &SearchArgs, account: Option<AccountId>) -> Self {
        let mut form = Self::new();
        form.put("target", args.asked.to_string());
        form.put("account_id", account.map(|id| id.to_string()).unwrap_or_default());
        match &args.query {
            PeopleQuery::Url(url) => {
                form.by = By::Url;
                form.put("url", url.clone());
            }
            PeopleQuery::SavedSearch(id) => {
                form.by = By::Saved;
                form.put("saved_search_id", id.clone());
            }
            PeopleQuery::Criteria(criteria) => form.put_criteria(criteria, &args.names),
        }
        form
    }

    fn put_criteria(&mut self, criteria: &Criteria, names: &Names) {
        let one = |text: &Option<String>| text.clone().unwrap_or_default();
        self.put("keywords", one(&criteria.keywords));
        self.put("title", one(&criteria.title));
        self.put("first_name", one(&criteria.first_name));
        self.put("last_name", one(&criteria.last_name));
        for (field, values) in [
            ("locations", &criteria.locations),
            ("companies", &criteria.companies),
            ("past_companies", &criteria.past_companies),
            ("industries", &criteria.industries),
            ("schools", &criteria.schools),
        ] {
            let line = |value: &String| match names.get(field).and_then(|names| names.get(value)) {
                Some(name) => format!("{name} [{value}]"),
                None => value.clone(),
            };
            self.put(field, values.iter().map(line).collect::<Vec<_>>().join("\n"));
        }
        self.seniorities.clone_from(&criteria.seniorities);
        self.headcount.clone_from(&criteria.headcount);
        self.degrees.clone_from(&criteria.network_distance);
    }

    pub fn put(&mut self, field: &'static str, value: impl Into<String>) {
        self.texts.insert(field, value.into());
    }

    /// What is written in a field.
    pub fn text(&self, field: &str) -> &str {
        self.texts.get(field).map_or("", String::as_str)
    }

    fn one(&self, field: &str) -> Option<String> {
        Some(self.text(field).trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Whom to look for, and what the chosen ids are called.
    pub fn query(&self) -> (PeopleQuery, Names) {
        match self.by {
            By::Url => (PeopleQuery::Url(self.text("url").trim().to_owned()), Names::new()),
            By::Saved => (PeopleQuery::SavedSearch(self.text("saved_search_id").trim().to_owned()), Names::new()),
            By::Criteria => {
                let mut names = Names::new();
                let mut many = |field: &str| {
                    let (values, known) = lines(self.text(field));
                    if !known.is_empty() {
                        names.insert(field.to_owned(), known);
                    }
                    values
                };
                let criteria = Criteria {
                    keywords: self.one("keywords"),
                    title: self.one("title"),
                    first_name: self.one("first_name"),
                    last_name: self.one("last_name"),
                    locations: many("locations"),
                    companies: many("companies"),
                    past_companies: many("past_companies"),
                    industries: many("industries"),
                    schools: many("schools"),
                    seniorities: self.seniorities.clone(),
                    headcount: self.headcount.clone(),
                    network_distance: self.degrees.clone(),
                };
                (PeopleQuery::from(criteria), names)
            }
        }
    }

    /// The number that is wanted; noted as wrong when it is none.
    pub fn target(&mut self) -> Option<u32> {
        let written = self.text("target").trim().replace([',', ' '], "");
        let target = written.parse().ok().filter(|target| (1..=MAX_TARGET).contains(target));
        if target.is_none() {
            self.refuse("target", "Write a whole number from 1 to 2,500.");
        }
        target
    }

    /// The chosen account; noted as wrong when it is no account's id. None lets the server choose.
    pub fn account(&mut self) -> Option<AccountId> {
        let written = self.one("account_id")?;
        let id = written.parse().ok();
        if id.is_none() {
            self.refuse("account_id", "Choose one of the accounts.");
        }
        id
    }

    /// When it shall run again and again, in the workspace's zone; noted as wrong where that cannot be read.
    pub fn timetable(&mut self, time_zone: &str, what: &str) -> Option<Timetable> {
        let cron = if self.text("repeat") == "cron" {
            let line = self.one("cron");
            if line.is_none() {
                self.refuse("cron", "Write five fields, for example 0 9 * * 1-5.");
            }
            line?
        } else {
            let days = match self.text("repeat") {
                "day" => Days::Every,
                "week" => Days::On(self.text("weekday").parse().unwrap_or(1)),
                _ => Days::Week,
            };
            let at = Time::strptime("%H:%M", self.text("at").trim());
            if at.is_err() {
                self.refuse("at", "Write a time like 09:00.");
            }
            timetable::cron(days, at.ok()?)
        };
        let name = self.one("name").unwrap_or_else(|| what.chars().take(100).collect());
        if name.len() > LONGEST_NAME {
            self.refuse("name", "Use at most 255 characters.");
            return None;
        }
        Some(Timetable { name, cron, time_zone: time_zone.to_owned() })
    }

    /// Says beside a field what is wrong with it; the first words stay.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        if self.wrong(field).is_none() {
            self.wrong.push((field.to_owned(), message.into()));
        }
    }

    /// What is wrong with a field.
    pub fn wrong(&self, field: &str) -> Option<&str> {
        self.all_wrong().iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str())
    }

    /// Everything that is wrong, by field.
    pub fn all_wrong(&self) -> &[(String, String)] {
        if self.quiet { &[] } else { &self.wrong }
    }

    /// Everything that is wrong, as somebody reads it who does not see the field: where it is, and what.
    pub fn summary(&self) -> Vec<(&str, String)> {
        self.all_wrong().iter().map(|(field, message)| (field.as_str(), placed(field, message))).collect()
    }

    /// What has to be mended first, whether it is told beside its field or not.
    pub fn first_problem(&self) -> Option<String> {
        self.wrong.first().map(|(field, message)| placed(field, message))
    }

    /// The same form, telling nothing of what is wrong.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    pub fn has_seniority(&self, level: &Seniority) -> bool {
        self.seniorities.contains(level)
    }

    pub fn has_headcount(&self, band: &Headcount) -> bool {
        self.headcount.contains(band)
    }

    pub fn has_degree(&self, degree: &u8) -> bool {
        self.degrees.contains(degree)
    }
}

/// The words with the name of their field, where they would say nothing without it.
fn placed(field: &str, message: &str) -> String {
    let name = match field {
        "target" => "How many people",
        "at" => "Time of the schedule",
        "cron" => "Cron line",
        "name" => "Name of the schedule",
        _ => return message.to_owned(),
    };
    format!("{name}: {message}")
}

impl By {
    fn from_word(word: &str) -> Self {
        match word {
            "url" => Self::Url,
            "saved" => Self::Saved,
            _ => Self::Criteria,
        }
    }
}

/// A word as the wire spells it; none for one that is not known.
fn read_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

/// One value a line: words, an id, or "Berlin, Germany `[106967730]`", which is an id with its name.
fn lines(text: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let mut values: Vec<String> = Vec::new();
    let mut names = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let value = match named_id(line) {
            Some((name, id)) => {
                names.insert(id.to_owned(), name.to_owned());
                id
            }
            None => line,
        };
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    (values, names)
}

fn named_id(line: &str) -> Option<(&str, &str)> {
    let (name, id) = line.strip_suffix(']')?.rsplit_once('[')?;
    let name = name.trim();
    (!name.is_empty() && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some((name, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::pages::criteria::{HEADCOUNTS, SENIORITIES, headcount_name, seniority_word};

    fn written(pairs: &[(&str, &str)]) -> Form {
        Form::read(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().as_bytes())
    }

    #[test]
    fn what_is_written_becomes_criteria_with_the_names_of_ids_kept() {
        let form = written(&[
            ("by", "criteria"),
            ("keywords", "  water "),
            ("title", " "),
            ("locations", "Berlin, Germany [106967730]\r\nGhent\r\n\r\n Ghent \r\n"),
            ("companies", "1035\nStudio [x]\n[54]"),
            ("seniorities", "vp"),
            ("seniorities", "nobility"),
            ("headcount", "11-50"),
            ("network_distance", "2"),
            ("colour", "blue"),
        ]);
        let (query, names) = form.query();
        let expected = Criteria {
            keywords: Some("water".into()),
            locations: vec!["106967730".into(), "Ghent".into()],
            companies: vec!["1035".into(), "Studio [x]".into(), "[54]".into()],
            seniorities: vec![Seniority::Vp],
            headcount: vec![Headcount::UpTo50],
            network_distance: vec![2],
            ..Criteria::default()
        };
        assert_eq!(query, PeopleQuery::from(expected));
        assert_eq!(serde_json::to_string(&names).expect("JSON"), r#"{"locations":{"106967730":"Berlin, Germany"}}"#);
    }

    #[test]
    fn an_earlier_search_fills_the_form_that_would_have_asked_for_it() {
        for pairs in [
            vec![("keywords", "x"), ("schools", "ETH [9999]\nKTH"), ("headcount", "1"), ("headcount", "10001+"), ("network_distance", "1")],
            vec![("by", "url"), ("url", "https://www.linkedin.com/search/results/people/?keywords=x")],
            vec![("by", "saved"), ("saved_search_id", "4711/815")],
        ] {
            let form = written(&pairs);
            let (query, names) = form.query();
            let args = SearchArgs { query, names, api: sluice_providers::Api::Recruiter, target: 10, asked: 20, limit: 10 };
            let again = Form::of_search(&args, None);
            assert_eq!((again.query(), again.text("target")), (form.query(), "20"));
        }
    }

    #[test]
    fn numbers_and_times_that_cannot_be_are_refused_by_field() {
        for target in ["", "0", "2501", "many", "-5", "1.5"] {
            let mut form = written(&[("target", target)]);
            assert_eq!(form.target(), None, "{target}");
            assert_eq!(form.wrong("target"), Some("Write a whole number from 1 to 2,500."));
        }
        assert_eq!(written(&[("target", " 2,500 ")]).target(), Some(2_500));
        for (pairs, field) in [
            (vec![("repeat", "day"), ("at", "25:00")], "at"),
            (vec![("repeat", "day")], "at"),
            (vec![("repeat", "cron"), ("cron", " ")], "cron"),
        ] {
            let mut form = written(&pairs);
            assert_eq!(form.timetable("UTC", "x"), None);
            assert!(form.wrong(field).is_some(), "{field}: {form:?}");
        }
        let mut form = written(&[("repeat", "week"), ("weekday", "5"), ("at", "16:30")]);
        let timetable = form.timetable("Europe/Berlin", "ceo · Ghent").expect("a timetable");
        assert_eq!((timetable.cron.as_str(), timetable.name.as_str(), form.all_wrong().len()), ("30 16 * * 5", "ceo · Ghent", 0));
    }

    #[test]
    fn every_level_and_band_is_written_as_the_form_offers_it() {
        for level in SENIORITIES {
            assert_eq!(written(&[("seniorities", seniority_word(*level))]).seniorities, [*level]);
        }
        for band in HEADCOUNTS {
            assert_eq!(written(&[("headcount", headcount_name(*band))]).headcount, [*band]);
        }
    }
}
