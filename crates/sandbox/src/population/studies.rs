//! Schools, degrees and fields of study.

use super::places::Places;
use super::titles::Titles;
use crate::draws::{Draws, Weighted};
use crate::facts::{rows, wording};

pub struct School {
    pub id: u64,
    pub name: String,
    pub country: u8,
}

pub struct Studies {
    pub schools: Vec<School>,
    /// By country, as indices.
    by_country: Vec<Vec<u16>>,
    degrees: Vec<&'static str>,
    degree_weights: Weighted,
    /// By ladder.
    fields: Vec<Vec<&'static str>>,
}

impl Studies {
    pub fn load(places: &Places, titles: &Titles) -> Studies {
        let schools = load_schools(places);
        let mut by_country = vec![Vec::new(); places.countries.len()];
        for (index, school) in schools.iter().enumerate() {
            by_country[usize::from(school.country)].push(index as u16);
        }
        Studies {
            schools,
            by_country,
            degrees: rows(wording::DEGREES).map(|row| row[0]).collect(),
            degree_weights: Weighted::new(rows(wording::DEGREES).map(|row| row[1].parse().unwrap_or(1))),
            fields: titles.ladders.iter().map(|ladder| load_fields(ladder.function_id)).collect(),
        }
    }

    pub fn draw_school(&self, country: u8, draws: &mut Draws) -> u16 {
        *draws.pick(&self.by_country[usize::from(country)])
    }

    pub fn draw_degree(&self, draws: &mut Draws) -> &'static str {
        self.degrees[self.degree_weights.pick(draws)]
    }

    pub fn draw_field(&self, ladder: u8, draws: &mut Draws) -> &'static str {
        let fields = &self.fields[usize::from(ladder)];
        fields[draws.below(fields.len())]
    }
}

/// What people of a function studied; the row under 0 is for functions without one of their own.
fn load_fields(function_id: u64) -> Vec<&'static str> {
    let of = |id: String| {
        rows(wording::FIELDS_OF_STUDY).filter(|row| row[0] == id).flat_map(|row| row[1].split(',').collect::<Vec<_>>()).collect()
    };
    let own: Vec<&str> = of(function_id.to_string());
    if own.is_empty() { of("0".to_owned()) } else { own }
}

fn load_schools(places: &Places) -> Vec<School> {
    let mut schools: Vec<School> = Vec::new();
    for city in &places.cities {
        let name = city.title.split(',').next().unwrap_or(city.title);
        let name =
            name.trim_start_matches("Greater ").trim_end_matches(" Metropolitan Area").trim_end_matches(" Area").trim_end_matches(" Bay");
        // Someone may live in a country without saying where; no school is called after that.
        let alone = places.countries[usize::from(city.country)].cities.len() == 1;
        if city.id == places.countries[usize::from(city.country)].id && !alone {
            continue;
        }
        for pattern in rows(wording::SCHOOL_PATTERNS) {
            let name = pattern[0].replace("{city}", name);
            if schools.iter().all(|school| school.name != name) {
                schools.push(School { id: 15_001 + schools.len() as u64 * 3, name, country: city.country });
            }
        }
    }
    schools
}
