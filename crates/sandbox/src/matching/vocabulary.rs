//! The folded words of everything that people share: names, titles, companies, headlines. A search looks at these thousands of texts once and
//! then at each person's few numbers.

use super::words::{Expression, fold, holds};
use crate::population::Population;
use crate::population::person::{NO_COMPANY, Person};

pub struct Vocabulary {
    given: Vec<String>,
    families: Vec<String>,
    titles: Vec<String>,
    companies: Vec<String>,
    industries: Vec<String>,
    headlines: Vec<String>,
    /// By ladder.
    specialties: Vec<Vec<String>>,
    /// By industry.
    products: Vec<Vec<String>>,
    schools: Vec<String>,
}

/// A keyword expression, looked up in the vocabulary: for every phrase, what holds it.
pub enum Compiled {
    Phrase(Box<Holders>),
    All(Vec<Compiled>),
    Any(Vec<Compiled>),
    Not(Box<Compiled>),
}

pub struct Holders {
    given: Vec<bool>,
    families: Vec<bool>,
    titles: Vec<bool>,
    companies: Vec<bool>,
    industries: Vec<bool>,
    headlines: Vec<bool>,
    specialties: Vec<Vec<bool>>,
    products: Vec<Vec<bool>>,
    schools: Vec<bool>,
}

impl Vocabulary {
    pub fn of(population: &Population) -> Vocabulary {
        let folded = |words: &[&str]| words.iter().map(|text| fold(text)).collect::<Vec<_>>();
        Vocabulary {
            given: population.names.given.iter().map(|name| fold(&format!("{} {}", name.own, name.latin))).collect(),
            families: population.names.families.iter().map(|name| fold(&format!("{} {}", name.own, name.latin))).collect(),
            titles: population.titles.titles.iter().map(|title| fold(title.text) + &fold(title.alias)).collect(),
            companies: population.companies.all.iter().map(|company| fold(&company.name)).collect(),
            industries: population.companies.industries.iter().map(|industry| fold(industry.title)).collect(),
            headlines: population.headlines.iter().map(|headline| fold(&without_placeholders(headline))).collect(),
            specialties: population.titles.ladders.iter().map(|ladder| folded(&ladder.specialties)).collect(),
            products: population.companies.industries.iter().map(|industry| folded(&industry.products)).collect(),
            schools: population.studies.schools.iter().map(|school| fold(&school.name)).collect(),
        }
    }

    pub fn compile(&self, expression: &Expression) -> Compiled {
        match expression {
            Expression::All(parts) => Compiled::All(parts.iter().map(|part| self.compile(part)).collect()),
            Expression::Any(parts) => Compiled::Any(parts.iter().map(|part| self.compile(part)).collect()),
            Expression::Not(part) => Compiled::Not(Box::new(self.compile(part))),
            Expression::Phrase(phrase) => {
                let marks = |texts: &[String]| texts.iter().map(|text| holds(text, phrase)).collect::<Vec<_>>();
                Compiled::Phrase(Box::new(Holders {
                    given: marks(&self.given),
                    families: marks(&self.families),
                    titles: marks(&self.titles),
                    companies: marks(&self.companies),
                    industries: marks(&self.industries),
                    headlines: marks(&self.headlines),
                    specialties: self.specialties.iter().map(|texts| marks(texts)).collect(),
                    products: self.products.iter().map(|texts| marks(texts)).collect(),
                    schools: marks(&self.schools),
                }))
            }
        }
    }

    pub fn given(&self, expression: &Expression) -> Vec<bool> {
        matches(&self.given, expression)
    }

    pub fn families(&self, expression: &Expression) -> Vec<bool> {
        matches(&self.families, expression)
    }

    pub fn titles(&self, expression: &Expression) -> Vec<bool> {
        matches(&self.titles, expression)
    }

    pub fn companies(&self, expression: &Expression) -> Vec<bool> {
        matches(&self.companies, expression)
    }

    pub fn schools(&self, expression: &Expression) -> Vec<bool> {
        matches(&self.schools, expression)
    }
}

impl Compiled {
    pub fn holds(&self, population: &Population, person: &Person) -> bool {
        match self {
            Compiled::All(parts) => parts.iter().all(|part| part.holds(population, person)),
            Compiled::Any(parts) => parts.iter().any(|part| part.holds(population, person)),
            Compiled::Not(part) => !part.holds(population, person),
            Compiled::Phrase(holders) => holders.hold(population, person),
        }
    }
}

impl Holders {
    fn hold(&self, population: &Population, person: &Person) -> bool {
        if self.titles[usize::from(person.title)]
            || self.headlines[usize::from(person.headline)]
            || self.given[usize::from(person.given)]
            || self.families[usize::from(person.family)]
            || self.schools[usize::from(person.school)]
            || self.specialties[usize::from(person.ladder)][usize::from(person.specialty)]
        {
            return true;
        }
        if person.company == NO_COMPANY {
            return false;
        }
        let company = population.companies.get(person.company);
        self.companies[usize::from(person.company)]
            || self.industries[usize::from(company.industry)]
            || self.products[usize::from(company.industry)][usize::from(company.product)]
    }
}

fn matches(texts: &[String], expression: &Expression) -> Vec<bool> {
    texts.iter().map(|text| expression.holds(&|phrase| holds(text, phrase))).collect()
}

fn without_placeholders(headline: &str) -> String {
    ["{t}", "{c}", "{s}", "{m}"].iter().fold(headline.to_owned(), |text, placeholder| text.replace(placeholder, "|"))
}
