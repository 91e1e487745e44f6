//! Which people a search finds.

pub mod query;
pub mod vocabulary;
pub mod words;

use self::query::{Condition, Field, Query, Value};
use self::vocabulary::{Compiled, Vocabulary};
use self::words::Expression;
use crate::draws::{digest, mix};
use crate::population::Population;
use crate::population::career::{Career, NOW};
use crate::population::companies::BANDS;
use crate::population::person::{NO_COMPANY, Person};
use crate::population::titles::Seniority;

/// One condition with everything looked up that does not hang on the person.
enum Test<'a> {
    Words(Compiled),
    Given(Vec<bool>),
    Family(Vec<bool>),
    City(Vec<bool>),
    School(Vec<bool>),
    Company { marks: Vec<bool>, present: bool, past: bool },
    Title { marks: Vec<bool>, present: bool, past: bool },
    Person(Box<dyn Fn(&Person) -> bool + 'a>),
}

/// The people whom `query` finds, as indices, always in the same order.
pub fn find(population: &Population, vocabulary: &Vocabulary, query: &Query) -> Vec<u32> {
    let tests: Vec<(Test<'_>, bool)> =
        query.all.iter().map(|condition| (compile(population, vocabulary, condition), condition.negate)).collect();
    (0..population.people.len() as u32)
        .filter(|index| {
            let person = population.person(*index);
            tests.iter().all(|(test, negate)| test.holds(population, person) != *negate)
        })
        .collect()
}

impl Test<'_> {
    fn holds(&self, population: &Population, person: &Person) -> bool {
        match self {
            Test::Words(words) => words.holds(population, person),
            Test::Given(marks) => marks[usize::from(person.given)],
            Test::Family(marks) => marks[usize::from(person.family)],
            Test::City(marks) => marks[usize::from(person.city)],
            Test::School(marks) => marks[usize::from(person.school)],
            Test::Company { marks, present, past } => {
                let holds = |company: u16| company != NO_COMPANY && marks[usize::from(company)];
                (*present && holds(person.company)) || (*past && person.past_companies.into_iter().any(holds))
            }
            Test::Title { marks, present, past } => {
                let holds = |title: u16| marks.get(usize::from(title)).copied().unwrap_or(false);
                (*present && holds(person.title)) || (*past && person.past_titles.into_iter().any(holds))
            }
            Test::Person(holds) => holds(person),
        }
    }
}

fn compile<'a>(population: &'a Population, vocabulary: &Vocabulary, condition: &Condition) -> Test<'a> {
    let any = &condition.any;
    match condition.field {
        Field::Keywords => Test::Words(vocabulary.compile(&expression(any))),
        Field::FirstName => Test::Given(vocabulary.given(&expression(any))),
        Field::LastName => Test::Family(vocabulary.families(&expression(any))),
        Field::Location => Test::City(cities(population, any)),
        Field::School => {
            let mut marks = vocabulary.schools(&expression(any));
            mark(&mut marks, |place| has_id(any, population.studies.schools[place].id));
            Test::School(marks)
        }
        Field::Title | Field::PastTitle | Field::AnyTitle => {
            let mut marks = vocabulary.titles(&expression(any));
            mark(&mut marks, |place| has_id(any, population.titles.titles[place].id));
            Test::Title { marks, present: condition.field != Field::PastTitle, past: condition.field != Field::Title }
        }
        Field::Seniority => Test::Title {
            marks: population.titles.titles.iter().map(|title| has_seniority(any, title.seniority, title.text)).collect(),
            present: true,
            past: false,
        },
        Field::Function => {
            let ladders: Vec<bool> = population.titles.ladders.iter().map(|ladder| has_id(any, ladder.function_id)).collect();
            Test::Person(Box::new(move |person| ladders[usize::from(person.ladder)]))
        }
        Field::Company | Field::PastCompany | Field::AnyCompany => {
            let mut marks = vocabulary.companies(&expression(any));
            mark(&mut marks, |place| has_id(any, population.companies.all[place].id));
            Test::Company { marks, present: condition.field != Field::PastCompany, past: condition.field != Field::Company }
        }
        Field::CompanyLocation => {
            let cities = cities(population, any);
            present_companies(population, |company| cities[usize::from(population.companies.get(company).city)])
        }
        Field::Industry => present_companies(population, |company| has_id(any, population.companies.industry_of(company).id)),
        Field::Headcount => present_companies(population, |company| {
            let (least, most, ..) = BANDS[usize::from(population.companies.get(company).band)];
            let most = if most == 0 { f64::INFINITY } else { f64::from(most) };
            any.iter().any(|value| matches!(value, Value::Range(min, max) if *min <= f64::from(least) && most <= *max))
        }),
        Field::Distance => {
            let wanted: Vec<u8> = (1..=4).filter(|distance| has_id(any, u64::from((*distance).min(3)))).collect();
            Test::Person(Box::new(move |person| wanted.contains(&person.distance)))
        }
        Field::Skill => {
            let wanted = expression(any);
            Test::Person(Box::new(move |person| {
                population.skills(person).iter().any(|skill| {
                    let skill = words::fold(skill);
                    wanted.holds(&|phrase| words::holds(&skill, phrase))
                })
            }))
        }
        Field::Language => {
            let any = any.clone();
            Test::Person(Box::new(move |person| has_text(&any, population.places.country_of(person.city).language)))
        }
        Field::Experience | Field::TenureAtCompany | Field::TenureAtRole => {
            let (any, whole) = (any.clone(), condition.field == Field::Experience);
            Test::Person(Box::new(move |person| {
                let career = Career::of(population, person);
                let since = if whole { career.began } else { career.present().start };
                let years = f64::from(since.until(NOW)) / 12.0;
                any.iter().any(|value| matches!(value, Value::Range(min, max) if *min <= years && years <= *max))
            }))
        }
        Field::Invented(name) => {
            // Each value keeps the same quarter of the people.
            let purposes: Vec<u64> = any.iter().map(|value| digest(&format!("{name}={value:?}"))).collect();
            Test::Person(Box::new(move |person| purposes.iter().any(|purpose| mix(person.seed, *purpose).is_multiple_of(4))))
        }
    }
}

/// One text or several: any of them.
fn expression(any: &[Value]) -> Expression {
    let texts: Vec<Expression> =
        any.iter().filter_map(|value| if let Value::Text(text) = value { Some(Expression::parse(text)) } else { None }).collect();
    if texts.len() == 1 { texts.into_iter().next().unwrap_or(Expression::Any(Vec::new())) } else { Expression::Any(texts) }
}

fn mark(marks: &mut [bool], holds: impl Fn(usize) -> bool) {
    for (place, mark) in marks.iter_mut().enumerate() {
        *mark |= holds(place);
    }
}

fn cities(population: &Population, any: &[Value]) -> Vec<bool> {
    population.places.cities.iter().map(|city| city.within.iter().any(|id| has_id(any, *id))).collect()
}

fn present_companies<'a>(population: &Population, holds: impl Fn(u16) -> bool) -> Test<'a> {
    Test::Company { marks: (0..population.companies.all.len() as u16).map(holds).collect(), present: true, past: false }
}

fn has_id(any: &[Value], id: u64) -> bool {
    any.contains(&Value::Id(id))
}

fn has_text(any: &[Value], text: &str) -> bool {
    any.iter().any(|value| matches!(value, Value::Text(wanted) if wanted == text))
}

/// The apis cut seniorities differently; every name of every api is understood.
fn has_seniority(any: &[Value], seniority: Seniority, title: &str) -> bool {
    let lead = ["Staff", "Architect", "Lead"].iter().any(|word| title.contains(word));
    let experienced = title.contains(' ')
        && ["Senior", "Group", "Regional", "Key", "Engineering", "Operations", "Finance"].iter().any(|word| title.contains(word));
    let names: &[&str] = match seniority {
        Seniority::Training => &["training", "in_training"],
        Seniority::Entry => &["entry", "entry_level"],
        Seniority::Senior if lead => &["senior", "strategic"],
        Seniority::Senior => &["senior"],
        Seniority::Manager if experienced => &["manager", "experienced_manager"],
        Seniority::Manager => &["manager", "entry_level_manager"],
        Seniority::Director => &["director"],
        Seniority::Vp => &["vp", "vice_president"],
        Seniority::Cxo => &["cxo"],
        Seniority::Partner => &["partner", "owner/partner"],
        Seniority::Owner => &["owner", "owner/partner"],
    };
    names.iter().any(|name| has_text(any, name))
}
