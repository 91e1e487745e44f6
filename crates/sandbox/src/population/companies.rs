//! Invented companies with an industry, a size, a home and a founding year.

use std::collections::HashSet;

use super::places::Places;
use crate::draws::{Draws, Weighted};
use crate::facts::{industries, rows, wording};

pub struct Industry {
    pub id: u64,
    pub title: &'static str,
    /// Small companies here call themselves tech startups.
    pub startups: bool,
    pub products: Vec<&'static str>,
    weight: u32,
    name_ends: Vec<&'static str>,
}

pub struct Company {
    pub id: u64,
    pub name: Box<str>,
    pub industry: u8,
    /// Place in `BANDS`.
    pub band: u8,
    pub city: u16,
    pub founded: i32,
    pub product: u8,
}

/// Headcounts: least, most (0 = no end), how many companies, founding years.
pub const BANDS: [(u32, u32, usize, i32, i32); 8] = [
    (1, 10, 8_000, 2014, 2025),
    (11, 50, 7_000, 2008, 2024),
    (51, 200, 2_400, 1998, 2021),
    (201, 500, 1_200, 1985, 2018),
    (501, 1_000, 500, 1965, 2014),
    (1_001, 5_000, 600, 1930, 2010),
    (5_001, 10_000, 180, 1900, 2006),
    (10_001, 0, 120, 1880, 1990),
];
/// From this band on a company employs people in every country.
const MULTINATIONAL: u8 = 5;
const SMALL: u8 = 1;
const TRIES: usize = 24;
/// People of a hundred in each band.
const BAND_WEIGHTS: [u32; 8] = [9, 13, 17, 14, 9, 17, 8, 13];

pub struct Companies {
    pub industries: Vec<Industry>,
    pub all: Vec<Company>,
    /// By country and band.
    pools: Vec<Vec<u16>>,
    /// By band, over all countries.
    everywhere: Vec<Vec<u16>>,
    /// By country: the companies of at most fifty people.
    small: Vec<Vec<u16>>,
    band_weights: Weighted,
}

impl Companies {
    pub fn generate(seed: u64, places: &Places) -> Companies {
        let industries = load_industries();
        let common = Weighted::new(industries.iter().map(|industry| industry.weight));
        // Most small companies are drawn from the industries of startups alone.
        let young = Weighted::new(industries.iter().map(|industry| if industry.startups { industry.weight } else { 0 }));
        let stems: Vec<&str> = wording::COMPANY_STEMS.split_whitespace().collect();
        let tails: Vec<&str> = wording::COMPANY_TAILS.split_whitespace().collect();
        let mut draws = Draws::new(seed);
        let mut companies = Companies {
            all: Vec::with_capacity(20_000),
            pools: vec![Vec::new(); places.countries.len() * BANDS.len()],
            everywhere: vec![Vec::new(); BANDS.len()],
            small: vec![Vec::new(); places.countries.len()],
            band_weights: Weighted::new(BAND_WEIGHTS),
            industries,
        };
        let mut taken = HashSet::with_capacity(20_000);
        for (band, (_, _, count, oldest, youngest)) in BANDS.into_iter().enumerate() {
            for _ in 0..count {
                let weights = if band as u8 <= SMALL && draws.chance(7, 10) { &young } else { &common };
                let industry = weights.pick(&mut draws);
                let name = loop {
                    let name = draw_name(&stems, &tails, &companies.industries[industry].name_ends, &mut draws);
                    if taken.insert(name.clone()) {
                        break name;
                    }
                };
                let country = places.draw_country(&mut draws);
                let index = companies.all.len() as u16;
                companies.pools[usize::from(country) * BANDS.len() + band].push(index);
                companies.everywhere[band].push(index);
                if band as u8 <= SMALL {
                    companies.small[usize::from(country)].push(index);
                }
                companies.all.push(Company {
                    id: 3_000_017 + u64::from(index) * 13,
                    name: name.into_boxed_str(),
                    industry: industry as u8,
                    band: band as u8,
                    city: places.draw_city(country, &mut draws),
                    founded: draws.between(oldest, youngest),
                    product: draws.below(companies.industries[industry].products.len()) as u8,
                });
            }
        }
        companies
    }

    pub fn get(&self, company: u16) -> &Company {
        &self.all[usize::from(company)]
    }

    pub fn industry_of(&self, company: u16) -> &Industry {
        &self.industries[usize::from(self.get(company).industry)]
    }

    pub fn product_of(&self, company: u16) -> &'static str {
        self.industry_of(company).products[usize::from(self.get(company).product)]
    }

    /// The company that the `turn`-th leader of the country leads, so that few have two.
    pub fn led(&self, country: u8, turn: usize) -> u16 {
        let pool = &self.small[usize::from(country)];
        if pool.is_empty() { self.everywhere[0][turn % self.everywhere[0].len()] } else { pool[turn % pool.len()] }
    }

    /// An employer for someone who lives in `country`.
    pub fn draw(&self, country: u8, draws: &mut Draws) -> u16 {
        let band = self.band_weights.pick(draws);
        let local = &self.pools[usize::from(country) * BANDS.len() + band];
        if local.is_empty() || (band as u8 >= MULTINATIONAL && draws.chance(2, 5)) {
            return *draws.pick(&self.everywhere[band]);
        }
        *draws.pick(local)
    }

    /// An employer that suits, if a few tries find one.
    pub fn draw_suitable(&self, country: u8, draws: &mut Draws, suits: impl Fn(u16) -> bool) -> Option<u16> {
        (0..TRIES).map(|_| self.draw(country, draws)).find(|company| suits(*company))
    }

    pub fn is_small(&self, company: u16) -> bool {
        self.get(company).band <= SMALL
    }
}

fn draw_name(stems: &[&str], tails: &[&str], ends: &[&str], draws: &mut Draws) -> String {
    let stem = draws.pick(stems);
    match draws.below(5) {
        0 => format!("{stem} {}", draws.pick(ends)),
        1 => format!("{stem}{}", draws.pick(tails)),
        _ => format!("{stem}{} {}", draws.pick(tails), draws.pick(ends)),
    }
}

fn load_industries() -> Vec<Industry> {
    rows(industries::INDUSTRIES)
        .map(|row| Industry {
            id: row[0].parse().unwrap_or_default(),
            title: row[1],
            startups: row[2].ends_with('*'),
            weight: row[2].trim_end_matches('*').parse().unwrap_or(1),
            name_ends: row[3].split(',').collect(),
            products: row[4].split(',').collect(),
        })
        .collect()
}
