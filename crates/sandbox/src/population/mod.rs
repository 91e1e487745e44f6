//! Invented people: the same for one seed, however many of them are asked for.

pub mod career;
pub mod companies;
pub mod identity;
pub mod names;
pub mod person;
pub mod places;
pub mod studies;
pub mod titles;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use self::career::Career;
use self::companies::Companies;
use self::names::NameBook;
use self::person::{NO_COMPANY, Person};
use self::places::Places;
use self::studies::Studies;
use self::titles::Titles;
use crate::draws::{Draws, Weighted};
use crate::facts::{lines, wording};

pub struct Population {
    pub seed: u64,
    pub people: Vec<Person>,
    pub names: NameBook,
    pub places: Places,
    pub companies: Companies,
    pub titles: Titles,
    pub studies: Studies,
    /// Patterns of headlines; from `startup_headlines` on those of startup founders.
    pub headlines: Vec<&'static str>,
    startup_headlines: usize,
}

/// People of a hundred who lead a small company, and who work for themselves.
const LEADERS: usize = 14;
const SELF_EMPLOYED: usize = 2;
/// The ladder of those for whose own no employer was found.
const ENGINEERING: u8 = 0;

impl Population {
    pub fn generate(seed: u64, people: usize) -> Population {
        let mut seeds = ChaCha8Rng::seed_from_u64(seed);
        let places = Places::load();
        let mut headlines: Vec<&str> = lines(wording::HEADLINES).collect();
        let startup_headlines = headlines.len();
        headlines.extend(lines(wording::STARTUP_HEADLINES));
        let titles = Titles::load();
        let mut population = Population {
            seed,
            people: Vec::new(),
            names: NameBook::load(),
            companies: Companies::generate(seeds.next_u64(), &places),
            studies: Studies::load(&places, &titles),
            titles,
            places,
            headlines,
            startup_headlines,
        };
        let cultures: Vec<Weighted> =
            population.places.countries.iter().map(|country| population.names.weights(&country.cultures)).collect();
        let mut leaders = vec![0; population.places.countries.len()];
        let mut all = Vec::with_capacity(people);
        for _ in 0..people {
            let mut person = population.draw_person(seeds.next_u64(), &cultures, &mut leaders);
            for (place, job) in Career::of(&population, &person).jobs().iter().skip(1).enumerate() {
                person.past_companies[place] = job.company;
                person.past_titles[place] = job.title;
            }
            all.push(person);
        }
        population.people = all;
        population
    }

    pub fn person(&self, index: u32) -> &Person {
        &self.people[index as usize]
    }

    fn draw_person(&self, seed: u64, cultures: &[Weighted], leaders: &mut [usize]) -> Person {
        let mut draws = Draws::new(seed);
        let country = self.places.draw_country(&mut draws);
        let culture = cultures[usize::from(country)].pick(&mut draws);
        let (given, family) = self.names.draw(culture, &mut draws);
        let city = self.places.draw_city(country, &mut draws);
        let language = self.places.countries[usize::from(country)].language;
        let own_script = match self.names.cultures[culture].language {
            Some("hi") => country_speaks_hindi(language, self.places.countries[usize::from(country)].name) && draws.chance(1, 8),
            Some(own) => draws.chance(if own == language { 12 } else { 1 }, 20),
            None => true,
        };
        let mut ladder = self.titles.draw_ladder(&mut draws);
        let lot = draws.below(100);
        let (title, company) = if lot < LEADERS {
            let turn = &mut leaders[usize::from(country)];
            *turn += 1;
            let company = self.companies.led(country, *turn);
            while !self.suits(ladder, company) {
                ladder = self.titles.draw_ladder(&mut draws);
            }
            // Four of five leaders are called CEO in one way or another; those titles come first in the table.
            let ceos = 4;
            let title = if draws.chance(4, 5) { draws.below(ceos) } else { ceos + draws.below(self.titles.small_leaders.len() - ceos) };
            (self.titles.small_leaders[title], company)
        } else if lot < LEADERS + SELF_EMPLOYED {
            (*draws.pick(&self.titles.self_employed), NO_COMPANY)
        } else {
            let company = self.companies.draw_suitable(country, &mut draws, |company| self.suits(ladder, company));
            let company = company.unwrap_or_else(|| {
                ladder = ENGINEERING;
                self.companies.draw(country, &mut draws)
            });
            let leads = !self.companies.is_small(company) && draws.chance(1, 300);
            (if leads { *draws.pick(&self.titles.large_leaders) } else { self.titles.draw_title(ladder, &mut draws) }, company)
        };
        let founder = lot < LEADERS && self.companies.industry_of(company).startups;
        let headline = if founder {
            self.startup_headlines + draws.below(self.headlines.len() - self.startup_headlines)
        } else {
            let headline = draws.below(self.startup_headlines);
            if self.headlines[headline].contains(" bei ") && language != "de" { 0 } else { headline }
        };
        let distance = match draws.below(100) {
            0..3 => 1,
            3..28 => 2,
            28..90 => 3,
            _ => 4,
        };
        Person {
            seed,
            culture: culture as u8,
            own_script,
            given,
            family,
            city,
            ladder,
            title,
            company,
            headline: headline as u8,
            specialty: draws.below(self.titles.ladders[usize::from(ladder)].specialties.len()) as u8,
            school: self.studies.draw_school(country, &mut draws),
            distance,
            past_companies: [NO_COMPANY; 3],
            past_titles: [u16::MAX; 3],
        }
    }

    /// Nurses work in health care and lecturers where people learn; everybody else works anywhere.
    pub fn suits(&self, ladder: u8, company: u16) -> bool {
        let industry = self.companies.industry_of(company).title;
        let words: &[&str] = match self.titles.ladders[usize::from(ladder)].function {
            "Healthcare Services" => &["Health", "Biotechnology", "Pharmaceutical", "Medical"],
            "Education" => &["Education", "Learning", "Biotechnology"],
            _ => return true,
        };
        words.iter().any(|word| industry.contains(word))
    }
}

/// Most people in India write their names with Latin letters; the Devanagari, Bengali and Tamil forms are met there alone.
fn country_speaks_hindi(language: &str, country: &str) -> bool {
    language == "en" && country == "India"
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::identity::Api;
    use super::*;

    #[test]
    fn more_people_leave_the_first_ones_as_they_are() {
        let (few, many) = (Population::generate(5, 300), Population::generate(5, 900));
        for index in 0..300 {
            assert_eq!(format!("{:?}", few.person(index)), format!("{:?}", many.person(index)));
            assert_eq!(few.vanity(index), many.vanity(index));
        }
        assert_ne!(Population::generate(6, 1).provider_id(0, Api::Classic), few.provider_id(0, Api::Classic));
    }

    #[test]
    fn every_id_is_one_persons_and_leads_back_to_that_person() {
        let population = Population::generate(1, 3_000);
        let mut seen = HashSet::new();
        for index in 0..3_000 {
            let mut ids: Vec<String> = Api::ALL.iter().map(|api| population.provider_id(index, *api)).collect();
            ids.push(population.vanity(index));
            for id in ids {
                assert_eq!(population.find(&id), Some(index), "{id}");
                assert!(seen.insert(id));
            }
        }
        let real = population.provider_id(7, Api::Classic);
        let forged = format!("{}{}", &real[..real.len() - 2], "xx");
        assert_eq!(population.find(&forged), None, "the whole id counts, not the number inside it");
        assert_eq!(population.find("nobody-at-all-00000000"), None);
        assert_eq!(population.find(""), None);
    }

    #[test]
    fn careers_hold_together() {
        let population = Population::generate(2, 5_000);
        for person in &population.people {
            let career = Career::of(&population, person);
            assert_eq!(career.present().title, person.title);
            for job in career.jobs() {
                assert!(job.start < job.end.unwrap_or(career::NOW), "{job:?}");
                if job.company != NO_COMPANY {
                    assert!(population.companies.get(job.company).founded <= job.start.year(), "{job:?}");
                    assert!(population.suits(person.ladder, job.company), "{job:?}");
                }
            }
            for pair in career.jobs().windows(2) {
                assert!(pair[1].end.is_some_and(|end| end <= pair[0].start), "jobs overlap: {pair:?}");
                let rank = |title| population.titles.get(title).seniority;
                assert!(rank(pair[1].title) <= rank(pair[0].title), "a career went down: {pair:?}");
            }
        }
    }

    #[test]
    fn names_come_from_many_cultures_and_scripts() {
        let population = Population::generate(1, 5_000);
        let names: String = population.people.iter().map(|person| population.full_name(person)).collect();
        for (script, letters) in [
            ("Cyrillic", 'а'..='я'),
            ("Greek", 'α'..='ω'),
            ("Arabic", 'ا'..='ي'),
            ("Hebrew", 'א'..='ת'),
            ("Devanagari", 'अ'..='ह'),
            ("Han", '一'..='龥'),
            ("Hangul", '가'..='힣'),
            ("Latin with marks", 'À'..='ÿ'),
        ] {
            assert!(names.chars().any(|letter| letters.contains(&letter)), "no name is written in {script}");
        }
        for index in 0..5_000 {
            let vanity = population.vanity(index);
            assert!(!vanity.contains(' ') && !vanity.starts_with('-') && vanity.len() > 8, "{vanity}");
        }
    }
}
