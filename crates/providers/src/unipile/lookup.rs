//! From a person's words ("Berlin") to the provider's ids.

use super::parse::read_object;
use super::refusal::{is_id, refuse};
use crate::error::ProviderError;
use crate::fetch::excerpt;
use crate::fold::{fold, tidy};
use crate::lenient::{objects, text};
use crate::provider::{Choice, Login, LookupCache, LookupKind, Provider};
use crate::query::{Api, Criteria};

/// All values of the criteria's lists as ids, and how the words among them were understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    pub locations: Vec<String>,
    pub companies: Vec<String>,
    pub past_companies: Vec<String>,
    pub industries: Vec<String>,
    pub schools: Vec<String>,
    pub notes: Vec<String>,
}

/// Among what the words of a criterion are looked up.
pub fn kind(api: Api, field: &str) -> Option<LookupKind> {
    match field {
        "locations" => Some(LookupKind::Location),
        "companies" | "past_companies" => Some(LookupKind::Company),
        "industries" => Some(match api {
            Api::SalesNavigator => LookupKind::SalesIndustry,
            Api::Classic | Api::Recruiter => LookupKind::Industry,
        }),
        "schools" => Some(LookupKind::School),
        _ => None,
    }
}

/// Digits stay as they are; each word costs one call unless the cache knows it.
pub async fn resolve(
    provider: &dyn Provider,
    login: &Login,
    api: Api,
    criteria: &Criteria,
    cache: &dyn LookupCache,
) -> Result<Ids, ProviderError> {
    let mut ids = Ids::default();
    let lists = [
        ("locations", &criteria.locations, &mut ids.locations),
        ("companies", &criteria.companies, &mut ids.companies),
        ("past_companies", &criteria.past_companies, &mut ids.past_companies),
        ("industries", &criteria.industries, &mut ids.industries),
        ("schools", &criteria.schools, &mut ids.schools),
    ];
    let mut notes = Vec::new();
    for (field, values, found) in lists {
        let Some(kind) = kind(api, field) else { continue };
        for value in values {
            let words = tidy(value);
            if is_id(&words) {
                found.push(words);
                continue;
            }
            let choices = remembered_choices(provider, login, kind, &words, cache).await?;
            let Some(choice) = best(&words, &choices) else {
                return Err(no_match(field, &words));
            };
            if let Some(note) = note(&words, choice, &choices) {
                notes.push(note);
            }
            found.push(choice.id.clone());
        }
    }
    ids.notes = notes;
    Ok(ids)
}

/// Reads the answer of a look-up. Rows without an id or a title are left out.
pub fn parse_choices(body: &[u8]) -> Result<Vec<Choice>, ProviderError> {
    let root = read_object(body)?;
    if !root.get("items").is_some_and(|items| items.is_array() || items.is_object()) {
        return Err(ProviderError::LayoutChanged { page: None, detail: "a look-up without items".to_owned(), excerpt: excerpt(body) });
    }
    let choices = objects(root.get("items")).into_iter().filter_map(|item| {
        let (id, title) = (text(item.get("id"))?, text(item.get("title"))?);
        Some(Choice { id: id.replace('\0', ""), title: title.replace('\0', "") })
    });
    Ok(choices.collect())
}

async fn remembered_choices(
    provider: &dyn Provider,
    login: &Login,
    kind: LookupKind,
    words: &str,
    cache: &dyn LookupCache,
) -> Result<Vec<Choice>, ProviderError> {
    if let Some(choices) = cache.get(kind, words).await.map_err(cache_failed)? {
        return Ok(choices);
    }
    let choices = provider.look_up(login, kind, words).await?;
    // What is unknown today may be known tomorrow, so only findings are remembered.
    if !choices.is_empty() {
        cache.put(kind, words, &choices).await.map_err(cache_failed)?;
    }
    Ok(choices)
}

fn cache_failed(error: anyhow::Error) -> ProviderError {
    tracing::error!(error = format!("{error:#}"), "the look-up cache failed");
    ProviderError::Unreachable { status: None, detail: "remembered look-ups cannot be read or written".to_owned() }
}

/// The choice with exactly these words as its title, case and accents aside; else the provider's first. Filters take ids of digits only.
fn best<'a>(words: &str, choices: &'a [Choice]) -> Option<&'a Choice> {
    let wanted = fold(words);
    let mut usable = choices.iter().filter(|choice| is_id(&choice.id));
    let first = usable.clone().next();
    usable.find(|choice| fold(&choice.title) == wanted).or(first)
}

/// Says nothing when the words were taken literally and nothing else was meant by them.
fn note(words: &str, chosen: &Choice, choices: &[Choice]) -> Option<String> {
    if fold(words) == fold(&chosen.title) {
        return None;
    }
    let others: Vec<String> = choices
        .iter()
        .filter(|choice| choice.id != chosen.id)
        .take(3)
        .map(|choice| format!("“{}” ({})", choice.title, choice.id))
        .collect();
    let others = if others.is_empty() { String::new() } else { format!("; also offered: {}", others.join(", ")) };
    Some(format!("“{words}” is understood as “{}” ({}){others}.", chosen.title, chosen.id))
}

fn no_match(field: &str, words: &str) -> ProviderError {
    let shorter = words.split([',', '(']).next().map(str::trim).filter(|part| !part.is_empty() && *part != words);
    let suggestion = match shorter {
        Some(shorter) => format!("try “{shorter}”"),
        None => "check the spelling, try the English name".to_owned(),
    };
    refuse(field, format!("LinkedIn knows nothing called “{words}” for {field}: {suggestion}, or give LinkedIn's own id (digits)."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(id: &str, title: &str) -> Choice {
        Choice { id: id.to_owned(), title: title.to_owned() }
    }

    #[test]
    fn an_exact_title_wins_over_the_first_choice_whatever_its_case_and_accents() {
        let choices = [choice("1", "São Paulo e Região"), choice("2", "Sao  Paulo"), choice("x", "são paulo")];
        assert_eq!(best("SÃO PAULO", &choices), Some(&choices[1]));
        assert_eq!(best("paulo", &choices), Some(&choices[0]));
        assert_eq!(best("paulo", &choices[2..]), None);
    }

    #[test]
    fn a_note_tells_how_a_word_was_understood_and_what_else_it_could_mean() {
        let choices = [choice("1", "Berlin, Germany"), choice("2", "Berlin, Connecticut, United States")];
        assert_eq!(
            note("Berlin", &choices[0], &choices).as_deref(),
            Some("“Berlin” is understood as “Berlin, Germany” (1); also offered: “Berlin, Connecticut, United States” (2).")
        );
        assert_eq!(note("berlin, germany", &choices[0], &choices), None);
    }

    #[test]
    fn a_word_without_a_match_is_refused_with_a_shorter_one_to_try() {
        for (words, expected) in [("Berlin, Mitte", "try “Berlin”"), ("Xyzzy", "check the spelling")] {
            assert!(matches!(no_match("locations", words), ProviderError::Refused { field: Some(field), detail }
                if field == "locations" && detail.contains(expected) && detail.contains(words)));
        }
    }

    #[test]
    fn choices_are_read_leniently() {
        let body = r#"{"object":"LinkedinSearchParametersList","items":[{"id":103644278,"title":"United States"},{"id":"2"},{"title":"x"},null,
            {"id":"3","title":"Berlin","additional_data":{"is_selection":true}}],"paging":{"page_count":5}}"#;
        assert_eq!(parse_choices(body.as_bytes()).unwrap(), vec![choice("103644278", "United States"), choice("3", "Berlin")]);
        assert!(matches!(parse_choices(b"{\"items\":null}"), Err(ProviderError::LayoutChanged { .. })));
    }
}
