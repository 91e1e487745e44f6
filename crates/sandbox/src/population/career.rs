//! A person's working life, drawn from the person's seed alone: jobs do not overlap, seniority rises, and every employer existed at the time.

use super::Population;
use super::person::{NO_COMPANY, Person};
use super::titles::Seniority;
use crate::draws::{Draws, mix};

/// The month in which the population was written down. All dates hang on it, so that answers never change with the day.
pub const NOW: Month = Month(2026 * 12 + 5);
const CAREER: u64 = 11;
const MOST_JOBS: usize = 4;

/// Months since year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(pub i32);

#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// `NO_COMPANY` for the self-employed.
    pub company: u16,
    pub title: u16,
    pub start: Month,
    /// `None` for the present job.
    pub end: Option<Month>,
}

/// The present job first.
#[derive(Debug, Clone, Copy)]
pub struct Career {
    jobs: [Job; MOST_JOBS],
    count: usize,
    /// When the first job began; studies ended before.
    pub began: Month,
}

impl Month {
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// From 1 to 12.
    pub fn month(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    pub fn until(self, end: Month) -> i32 {
        end.0 - self.0
    }
}

impl Career {
    pub fn jobs(&self) -> &[Job] {
        &self.jobs[..self.count]
    }

    pub fn present(&self) -> &Job {
        &self.jobs[0]
    }

    pub fn of(population: &Population, person: &Person) -> Career {
        let mut draws = Draws::new(mix(person.seed, CAREER));
        let title = population.titles.get(person.title);
        let (least, most) = experience_years(title.seniority);
        let experience = draws.between(least * 12 + 3, most * 12);
        let mut start = Month(NOW.0 - draws.between(2, experience.clamp(3, 90)));
        if person.company != NO_COMPANY {
            let founded = Month(population.companies.get(person.company).founded * 12);
            let leads = title.seniority >= Seniority::Partner || (title.ladder.is_none() && population.companies.is_small(person.company));
            if leads || start < founded {
                start = Month((founded.0 + draws.between(0, 9)).min(NOW.0 - 2));
            }
        }
        let present = Job { company: person.company, title: person.title, start, end: None };
        let mut career = Career { jobs: [present; MOST_JOBS], count: 1, began: start };
        let country = population.places.cities[usize::from(person.city)].country;
        let mut left = experience - start.until(NOW);
        let mut seniority = title.seniority;
        while left > 8 && career.count < MOST_JOBS {
            let end = Month(career.began.0 - draws.between(0, 3));
            let months = draws.between(8, left.min(70));
            let begin = Month(end.0 - months);
            let mut earlier = population.titles.draw_earlier(person.ladder, seniority, &mut draws);
            let existed = |company: u16| company != NO_COMPANY && population.companies.get(company).founded < begin.year();
            // One in four was promoted where they were.
            let before = career.jobs[career.count - 1].company;
            let later = career.jobs[career.count - 1].title;
            if earlier == later {
                earlier = population.titles.draw_earlier(person.ladder, seniority, &mut draws);
            }
            let company = if earlier != later && draws.chance(1, 4) && existed(before) {
                before
            } else {
                let suits = |company| existed(company) && population.suits(person.ladder, company);
                let Some(company) = population.companies.draw_suitable(country, &mut draws, suits) else { break };
                company
            };
            career.jobs[career.count] = Job { company, title: earlier, start: begin, end: Some(end) };
            career.count += 1;
            career.began = begin;
            seniority = population.titles.get(earlier).seniority;
            left -= months;
        }
        career
    }
}

/// The least and most years of work behind a seniority.
fn experience_years(seniority: Seniority) -> (i32, i32) {
    match seniority {
        Seniority::Training => (0, 1),
        Seniority::Entry => (0, 5),
        Seniority::Senior => (4, 14),
        Seniority::Manager => (6, 18),
        Seniority::Director => (10, 24),
        Seniority::Vp => (12, 28),
        Seniority::Cxo => (8, 30),
        Seniority::Partner => (10, 30),
        Seniority::Owner => (4, 30),
    }
}
