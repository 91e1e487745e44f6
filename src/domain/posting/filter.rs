//! Which postings a search keeps, by words of title and company.

use serde::{Deserialize, Serialize};

use super::outcome::Reason;
use crate::domain::text;

/// Words or phrases. They match whole words, whatever their case and accents: "Go" matches "Go Developer", not "Django Developer".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordFilters {
    pub title_include: Vec<String>,
    pub title_exclude: Vec<String>,
    pub company_include: Vec<String>,
    pub company_exclude: Vec<String>,
}

impl WordFilters {
    /// Why the posting is left out; `None` when it is kept. What is not known yet leaves nothing out.
    pub fn failed(&self, title: Option<&str>, company: Option<&str>) -> Option<Reason> {
        of_field("title", title, &self.title_include, &self.title_exclude)
            .or_else(|| of_field("company", company, &self.company_include, &self.company_exclude))
    }
}

fn of_field(field: &str, said: Option<&str>, include: &[String], exclude: &[String]) -> Option<Reason> {
    let words = text::words(said?);
    let found = |phrase: &&String| holds(&words, phrase);
    if let Some(phrase) = exclude.iter().find(found) {
        return Some(Reason::new(&format!("{field}_exclude"), format!("The {field} has “{phrase}”, which is left out.")));
    }
    let wanted: Vec<&String> = include.iter().filter(|phrase| !text::words(phrase).is_empty()).collect();
    if wanted.is_empty() || wanted.iter().any(found) {
        return None;
    }
    let listed = wanted.iter().map(|phrase| format!("“{phrase}”")).collect::<Vec<_>>().join(", ");
    Some(Reason::new(&format!("{field}_include"), format!("The {field} has none of {listed}.")))
}

/// Whether the words of the phrase stand side by side among `words`.
fn holds(words: &[String], phrase: &str) -> bool {
    let phrase = text::words(phrase);
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(include: &[&str], exclude: &[&str]) -> WordFilters {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        WordFilters { title_include: owned(include), title_exclude: owned(exclude), ..WordFilters::default() }
    }

    #[test]
    fn words_match_whole_and_folded() {
        let code = |filters: &WordFilters, title: &str| filters.failed(Some(title), None).map(|reason| reason.code);
        let go = filters(&["go", "site reliability"], &["manager"]);
        assert_eq!(code(&go, "GO Developer"), None);
        assert_eq!(code(&go, "Site-Reliability Engineer"), None);
        assert_eq!(code(&go, "Django Developer").as_deref(), Some("title_include"));
        assert_eq!(code(&go, "Reliability Site Engineer").as_deref(), Some("title_include"));
        assert_eq!(code(&go, "Go Product Manager").as_deref(), Some("title_exclude"));
        assert_eq!(code(&filters(&[], &["ingénieur"]), "Ingenieur (H/F)").as_deref(), Some("title_exclude"));
        assert_eq!(code(&filters(&["–"], &[""]), "Anything"), None);
    }

    #[test]
    fn the_reason_names_the_field_and_the_words() {
        let filters = WordFilters { company_exclude: vec!["Elmstone".into()], ..WordFilters::default() };
        let reason = filters.failed(Some("Clerk"), Some("Elmstone Staffing")).expect("left out");
        assert_eq!(reason, Reason::new("company_exclude", "The company has “Elmstone”, which is left out.".into()));
        assert_eq!(filters.failed(Some("Clerk"), None), None);
    }
}
