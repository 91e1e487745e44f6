//! Which postings a search finds.

use super::{Posting, Postings, level};
use crate::draws::mix;
use crate::matching::words::{Expression, fold, holds};
use crate::population::Population;

/// What is asked, in LinkedIn's words; `None` and empty lists ask nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    pub keywords: Option<String>,
    pub location: Option<String>,
    pub geo_id: Option<u64>,
    pub max_age_seconds: Option<u64>,
    pub newest_first: bool,
    /// Letters of employment types, numbers of levels, workplaces and companies.
    pub employments: Vec<String>,
    pub levels: Vec<String>,
    pub workplaces: Vec<String>,
    pub companies: Vec<u64>,
    pub easy_apply: bool,
}

/// Of so many postings that a filter should take out, one comes through, as it does for guests of LinkedIn. Age, place and keywords are kept to.
const LEAK: u64 = 5;

impl Postings {
    /// Indices in the order of the answer.
    pub fn search(&self, population: &Population, query: &Query) -> Vec<u32> {
        let keywords = query.keywords.as_deref().map(Expression::parse);
        let location = query.location.as_deref().map(fold).filter(|place| !matches!(place.trim(), "" | "worldwide"));
        let mut found: Vec<u32> = Vec::new();
        for (index, posting) in self.all.iter().enumerate() {
            let leaks = mix(posting.seed, 21).is_multiple_of(LEAK);
            if is_within(population, posting, query, location.as_deref())
                && query.max_age_seconds.is_none_or(|age| u64::from(posting.age_hours) * 3_600 <= age)
                && (leaks || passes(population, posting, query))
                && keywords.as_ref().is_none_or(|keywords| keywords.holds(&|phrase| holds(&posting.text, phrase)))
            {
                found.push(index as u32);
            }
        }
        if query.newest_first {
            found.sort_by_key(|index| self.all[*index as usize].age_hours);
        } else {
            found.sort_by_key(|index| mix(self.all[*index as usize].id, 22));
        }
        found
    }
}

fn is_within(population: &Population, posting: &Posting, query: &Query, location: Option<&str>) -> bool {
    let city = &population.places.cities[usize::from(posting.city)];
    if let Some(id) = query.geo_id {
        return city.within.contains(&id);
    }
    let Some(location) = location else { return true };
    let place = fold(&format!("{} {}", city.title, population.places.country_of(posting.city).name));
    location.split_whitespace().all(|word| place.contains(&format!(" {word} ")))
}

fn passes(population: &Population, posting: &Posting, query: &Query) -> bool {
    let among = |list: &[String], own: &str| list.is_empty() || list.iter().any(|asked| asked == own);
    among(&query.employments, posting.employment.letter())
        && among(&query.levels, level(posting.seniority(population)).1)
        && among(&query.workplaces, posting.workplace.number())
        && (query.companies.is_empty() || query.companies.contains(&population.companies.get(posting.company).id))
        && (!query.easy_apply || posting.easy_apply)
}
