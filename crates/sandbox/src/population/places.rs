//! Where people and companies are, and which larger places hold which smaller ones.

use std::collections::HashMap;

use crate::draws::{Draws, Weighted};
use crate::facts::{places, rows};

pub struct City {
    pub id: u64,
    /// As LinkedIn shows it; a metropolitan area does not name its country.
    pub title: &'static str,
    pub country: u8,
    /// Every id that finds people here: the city's own, its regions', its country's and that country's areas'.
    pub within: Vec<u64>,
}

pub struct Country {
    pub id: u64,
    pub name: &'static str,
    pub language: &'static str,
    pub cultures: Vec<(&'static str, u32)>,
    /// Indices into `Places::cities`.
    pub cities: Vec<u16>,
    city_weights: Weighted,
    weight: u32,
}

pub struct Places {
    pub cities: Vec<City>,
    pub countries: Vec<Country>,
    /// Everything a person may search by: id and title, the largest places first.
    pub choices: Vec<(u64, &'static str)>,
    country_weights: Weighted,
}

impl Places {
    pub fn load() -> Places {
        let mut areas_of = HashMap::new();
        let mut countries = Vec::new();
        for row in rows(places::COUNTRIES) {
            let cultures =
                row[4].split(' ').filter_map(|part| part.split_once(':')).map(|(name, weight)| (name, number(weight) as u32)).collect();
            areas_of.insert(number(row[0]), row[5].split_whitespace().map(number).collect::<Vec<_>>());
            countries.push(Country {
                id: number(row[0]),
                name: row[1],
                language: row[3],
                cultures,
                cities: Vec::new(),
                city_weights: Weighted::default(),
                weight: number(row[2]) as u32,
            });
        }
        let mut cities = Vec::new();
        let mut weights = vec![Vec::new(); countries.len()];
        for row in rows(places::CITIES) {
            let country_id = number(row[2]);
            let Some(country) = countries.iter().position(|country| country.id == country_id) else { continue };
            let mut within = vec![number(row[0]), country_id];
            within.extend(row[4].split_whitespace().map(number));
            within.extend(areas_of[&country_id].iter().copied());
            countries[country].cities.push(cities.len() as u16);
            weights[country].push(number(row[3]) as u32);
            cities.push(City { id: number(row[0]), title: row[1], country: country as u8, within });
        }
        for (country, weights) in countries.iter_mut().zip(weights) {
            country.city_weights = Weighted::new(weights);
        }
        let country_weights = Weighted::new(countries.iter().map(|country| country.weight));
        let mut choices: Vec<(u64, &'static str)> = rows(places::AREAS).map(|row| (number(row[0]), row[1])).collect();
        choices.extend(countries.iter().map(|country| (country.id, country.name)));
        choices.extend(rows(places::REGIONS).map(|row| (number(row[0]), row[1])));
        for city in &cities {
            if choices.iter().all(|(id, _)| *id != city.id) {
                choices.push((city.id, city.title));
            }
        }
        Places { cities, countries, choices, country_weights }
    }

    pub fn draw_country(&self, draws: &mut Draws) -> u8 {
        self.country_weights.pick(draws) as u8
    }

    pub fn draw_city(&self, country: u8, draws: &mut Draws) -> u16 {
        let country = &self.countries[usize::from(country)];
        country.cities[country.city_weights.pick(draws)]
    }

    pub fn country_of(&self, city: u16) -> &Country {
        &self.countries[usize::from(self.cities[usize::from(city)].country)]
    }
}

fn number(cell: &str) -> u64 {
    cell.parse().unwrap_or_else(|_| panic!("the table of places holds {cell:?} where a number belongs"))
}
