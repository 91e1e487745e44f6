//! Invented offers of employment by the invented companies, the same for one seed.

pub mod find;

use crate::draws::{Draws, mix};
use crate::facts::{lines, postings as wording};
use crate::matching::words::{fold, romanise};
use crate::population::Population;
use crate::population::titles::Seniority;

/// How many there are; enough for any cap to be felt.
pub const POSTINGS: u32 = 12_000;
const FIRST_ID: u64 = 3_900_000_000;
const STEP: u64 = 37;
const PURPOSE: u64 = 0x706F_7374;
/// Every so many, a posting is the one before it once more, under a new id.
const REPOST_EVERY: u32 = 50;
const HOURS_OF_A_WEEK: usize = 168;

/// One offer. What hangs on it is drawn from its seed; how old it is hangs on the seed too, and the day on which it was posted on today.
#[derive(Debug, Clone)]
pub struct Posting {
    pub id: u64,
    seed: u64,
    pub ladder: u8,
    pub title: u16,
    pub company: u16,
    pub city: u16,
    pub age_hours: u32,
    pub employment: Employment,
    pub workplace: Workplace,
    pub easy_apply: bool,
    /// What is paid in a year or an hour, when that is stated.
    pub pay: Option<Pay>,
    pub applicants: u32,
    pub fate: Fate,
    /// What keywords are looked for in, folded.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Employment {
    FullTime,
    PartTime,
    Contract,
    Internship,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workplace {
    OnSite,
    Remote,
    Hybrid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pay {
    pub min: u32,
    pub max: u32,
    pub sign: &'static str,
    pub code: &'static str,
    pub hourly: bool,
}

/// What its page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Open,
    Closed,
    /// Its page is gone.
    Dead,
    /// Its page shows another posting.
    Replaced,
}

/// How a search card is written; LinkedIn's are not all alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardForm {
    /// The card is the link itself, and nothing in it is one.
    pub is_link: bool,
    pub links_company: bool,
}

pub struct Postings {
    pub all: Vec<Posting>,
}

impl Postings {
    pub fn of(population: &Population) -> Postings {
        let mut all: Vec<Posting> = Vec::with_capacity(POSTINGS as usize);
        for index in 0..POSTINGS {
            let id = FIRST_ID + u64::from(index) * STEP;
            let posting = match all.last() {
                Some(before) if index % REPOST_EVERY == 7 => {
                    Posting { id, fate: Fate::Open, age_hours: before.age_hours / 2, ..before.clone() }
                }
                _ => draw(population, id, mix(population.seed ^ PURPOSE, u64::from(index))),
            };
            all.push(Posting { text: posting.searched_text(population), ..posting });
        }
        Postings { all }
    }

    pub fn find(&self, id: u64) -> Option<&Posting> {
        let offset = id.checked_sub(FIRST_ID)?;
        if offset.is_multiple_of(STEP) { self.all.get(usize::try_from(offset / STEP).ok()?) } else { None }
    }

    /// The posting that is shown in place of a replaced one.
    pub fn instead_of(&self, posting: &Posting) -> Option<&Posting> {
        let index = ((posting.id - FIRST_ID) / STEP) as usize;
        (1..self.all.len()).map(|step| &self.all[(index + step) % self.all.len()]).find(|other| other.fate == Fate::Open)
    }
}

fn draw(population: &Population, id: u64, seed: u64) -> Posting {
    let mut draws = Draws::new(seed);
    let country = population.places.draw_country(&mut draws);
    let mut ladder = population.titles.draw_ladder(&mut draws);
    let company =
        population.companies.draw_suitable(country, &mut draws, |company| population.suits(ladder, company)).unwrap_or_else(|| {
            ladder = 0;
            population.companies.draw(country, &mut draws)
        });
    let title = population.titles.draw_title(ladder, &mut draws);
    let seniority = population.titles.get(title).seniority;
    let employment = match draws.below(20) {
        _ if seniority == Seniority::Training => Employment::Internship,
        0..2 => Employment::PartTime,
        2..5 => Employment::Contract,
        _ => Employment::FullTime,
    };
    let workplace = match draws.below(10) {
        0..4 => Workplace::OnSite,
        4..6 => Workplace::Remote,
        _ => Workplace::Hybrid,
    };
    let fate = match draws.below(300) {
        0..4 => Fate::Closed,
        4..6 => Fate::Dead,
        6 => Fate::Replaced,
        _ => Fate::Open,
    };
    let weeks = draws.below(5);
    Posting {
        id,
        seed,
        ladder,
        title,
        company,
        city: population.places.draw_city(country, &mut draws),
        age_hours: (draws.below(HOURS_OF_A_WEEK) + weeks * HOURS_OF_A_WEEK) as u32,
        employment,
        workplace,
        easy_apply: draws.chance(2, 5),
        pay: draw_pay(population.places.countries[usize::from(country)].name, seniority, &mut draws),
        applicants: draws.below(230) as u32,
        fate,
        text: String::new(),
    }
}

/// Some employers say what they pay.
fn draw_pay(country: &str, seniority: Seniority, draws: &mut Draws) -> Option<Pay> {
    let (sign, code, unit) = match country {
        "United States" => ("$", "USD", 1_000),
        "Canada" => ("CA$", "CAD", 1_100),
        "United Kingdom" => ("£", "GBP", 700),
        "India" => ("₹", "INR", 22_000),
        "Israel" => ("₪", "ILS", 3_600),
        "Germany" | "France" | "Netherlands" | "Spain" | "Italy" | "Austria" | "Belgium" => ("€", "EUR", 800),
        _ => return None,
    };
    let states = draws.chance(1, 6);
    let hourly = draws.chance(1, 5);
    let base = 40 + 18 * seniority as u32 + draws.below(30) as u32;
    let min = if hourly { base * unit / 1_900 + 9 } else { base * unit };
    states.then_some(Pay { min, max: min + min * (10 + draws.below(40) as u32) / 100, sign, code, hourly })
}

impl Posting {
    pub fn card_form(&self) -> CardForm {
        CardForm { is_link: mix(self.seed, 1).is_multiple_of(146), links_company: !mix(self.seed, 2).is_multiple_of(12) }
    }

    pub fn title(&self, population: &Population) -> String {
        let country = population.places.country_of(self.city);
        if country.language == "he" && mix(self.seed, 3).is_multiple_of(2) {
            let titles: Vec<&str> = lines(wording::RIGHT_TO_LEFT_TITLES).collect();
            return titles[(mix(self.seed, 4) % titles.len() as u64) as usize].to_owned();
        }
        let patterns: Vec<&str> = lines(wording::TITLE_PATTERNS).collect();
        let pattern = patterns[(mix(self.seed, 5) % patterns.len() as u64) as usize];
        self.fill(pattern, population)
    }

    pub fn company<'a>(&self, population: &'a Population) -> &'a str {
        population.company_name(self.company)
    }

    pub fn company_slug(&self, population: &Population) -> String {
        romanise(self.company(population))
    }

    /// "City, Region, Country" as LinkedIn writes places.
    pub fn location(&self, population: &Population) -> &'static str {
        population.places.cities[usize::from(self.city)].title
    }

    pub fn slug(&self, population: &Population) -> String {
        let slug = romanise(&format!("{} at {}", self.title(population), self.company(population)));
        format!("{slug}-{}", self.id)
    }

    pub fn function(&self, population: &Population) -> &'static str {
        population.titles.ladders[usize::from(self.ladder)].function
    }

    pub fn seniority(&self, population: &Population) -> Seniority {
        population.titles.get(self.title).seniority
    }

    pub fn benefit(&self) -> Option<&'static str> {
        let benefits: Vec<&str> = lines(wording::BENEFITS).collect();
        benefits.get((mix(self.seed, 6) % 6) as usize).copied()
    }

    /// A paragraph, and two lists.
    pub fn description(&self, population: &Population) -> (String, Vec<String>, Vec<String>) {
        let openings: Vec<&str> = lines(wording::OPENINGS).collect();
        let opening = self.fill(openings[(mix(self.seed, 7) % openings.len() as u64) as usize], population);
        let some = |table: &'static str, purpose: u64| {
            let drop = mix(self.seed, purpose) % 3;
            lines(table).enumerate().filter(|(place, _)| *place as u64 != drop).map(|(_, line)| self.fill(line, population)).collect()
        };
        (opening, some(wording::TASKS, 8), some(wording::WISHES, 9))
    }

    fn searched_text(&self, population: &Population) -> String {
        let ladder = &population.titles.ladders[usize::from(self.ladder)];
        let title = population.titles.get(self.title);
        let parts = [&self.title(population), title.text, title.alias, self.company(population), ladder.function, &ladder.skills.join(" ")];
        fold(&parts.join(" "))
    }

    fn fill(&self, pattern: &str, population: &Population) -> String {
        let ladder = &population.titles.ladders[usize::from(self.ladder)];
        let specialty = ladder.specialties[(mix(self.seed, 10) % ladder.specialties.len() as u64) as usize];
        let from = (mix(self.seed, 11) % ladder.skills.len().max(1) as u64) as usize;
        let skills: Vec<&str> = ladder.skills.iter().cycle().skip(from).take(3).copied().collect();
        pattern
            .replace("{t}", population.titles.get(self.title).text)
            .replace("{c}", self.company(population))
            .replace("{s}", specialty)
            .replace("{m}", population.companies.product_of(self.company))
            .replace("{k}", &skills.join(", "))
    }
}

impl Pay {
    /// "$117,000.00/yr - $234,000.00/yr".
    pub fn text(&self) -> String {
        let period = if self.hourly { "hr" } else { "yr" };
        format!("{0}{1}.00/{period} - {0}{2}.00/{period}", self.sign, thousands(self.min), thousands(self.max))
    }
}

fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl Employment {
    pub fn name(self) -> &'static str {
        match self {
            Employment::FullTime => "Full-time",
            Employment::PartTime => "Part-time",
            Employment::Contract => "Contract",
            Employment::Internship => "Internship",
        }
    }

    pub fn letter(self) -> &'static str {
        &self.name()[..1]
    }
}

impl Workplace {
    pub fn name(self) -> &'static str {
        match self {
            Workplace::OnSite => "On-site",
            Workplace::Remote => "Remote",
            Workplace::Hybrid => "Hybrid",
        }
    }

    pub fn number(self) -> &'static str {
        match self {
            Workplace::OnSite => "1",
            Workplace::Remote => "2",
            Workplace::Hybrid => "3",
        }
    }
}

/// The words and the number of LinkedIn's filter for a seniority.
pub fn level(seniority: Seniority) -> (&'static str, &'static str) {
    match seniority {
        Seniority::Training => ("Internship", "1"),
        Seniority::Entry => ("Entry level", "2"),
        Seniority::Senior | Seniority::Manager => ("Mid-Senior level", "4"),
        Seniority::Director | Seniority::Vp => ("Director", "5"),
        Seniority::Cxo | Seniority::Partner | Seniority::Owner => ("Executive", "6"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_the_same_postings_and_every_id_leads_back() {
        let population = Population::generate(1, 10);
        let (first, again) = (Postings::of(&population), Postings::of(&population));
        assert_eq!(
            format!("{:?}", first.all[..500].iter().collect::<Vec<_>>()),
            format!("{:?}", again.all[..500].iter().collect::<Vec<_>>())
        );
        for posting in first.all.iter().step_by(97) {
            assert_eq!(first.find(posting.id).map(|found| found.id), Some(posting.id));
        }
        assert!(first.find(FIRST_ID + 1).is_none() && first.find(1).is_none() && first.find(u64::MAX).is_none());
    }

    #[test]
    fn every_variety_is_there() {
        let population = Population::generate(1, 10);
        let postings = Postings::of(&population);
        let share = |holds: &dyn Fn(&Posting) -> bool| postings.all.iter().filter(|posting| holds(posting)).count();
        assert!((60..400).contains(&share(&|posting| posting.card_form().is_link)));
        assert!(share(&|posting| !posting.card_form().links_company) > 500);
        assert!(share(&|posting| posting.pay.is_some()) > 500);
        for fate in [Fate::Closed, Fate::Dead, Fate::Replaced] {
            assert!(share(&|posting| posting.fate == fate) > 20, "{fate:?}");
        }
        let titles: String = postings.all.iter().take(3_000).map(|posting| posting.title(&population)).collect();
        assert!(titles.contains('&') && titles.contains('<') && titles.contains('"') && titles.contains("מהנדס"));
        assert!(!titles.contains('{'));
    }

    #[test]
    fn pay_is_written_as_linkedin_does() {
        let pay = Pay { min: 95_000, max: 1_120_000, sign: "€", code: "EUR", hourly: false };
        assert_eq!(pay.text(), "€95,000.00/yr - €1,120,000.00/yr");
    }
}
