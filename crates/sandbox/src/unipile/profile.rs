//! A whole profile, section by section.

use serde_json::{Value, json};

use super::items::{company_id, public_url};
use crate::draws::{Draws, mix};
use crate::facts::{rows, wording};
use crate::population::Population;
use crate::population::career::{Career, Month, NOW};
use crate::population::identity::{Api, coin};
use crate::population::person::Person;
use crate::population::titles::Seniority;

/// Sections that can be asked for. Those of the first group come back empty when the provider throttles.
pub const SECTIONS: [&str; 10] = [
    "experience",
    "education",
    "skills",
    "languages",
    "certifications",
    "about",
    "volunteering_experience",
    "projects",
    "recommendations_received",
    "recommendations_given",
];
pub const THROTTLED: [&str; 3] = ["experience", "education", "skills"];

/// Everything that is shown without asking for a section.
pub fn basics(population: &Population, index: u32, api: Api) -> Value {
    let person = population.person(index);
    let vanity = population.vanity(index);
    let distance = ["FIRST_DEGREE", "SECOND_DEGREE", "THIRD_DEGREE", "OUT_OF_NETWORK"][usize::from(person.distance) - 1];
    let mut profile = json!({
        "object": "UserProfile",
        "provider": "LINKEDIN",
        "provider_id": population.provider_id(index, api),
        "public_identifier": vanity,
        "public_profile_url": public_url(&vanity),
        "first_name": population.first_name(person),
        "last_name": population.last_name(person),
        "headline": population.headline(person),
        "location": population.location(person),
        "websites": if coin(person, 91, 1, 6) { vec![format!("https://{}.example", mix(person.seed, 92) % 100_000)] } else { vec![] },
        "is_open_profile": coin(person, 74, 3, 10),
        "is_premium": coin(person, 46, 1, 4),
        "is_influencer": false,
        "is_creator": coin(person, 93, 1, 20),
        "is_hiring": coin(person, 94, 1, 12),
        "is_open_to_work": coin(person, 95, 1, 9),
        "is_relationship": person.distance == 1,
        "is_self": false,
        "follower_count": mix(person.seed, 56) % 9_000,
        "connections_count": 30 + mix(person.seed, 96) % 471,
        "network_distance": distance,
    });
    if person.distance < 4 {
        profile["shared_connections_count"] = (mix(person.seed, 54) % 40).into();
    }
    if !coin(person, 41, 3, 10) {
        profile["profile_picture_url"] =
            format!("https://media.licdn.example/dms/image/{:x}/shrink_100_100/0", mix(person.seed, 42)).into();
    }
    // Only first-degree connections see how to reach a person.
    if person.distance == 1 {
        profile["contact_info"] =
            json!({ "emails": [format!("person{}@mail.example", population.member(index))], "phones": [], "adresses": [], "socials": [] });
    }
    profile
}

/// The member of the profile that holds a section, and its content.
pub fn section(population: &Population, index: u32, section: &str) -> (&'static str, Value) {
    let person = population.person(index);
    match section {
        "experience" => ("work_experience", experience(population, person)),
        "education" => ("education", education(population, person)),
        "skills" => ("skills", skills(population, person)),
        "languages" => ("languages", languages(population, person)),
        "certifications" => ("certifications", certifications(person)),
        "about" => ("summary", summary(population, person).into()),
        "volunteering_experience" => ("volunteering_experience", volunteering(person)),
        "projects" => ("projects", projects(population, person)),
        _ => ("recommendations", Value::Null),
    }
}

/// Degree, field, first and last year of someone's studies, which ended before the first job began.
pub fn studies(population: &Population, person: &Person, career: &Career) -> (&'static str, &'static str, i32, i32) {
    let mut draws = Draws::new(mix(person.seed, 97));
    let leads = population.titles.get(person.title).seniority >= Seniority::Manager;
    let business = leads && draws.chance(1, 6);
    let degree = if business { wording::LEADERS_DEGREE } else { population.studies.draw_degree(&mut draws) };
    let field = if business { "Business Administration" } else { population.studies.draw_field(person.ladder, &mut draws) };
    let end = career.began.year() - draws.between(0, 1);
    (degree, field, end - draws.between(3, 5), end)
}

fn experience(population: &Population, person: &Person) -> Value {
    let career = Career::of(population, person);
    let skills = population.skills(person);
    let jobs = career.jobs().iter().enumerate().map(|(place, job)| {
        let mut entry = json!({
            "position": population.titles.get(job.title).text,
            "company": population.company_name(job.company),
            "skills": if place == 0 { &skills[..skills.len().min(3)] } else { &[] },
            "current": job.end.is_none(),
            "start": date(job.start),
            "end": job.end.map(date),
        });
        if let Some(id) = company_id(population, job.company) {
            entry["company_id"] = id.into();
            entry["description"] = format!(
                "{} at a company known for {}.",
                population.titles.get(job.title).text,
                population.companies.product_of(job.company)
            )
            .into();
        }
        if place == 0 {
            entry["location"] = population.location(person).into();
        }
        entry
    });
    jobs.collect()
}

fn education(population: &Population, person: &Person) -> Value {
    let school = &population.studies.schools[usize::from(person.school)];
    let (degree, field, start, end) = studies(population, person, &Career::of(population, person));
    json!([{ "degree": degree, "school": school.name, "school_id": school.id.to_string(), "field_of_study": field,
        "start": format!("9/1/{start}"), "end": format!("6/30/{end}") }])
}

fn skills(population: &Population, person: &Person) -> Value {
    let skills = population.skills(person).into_iter().enumerate();
    skills
        .map(|(place, name)| {
            let endorsements = mix(person.seed, 86 + place as u64) % 30;
            json!({ "name": name, "endorsement_count": endorsements, "endorsement_id": null, "insights": [], "endorsed": false })
        })
        .collect()
}

fn languages(population: &Population, person: &Person) -> Value {
    let own = population.names.cultures[usize::from(person.culture)].language;
    let spoken = population.places.country_of(person.city).language;
    let mut languages = Vec::new();
    for (code, proficiency) in [
        (own.unwrap_or(spoken), "Native or bilingual proficiency"),
        (spoken, "Professional working proficiency"),
        ("en", "Full professional proficiency"),
    ] {
        if let Some(row) = rows(wording::LANGUAGES).find(|row| row[0] == code)
            && languages.iter().all(|known: &Value| known["name"] != row[1])
        {
            languages.push(json!({ "name": row[1], "proficiency": proficiency }));
        }
    }
    languages.into()
}

fn certifications(person: &Person) -> Value {
    let all: Vec<_> = rows(wording::CERTIFICATES).collect();
    let chosen = all.iter().enumerate().filter(|(place, _)| coin(person, 110 + *place as u64, 1, 6));
    chosen.map(|(_, row)| json!({ "name": row[0], "organization": row[1] })).collect()
}

fn summary(population: &Population, person: &Person) -> String {
    let career = Career::of(population, person);
    let years = career.began.until(NOW) / 12;
    format!(
        "{} at {} in {}. {} of experience, mostly in {}. What I care about: {}.",
        population.title_text(person),
        population.company_name(person.company),
        population.location(person),
        if years == 1 { "One year".to_owned() } else { format!("{years} years") },
        population.specialty(person),
        population.product(person),
    )
}

fn volunteering(person: &Person) -> Value {
    if !coin(person, 120, 1, 8) {
        return json!([]);
    }
    json!([{ "company": "Neighbourhood Reading Circle", "description": "Reads with children on Saturdays.", "role": "Volunteer", "cause": "Education", "start": "1/1/2022", "end": null }])
}

fn projects(population: &Population, person: &Person) -> Value {
    if !coin(person, 121, 1, 5) {
        return json!([]);
    }
    let product = population.product(person);
    json!([{ "name": format!("A new start for {product}"), "description": format!("Planned and shipped a second generation of {product}."), "skills": population.skills(person),
        "start": "1/1/2024", "end": "12/1/2024" }])
}

fn date(month: Month) -> String {
    format!("{}/1/{}", month.month(), month.year())
}
