//! The people that a search has found, as a table: sorted, filtered and paged in the database.

use serde_json::Value as Json;
use sluice_providers::NetworkDistance;

use crate::domain::Scope;
use crate::domain::job::Job;
use crate::http::pages::pager::{Pager, encode};
use crate::http::problem::{Failure, refused};
use crate::http::wire::prospect::degree;
use crate::store::Conn;
use crate::store::prospects::{self, FieldsAsked, Prospect, ProspectQuery, ProspectSort};

const PAGE: i64 = 50;

/// What the address asks of the table.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub q: String,
    pub title: String,
    pub company: String,
    pub location: String,
    /// 1, 2 or 3; empty for any.
    pub degree: String,
    /// A column, with a leading `-` the other way round; as found when empty.
    pub sort: String,
    /// From 1.
    pub page: u32,
}

pub struct Found {
    pub asked: Asked,
    pub narrowed: Vec<Narrowed>,
    pub columns: Vec<Heading>,
    pub people: Vec<Person>,
    pub pager: Pager,
    pub filtered: bool,
    /// Rows of the search when the page was made, for telling how many are new since.
    pub shown: i64,
    /// This very table.
    pub href: String,
}

/// One filter that is set, and the table without it.
pub struct Narrowed {
    pub what: &'static str,
    pub value: String,
    pub without: String,
}

/// The head of a column that can be sorted by.
pub struct Heading {
    pub name: &'static str,
    pub href: String,
    /// For `aria-sort`: `ascending`, `descending` or `none`.
    pub order: &'static str,
    pub arrow: &'static str,
}

/// Somebody who was found, ready to be written.
pub struct Person {
    pub name: String,
    pub initials: String,
    pub headline: String,
    pub title: String,
    pub company: String,
    pub location: String,
    pub degree: &'static str,
    /// Their profile at LinkedIn; empty when it is not known.
    pub profile: String,
}

const SORTS: &[(&str, &str)] =
    &[("position", "Found"), ("name", "Name"), ("title", "Title"), ("company", "Company"), ("location", "Place")];

impl Found {
    /// The degrees that the table can be narrowed to.
    pub const DEGREES: [(&str, &str); 3] = [("1", "1st"), ("2", "2nd"), ("3", "3rd")];

    pub async fn load(conn: &mut Conn, scope: Scope, job: &Job, asked: Asked) -> Result<Self, Failure> {
        let (sort, descending) = sort(&asked.sort)?;
        let one = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
        let fields = FieldsAsked {
            title: one(&asked.title),
            company: one(&asked.company),
            location: one(&asked.location),
            network_distance: distance(&asked.degree)?,
        };
        let query = ProspectQuery { scope, job_id: job.id, words: Some(asked.q.clone()), fields, sort, descending };
        let offset = (i64::from(asked.page) - 1) * PAGE;
        let (found, total) = prospects::page_by_number(conn, &query, PAGE, offset).await?;
        let path = format!("/searches/{}", job.id);
        let base = address(&path, &asked, "");
        let href = with(&base, "sort", &asked.sort);
        let narrowed: Vec<Narrowed> = asked
            .filters()
            .into_iter()
            .filter(|(_, _, value)| !value.trim().is_empty())
            .map(|(name, what, value)| Narrowed {
                what,
                value: value.to_owned(),
                without: with(&address(&path, &asked, name), "sort", &asked.sort),
            })
            .collect();
        Ok(Self {
            columns: SORTS.iter().map(|(word, name)| heading(&base, &asked.sort, word, name)).collect(),
            pager: Pager::new(i64::from(asked.page), PAGE, i64::try_from(found.len()).unwrap_or(0), total, &href),
            people: found.into_iter().map(person).collect(),
            filtered: !narrowed.is_empty() || !asked.q.trim().is_empty(),
            narrowed,
            shown: job.rows_kept,
            href: with(&href, "page", &asked.page.to_string()),
            asked,
        })
    }
}

impl Asked {
    /// The filters beside the words: parameter, what people call it, value.
    fn filters(&self) -> [(&'static str, &'static str, &str); 4] {
        [
            ("title", "Title", &self.title),
            ("company", "Company", &self.company),
            ("location", "Place", &self.location),
            ("degree", "Degree", &self.degree),
        ]
    }
}

/// The table with all that is asked of it but the order, the page and one filter.
fn address(path: &str, asked: &Asked, without: &str) -> String {
    let mut address = with(path, "q", &asked.q);
    for (name, _, value) in asked.filters().into_iter().filter(|(name, ..)| *name != without) {
        address = with(&address, name, value);
    }
    address
}

/// The address with one more parameter, unless that says nothing.
pub fn with(address: &str, name: &str, value: &str) -> String {
    if value.trim().is_empty() {
        return address.to_owned();
    }
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{name}={}", encode(value))
}

fn distance(degree: &str) -> Result<Option<NetworkDistance>, Failure> {
    match degree.trim() {
        "" => Ok(None),
        "1" => Ok(Some(NetworkDistance::First)),
        "2" => Ok(Some(NetworkDistance::Second)),
        "3" => Ok(Some(NetworkDistance::Third)),
        other => Err(Failure::invalid(vec![refused("degree", "unknown_value", Json::from(other), "Use 1, 2 or 3.")])),
    }
}

/// As the API names the orders; no word of the address reaches the database.
fn sort(word: &str) -> Result<(ProspectSort, bool), Failure> {
    let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
    let sort = match name {
        "" | "position" => Some(ProspectSort::Found),
        "found" => None,
        other => ProspectSort::from_word(other),
    };
    let sort = sort.ok_or_else(|| {
        let message = "Sort by position, name, title, company or location, with a leading - to turn the order round.";
        Failure::invalid(vec![refused("sort", "unknown_value", Json::from(word), message)])
    })?;
    Ok((sort, descending))
}

/// A click sorts by the column, another one turns it round.
fn heading(base: &str, now: &str, word: &'static str, name: &'static str) -> Heading {
    let now = if now.is_empty() { "position" } else { now };
    let (order, arrow, next) = match now.strip_prefix('-') {
        None if now == word => ("ascending", " ↑", format!("-{word}")),
        Some(turned) if turned == word => ("descending", " ↓", word.to_owned()),
        _ => ("none", "", word.to_owned()),
    };
    Heading { name, href: with(base, "sort", &next), order, arrow }
}

fn person(prospect: Prospect) -> Person {
    let record = prospect.record;
    let name = record.name.unwrap_or_else(|| "Name hidden".to_owned());
    Person {
        initials: initials(&name),
        name,
        headline: record.headline.filter(|headline| record.title.as_ref() != Some(headline)).unwrap_or_default(),
        title: record.title.unwrap_or_default(),
        company: record.company.unwrap_or_default(),
        location: record.location.unwrap_or_default(),
        degree: match record.network_distance.and_then(degree) {
            Some(1) => "1st",
            Some(2) => "2nd",
            Some(3) => "3rd",
            _ => "",
        },
        // An address of another scheme would run as a script.
        profile: record.profile_url.filter(|url| url.starts_with("https://")).unwrap_or_default(),
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let letters: Vec<char> = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic())).collect();
    match letters.as_slice() {
        [] => "–".to_owned(),
        [one] => one.to_uppercase().collect(),
        [first, .., last] => first.to_uppercase().chain(last.to_uppercase()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn immunity_23_the_order_comes_from_a_list_of_words() {
        assert_eq!(sort("").expect("the usual order"), (ProspectSort::Found, false));
        assert_eq!(sort("-company").expect("turned round"), (ProspectSort::Company, true));
        for foreign in ["folded", "name; DROP TABLE prospects", "--name", "found"] {
            assert!(sort(foreign).is_err_and(|failure| failure.has_field("sort")), "{foreign}");
        }
    }

    #[test]
    fn a_heading_leads_to_its_order_and_then_to_the_other_way_round() {
        let of = |now: &str| {
            let heading = heading("/searches/1?q=x", now, "name", "Name");
            (heading.order, heading.href)
        };
        assert_eq!(of(""), ("none", "/searches/1?q=x&sort=name".into()));
        assert_eq!(of("name"), ("ascending", "/searches/1?q=x&sort=%2Dname".into()));
        assert_eq!(of("-name"), ("descending", "/searches/1?q=x&sort=name".into()));
    }

    #[test]
    fn initials_are_letters_of_names() {
        let shown: Vec<String> = ["Ada King", "mary-anne van der Wilson", "Ösel", "(hidden)", "42"].into_iter().map(initials).collect();
        assert_eq!(shown, ["AK", "MW", "Ö", "H", "–"]);
    }
}
