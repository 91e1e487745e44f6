//! What the people of a search have in common: the companies, levels and places that occur most.

use std::collections::HashMap;

use super::found::with;
use crate::domain::job::Job;
use crate::domain::seniority;
use crate::http::pages::charts::{self, Ranking};
use crate::http::pages::criteria::seniority_name;
use crate::store::prospects::{self, Field, Ranked};
use crate::store::{Conn, StoreError};

/// Lines of each ranking.
const TOP: i64 = 10;

pub struct Overview {
    /// Those that have a line: not every api tells companies and titles.
    pub rankings: Vec<Ranking>,
}

impl Overview {
    pub async fn load(conn: &mut Conn, job: &Job) -> Result<Self, StoreError> {
        let companies = prospects::most_frequent(conn, job.id, Field::Company, TOP).await?;
        let places = prospects::most_frequent(conn, job.id, Field::Location, TOP).await?;
        let levels = levels(&prospects::titles(conn, job.id).await?);
        let path = format!("/searches/{}", job.id);
        let lines = |ranked: &Ranked, filter: &str| -> Vec<(String, String, u64)> {
            ranked.values.iter().map(|(value, number)| (value.clone(), with(&path, filter, value), *number)).collect()
        };
        let levels: Vec<(String, String, u64)> =
            levels.into_iter().map(|(name, number)| (name.to_owned(), String::new(), number)).collect();
        let mut rankings = vec![
            charts::ranking("companies", "Companies", &lines(&companies, "company"), companies.kinds),
            charts::ranking("levels", "Seniority, as titles read", &levels, levels.len() as u64),
            charts::ranking("places", "Places", &lines(&places, "location"), places.kinds),
        ];
        rankings.retain(|ranking| !ranking.lines.is_empty());
        Ok(Self { rankings })
    }
}

/// People by the level that their title names, the most frequent first, and those whose title names none last.
fn levels(titles: &[(String, u64)]) -> Vec<(&'static str, u64)> {
    const NONE: &str = "No level in the title";
    let mut counted: HashMap<&'static str, u64> = HashMap::new();
    for (title, number) in titles {
        let name = seniority::of_title(title).map_or(NONE, seniority_name);
        *counted.entry(name).or_default() += number;
    }
    let mut levels: Vec<(&'static str, u64)> = counted.into_iter().collect();
    levels.sort_by_key(|(name, number)| (*name == NONE, std::cmp::Reverse(*number), *name));
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_by_the_level_that_their_title_names() {
        let titles = [("CEO", 2), ("Chief of Staff", 1), ("Engineer", 9), ("Sales Manager", 4)].map(|(title, n)| (title.to_owned(), n));
        assert_eq!(levels(&titles), [("Manager", 4), ("CXO", 3), ("No level in the title", 9)]);
    }
}
