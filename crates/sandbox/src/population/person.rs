//! One person, small enough to keep a hundred thousand; everything else is drawn again from the seed when asked for.

use super::Population;
use super::identity::coin;
use crate::draws::mix;

pub const NO_COMPANY: u16 = u16::MAX;

#[derive(Debug, Clone)]
pub struct Person {
    pub seed: u64,
    pub culture: u8,
    /// The name is shown in the culture's own script.
    pub own_script: bool,
    pub given: u16,
    pub family: u16,
    pub city: u16,
    /// The ladder that the career climbs.
    pub ladder: u8,
    pub title: u16,
    pub company: u16,
    /// Place in `Population::headlines`.
    pub headline: u8,
    /// Place in the ladder's specialties.
    pub specialty: u8,
    pub school: u16,
    /// Degrees from the account's owner: 1, 2, 3, or 4 for out of the network.
    pub distance: u8,
    /// Earlier employers and titles; `NO_COMPANY` where there is none.
    pub past_companies: [u16; 3],
    pub past_titles: [u16; 3],
}

const CREDENTIALS: [&str; 5] = ["PhD", "MBA", "PMP", "CPA", "MSc"];

impl Population {
    pub fn first_name(&self, person: &Person) -> String {
        let name = &self.names.given[usize::from(person.given)];
        let mut text = if person.own_script { name.own.clone() } else { name.latin.clone() };
        if coin(person, 21, 1, 150) {
            text.push_str(" 🚀");
        }
        text
    }

    pub fn last_name(&self, person: &Person) -> String {
        let name = &self.names.families[usize::from(person.family)];
        let text = if person.own_script { &name.own } else { &name.latin };
        if coin(person, 22, 1, 40) {
            return format!("{text}, {}", CREDENTIALS[(mix(person.seed, 23) % CREDENTIALS.len() as u64) as usize]);
        }
        text.clone()
    }

    /// The name as it is shown.
    pub fn full_name(&self, person: &Person) -> String {
        let culture = &self.names.cultures[usize::from(person.culture)];
        let (first, last) = (self.first_name(person), self.last_name(person));
        match (person.own_script && culture.family_first, culture.blank) {
            (true, false) => format!("{last}{first}"),
            (true, true) => format!("{last} {first}"),
            (false, _) => format!("{first} {last}"),
        }
    }

    pub fn company_name(&self, company: u16) -> &str {
        if company == NO_COMPANY { "Self-employed" } else { &self.companies.get(company).name }
    }

    pub fn title_text(&self, person: &Person) -> &'static str {
        self.titles.get(person.title).text
    }

    pub fn location(&self, person: &Person) -> &'static str {
        self.places.cities[usize::from(person.city)].title
    }

    pub fn specialty(&self, person: &Person) -> &'static str {
        self.titles.ladders[usize::from(person.ladder)].specialties[usize::from(person.specialty)]
    }

    /// What the person's company makes; the self-employed do what they are good at.
    pub fn product(&self, person: &Person) -> &'static str {
        if person.company == NO_COMPANY { self.specialty(person) } else { self.companies.product_of(person.company) }
    }

    pub fn industry(&self, person: &Person) -> Option<&'static str> {
        (person.company != NO_COMPANY).then(|| self.companies.industry_of(person.company).title)
    }

    pub fn headline(&self, person: &Person) -> String {
        self.headlines[usize::from(person.headline)]
            .replace("{t}", self.title_text(person))
            .replace("{c}", self.company_name(person.company))
            .replace("{s}", self.specialty(person))
            .replace("{m}", self.product(person))
    }

    /// The skills of the person's function that this person has; never none.
    pub fn skills(&self, person: &Person) -> Vec<&'static str> {
        let skills = &self.titles.ladders[usize::from(person.ladder)].skills;
        let bits = mix(person.seed, 31) | 1 << (mix(person.seed, 32) % skills.len() as u64);
        skills.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, skill)| *skill).collect()
    }
}
