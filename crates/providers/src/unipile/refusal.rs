//! What an api cannot do, refused by name before any call, with what would work.

use super::pasted_url;
use super::translate::saved_search_body;
use crate::error::ProviderError;
use crate::provider::Lack;
use crate::query::{Api, Criteria, Headcount, PeopleQuery};

const MOST_VALUES: usize = 100;
const LONGEST_TEXT: usize = 2_000;

const HEADCOUNT: &str = "headcount";
const SENIORITIES: &str = "seniorities";
pub const SAVED_SEARCH: &str = "saved_search_id";

/// What the api cannot be asked for, whatever the words; the wider lack of a field comes first.
pub fn lacks(api: Api) -> Vec<Lack> {
    let mut lacks = Vec::new();
    if api == Api::Classic {
        let whole = |field, reason: &str| Lack { field, value: None, reason: reason.to_owned() };
        lacks.push(whole(
            HEADCOUNT,
            "Classic LinkedIn cannot filter by headcount: use an account with Sales Navigator or Recruiter, or name the companies.",
        ));
        lacks.push(whole(
            SENIORITIES,
            "Classic LinkedIn cannot filter by seniority: use an account with Sales Navigator or Recruiter, or put the level into the title.",
        ));
        lacks.push(whole(
            SAVED_SEARCH,
            "Classic LinkedIn has no saved people searches: paste the address of the search, or use an account with Sales Navigator.",
        ));
    }
    let product = if api == Api::Classic { "Classic LinkedIn" } else { pasted_url::product(api) };
    lacks.push(Lack {
        field: HEADCOUNT,
        value: Some("1"),
        reason: format!("{product} has no headcount band for the self-employed here: use 1-10, or the title “self-employed”."),
    });
    lacks
}

/// Looks at the whole query; the first thing that cannot work is refused.
pub fn check(api: Api, query: &PeopleQuery) -> Result<(), ProviderError> {
    match query {
        PeopleQuery::Criteria(criteria) => check_criteria(api, criteria),
        PeopleQuery::Url(url) => pasted_url::check(api, url),
        PeopleQuery::SavedSearch(id) => saved_search_body(api, id).map(|_| ()),
    }
}

pub fn is_id(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

pub fn refuse(field: &str, detail: impl Into<String>) -> ProviderError {
    ProviderError::Refused { field: Some(field.to_owned()), detail: detail.into() }
}

fn check_criteria(api: Api, criteria: &Criteria) -> Result<(), ProviderError> {
    let product = pasted_url::product(api);
    let texts = [
        ("keywords", &criteria.keywords),
        ("title", &criteria.title),
        ("first_name", &criteria.first_name),
        ("last_name", &criteria.last_name),
    ];
    let lists = [
        ("locations", &criteria.locations),
        ("companies", &criteria.companies),
        ("past_companies", &criteria.past_companies),
        ("industries", &criteria.industries),
        ("schools", &criteria.schools),
    ];
    let no_text = texts.iter().all(|(_, text)| text.as_deref().is_none_or(|text| text.trim().is_empty()));
    let no_list = lists.iter().all(|(_, values)| values.is_empty());
    let no_choice = criteria.seniorities.is_empty() && criteria.headcount.is_empty() && criteria.network_distance.is_empty();
    if no_text && no_list && no_choice {
        return Err(refuse(
            "criteria",
            "The search asks for nothing: say at least one criterion, such as keywords, a title or a location.",
        ));
    }
    for (field, text) in texts {
        check_text(field, text.as_deref().unwrap_or_default())?;
    }
    for (field, values) in lists {
        if values.len() > MOST_VALUES {
            return Err(refuse(
                field,
                format!("{field} holds {} values: at most {MOST_VALUES} fit into one search, so split it.", values.len()),
            ));
        }
        for value in values {
            if value.trim().is_empty() {
                return Err(refuse(field, format!("{field} holds an empty value: leave it out, or write a name or a LinkedIn id.")));
            }
            check_text(field, value)?;
        }
    }
    if api != Api::SalesNavigator && criteria.title.as_deref().is_some_and(|title| is_id(title.trim())) {
        return Err(refuse("title", format!("{product} takes a job title in words, not as an id: write it out, such as “CEO”.")));
    }
    for lack in lacks(api) {
        let is_asked = match (lack.field, lack.value) {
            (HEADCOUNT, None) => !criteria.headcount.is_empty(),
            (HEADCOUNT, Some(_)) => criteria.headcount.contains(&Headcount::SelfEmployed),
            (SENIORITIES, _) => !criteria.seniorities.is_empty(),
            _ => false,
        };
        if is_asked {
            return Err(refuse(lack.field, lack.reason));
        }
    }
    if let Some(distance) = criteria.network_distance.iter().find(|distance| !(1..=3).contains(*distance)) {
        return Err(refuse(
            "network_distance",
            format!("{distance} is no network distance: use 1, 2 or 3, where 3 means everybody further away."),
        ));
    }
    Ok(())
}

fn check_text(field: &str, text: &str) -> Result<(), ProviderError> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(refuse(field, format!("{field} is longer than {LONGEST_TEXT} characters: shorten it.")));
    }
    if text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        return Err(refuse(field, format!("{field} holds characters that cannot be typed: write it again.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Seniority;

    fn refusal(api: Api, criteria: Criteria) -> (String, String) {
        match check(api, &PeopleQuery::Criteria(Box::new(criteria))) {
            Err(ProviderError::Refused { field: Some(field), detail }) => (field, detail),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_an_api_lacks_is_refused_by_name_with_what_would_work() {
        let headcount = |band| Criteria { headcount: vec![band], ..Criteria::default() };
        let title = |title: &str| Criteria { title: Some(title.to_owned()), ..Criteria::default() };
        let cases = [
            (Api::Classic, headcount(Headcount::UpTo50), "headcount", "use an account with Sales Navigator or Recruiter"),
            (
                Api::Classic,
                Criteria { seniorities: vec![Seniority::Vp], ..Criteria::default() },
                "seniorities",
                "put the level into the title",
            ),
            (Api::Classic, title("123"), "title", "in words"),
            (Api::Recruiter, title("123"), "title", "in words"),
            (Api::SalesNavigator, headcount(Headcount::SelfEmployed), "headcount", "use 1-10"),
            (Api::Recruiter, headcount(Headcount::SelfEmployed), "headcount", "use 1-10"),
            (Api::Classic, Criteria { network_distance: vec![1, 4], ..Criteria::default() }, "network_distance", "use 1, 2 or 3"),
            (Api::Classic, Criteria::default(), "criteria", "at least one criterion"),
            (Api::Classic, Criteria { keywords: Some("  ".to_owned()), ..Criteria::default() }, "criteria", "at least one criterion"),
            (Api::Classic, Criteria { locations: vec![" ".to_owned()], ..Criteria::default() }, "locations", "empty value"),
            (Api::Classic, Criteria { schools: vec!["x".to_owned(); 101], ..Criteria::default() }, "schools", "at most 100"),
            (Api::Classic, Criteria { keywords: Some("x".repeat(2_001)), ..Criteria::default() }, "keywords", "longer than 2000"),
            (Api::Classic, Criteria { companies: vec!["a\0".to_owned()], ..Criteria::default() }, "companies", "cannot be typed"),
        ];
        for (api, criteria, field, words) in cases {
            let (told, detail) = refusal(api, criteria.clone());
            assert_eq!(told, field, "{criteria:?}");
            assert!(detail.contains(words), "{detail}");
        }
    }

    #[test]
    fn whatever_is_said_to_be_lacking_is_refused_for_that_reason() {
        for api in [Api::Classic, Api::SalesNavigator, Api::Recruiter] {
            for lack in lacks(api) {
                let query = match (lack.field, lack.value) {
                    (HEADCOUNT, Some("1")) => Criteria { headcount: vec![Headcount::SelfEmployed], ..Criteria::default() }.into(),
                    (HEADCOUNT, None) => Criteria { headcount: vec![Headcount::UpTo50], ..Criteria::default() }.into(),
                    (SENIORITIES, None) => Criteria { seniorities: vec![Seniority::Vp], ..Criteria::default() }.into(),
                    (SAVED_SEARCH, None) => PeopleQuery::SavedSearch("4711".to_owned()),
                    other => panic!("{other:?}"),
                };
                match check(api, &query) {
                    Err(ProviderError::Refused { field, detail }) => {
                        assert_eq!(field.as_deref(), Some(lack.field));
                        // The wider lack of a field is told first.
                        let wider = lacks(api).into_iter().find(|other| other.field == lack.field).map(|other| other.reason);
                        assert_eq!(Some(detail), wider);
                    }
                    other => panic!("{lack:?}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn each_filter_alone_is_taken_by_every_api_that_has_it() {
        let some = || Some("x".to_owned());
        let list = || vec!["x".to_owned(), "7".to_owned()];
        let everywhere = [
            Criteria { keywords: some(), ..Criteria::default() },
            Criteria { title: some(), ..Criteria::default() },
            Criteria { first_name: some(), ..Criteria::default() },
            Criteria { last_name: some(), ..Criteria::default() },
            Criteria { locations: list(), ..Criteria::default() },
            Criteria { companies: list(), ..Criteria::default() },
            Criteria { past_companies: list(), ..Criteria::default() },
            Criteria { industries: list(), ..Criteria::default() },
            Criteria { schools: list(), ..Criteria::default() },
            Criteria { network_distance: vec![1, 2, 3], ..Criteria::default() },
        ];
        for api in [Api::Classic, Api::SalesNavigator, Api::Recruiter] {
            for criteria in &everywhere {
                check(api, &PeopleQuery::Criteria(Box::new(criteria.clone()))).unwrap();
            }
        }
        for api in [Api::SalesNavigator, Api::Recruiter] {
            let criteria = Criteria { headcount: vec![Headcount::UpTo10], seniorities: vec![Seniority::Cxo], ..Criteria::default() };
            check(api, &PeopleQuery::Criteria(Box::new(criteria))).unwrap();
        }
    }
}
