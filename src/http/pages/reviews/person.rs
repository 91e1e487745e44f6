//! A person of a review as pages show them: a row of the table, and all that is known at the side.

use serde_json::Value as Json;
use sluice_api::wording::numbers::count;
use sluice_api::{Decision, Mark, Provenance, ReviewItem, ReviewItemWhole};

use crate::http::pages::moment::{Clock, Moment};

pub struct Row {
    pub id: String,
    pub position: u64,
    pub initials: String,
    pub name: String,
    pub headline: Option<String>,
    pub company: Option<String>,
    pub title: Option<String>,
    pub location: Option<String>,
    pub degree: Option<&'static str>,
    /// What is known from elsewhere, in words.
    pub marks: Vec<String>,
    pub decision: Verdict,
    /// The same list with this person at the side.
    pub href: String,
    pub here: bool,
}

/// A decision as it is shown.
pub struct Verdict {
    pub word: &'static str,
    pub label: &'static str,
    pub sign: char,
    pub hue: &'static str,
    pub reason: Option<String>,
    pub by: Option<String>,
    pub at: Option<Moment>,
}

pub fn verdict(item: &ReviewItem, clock: &Clock) -> Verdict {
    let (word, label, sign, hue) = shown(item.decision);
    Verdict {
        word,
        label,
        sign,
        hue,
        reason: item.reason.clone(),
        by: item.decided_by.as_ref().and_then(|person| person.name.clone()),
        at: item.decided_at.map(|at| clock.moment(at)),
    }
}

pub fn shown(decision: Decision) -> (&'static str, &'static str, char, &'static str) {
    match decision {
        Decision::Pending => ("pending", "Pending", '○', "grey"),
        Decision::Approved => ("approved", "Approved", '●', "green"),
        Decision::Rejected => ("rejected", "Rejected", '×', "red"),
    }
}

impl Row {
    pub fn new(item: &ReviewItem, clock: &Clock, href: String, here: bool) -> Self {
        Self {
            id: item.id.clone(),
            position: item.position,
            initials: initials(item.name.as_deref()),
            name: item.name.clone().unwrap_or_else(|| "Name not known".to_owned()),
            headline: item.headline.clone(),
            company: item.company.clone(),
            title: item.title.clone(),
            location: item.location.clone(),
            degree: degree(item.network_distance),
            marks: marks(item),
            decision: verdict(item, clock),
            href,
            here,
        }
    }
}

/// First letters of the first and the last name.
pub fn initials(name: Option<&str>) -> String {
    let words: Vec<&str> = name.unwrap_or_default().split_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).collect();
    let letters = match words.as_slice() {
        [] => "?".to_owned(),
        [only] => only.chars().take(1).collect(),
        [first, .., last] => first.chars().take(1).chain(last.chars().take(1)).collect(),
    };
    letters.to_uppercase()
}

fn degree(degree: Option<u8>) -> Option<&'static str> {
    match degree? {
        1 => Some("1st"),
        2 => Some("2nd"),
        3 => Some("3rd"),
        _ => None,
    }
}

fn marks(item: &ReviewItem) -> Vec<String> {
    let seen = item.elsewhere;
    let mut marks = Vec::new();
    if seen.approvals > 0 {
        marks.push("approved elsewhere".to_owned());
    }
    if seen.rejections > 0 {
        marks.push("rejected elsewhere".to_owned());
    }
    if seen.searches > 0 {
        marks.push(format!("also in {}", count(seen.searches, "search", "searches")));
    }
    if marks.is_empty() && item.mark == Mark::New {
        marks.push("new".to_owned());
    }
    marks
}

/// Everything at the side.
pub struct Side {
    pub row: Row,
    pub profile_url: Option<String>,
    pub groups: Vec<Group>,
    pub searches: Vec<Sighting>,
    pub reviews: Vec<Sighting>,
    pub added: Moment,
}

/// Fields that one source said.
pub struct Group {
    pub title: &'static str,
    pub fields: Vec<(String, String)>,
    /// "Sales Navigator, 3m ago".
    pub source: String,
    pub href: Option<String>,
    pub at: Option<Moment>,
}

/// Where else the person is.
pub struct Sighting {
    pub href: String,
    pub name: String,
    pub words: String,
    pub at: Option<Moment>,
}

impl Side {
    pub fn new(whole: &ReviewItemWhole, clock: &Clock, href: String) -> Self {
        Self {
            row: Row::new(&whole.item, clock, href, true),
            profile_url: whole.item.profile_url.clone().filter(|url| url.starts_with("https://")),
            groups: whole.groups.iter().map(|group| group_of(&group.name, &group.fields, &group.said_by, clock)).collect(),
            searches: whole
                .also_in_searches
                .iter()
                .map(|found| Sighting {
                    href: format!("/searches/{}", found.job_id),
                    name: found.name.clone(),
                    words: "found".to_owned(),
                    at: Some(clock.moment(found.found_at)),
                })
                .collect(),
            reviews: whole
                .also_in_reviews
                .iter()
                .map(|there| Sighting {
                    href: format!("/reviews/{}?item={}", there.review_id, there.item_id),
                    name: there.name.clone(),
                    words: match (there.decision, &there.reason) {
                        (Decision::Rejected, Some(reason)) => format!("rejected: {reason}"),
                        (decision, _) => shown(decision).1.to_lowercase(),
                    },
                    at: there.decided_at.map(|at| clock.moment(at)),
                })
                .collect(),
            added: clock.moment(whole.item.added_at),
        }
    }
}

fn group_of(name: &str, fields: &serde_json::Map<String, Json>, said_by: &Provenance, clock: &Clock) -> Group {
    let title = match name {
        "identity" => "Who",
        "work" => "Work",
        "place" => "Place",
        "about" => "About",
        "connection" => "Connection",
        _ => "More",
    };
    let api = match said_by.api.as_deref() {
        Some("sales_navigator") => Some("Sales Navigator"),
        Some("recruiter") => Some("Recruiter"),
        Some("classic") => Some("LinkedIn"),
        _ => None,
    };
    let source = match (said_by.kind.as_str(), api) {
        ("import", _) => match (&said_by.file, said_by.row) {
            (Some(file), Some(row)) => format!("{file}, row {row}"),
            (Some(file), None) => file.clone(),
            _ => "an import".to_owned(),
        },
        (_, Some(api)) => match said_by.provider.as_deref() {
            Some("unipile") => format!("{api} through Unipile"),
            _ => api.to_owned(),
        },
        (_, None) => said_by.provider.clone().unwrap_or_else(|| "a search".to_owned()),
    };
    let place = if said_by.kind == "import" { "imports" } else { "searches" };
    Group {
        title,
        fields: fields.iter().map(|(field, value)| (label(field), text(value))).collect(),
        source,
        href: said_by.job_id.as_ref().map(|id| format!("/{place}/{id}")),
        at: said_by.fetched_at.map(|at| clock.moment(at)),
    }
}

/// "first_name" reads "First name".
fn label(field: &str) -> String {
    match field {
        "profile_url" => return "Profile".to_owned(),
        "picture_url" => return "Picture".to_owned(),
        "member_urn" => return "Member id".to_owned(),
        "company_id" => return "Company id".to_owned(),
        "network_distance" => return "Degree".to_owned(),
        "shared_connections" => return "In common".to_owned(),
        _ => {}
    }
    let words = field.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => match text.as_str() {
            "first" => "1st".to_owned(),
            "second" => "2nd".to_owned(),
            "third" => "3rd".to_owned(),
            "out_of_network" => "Out of network".to_owned(),
            other => other.to_owned(),
        },
        Json::Bool(true) => "Yes".to_owned(),
        Json::Bool(false) => "No".to_owned(),
        Json::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        for (name, expected) in [("Ada King", "AK"), ("Åsa Maria Öberg (she/her)", "ÅÖ"), ("Plato", "P"), ("王小明", "王"), ("", "?")]
        {
            assert_eq!(initials(Some(name)), expected, "{name}");
        }
    }
}
