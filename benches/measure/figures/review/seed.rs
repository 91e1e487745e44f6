//! A workspace of 100 searches of 2,500 people each, all in one large review and each in one of its own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};
use sluice::domain::{JobId, Scope};
use sluice::jobs::search_prospects::KIND;
use sluice::reviews::{self as starting, ReviewOrder};
use sluice::store::database::sql;
use sluice::store::jobs::{self, MAX_ATTEMPTS, NewJob};
use sluice::store::reviews::following;
use sluice::store::{Database, prospects, users};
use sluice_providers::{Api, NetworkDistance, PersonRecord};

use crate::bench::Bench;
use crate::programs::Place;
use crate::stage::{Kind, Stage};

pub struct Seeded {
    pub place: Place,
    pub people: usize,
    /// Of one search.
    pub each: usize,
    /// The review of everybody.
    pub large: String,
    pub small: Vec<String>,
    pub searches: Vec<String>,
    /// Items in all, and how long it took to take them in.
    pub items: usize,
    pub taking_in: Duration,
}

pub async fn seed(bench: &Bench, kind: Kind) -> Result<Seeded> {
    let (count, each) = if bench.brief { (4, 500) } else { (100, 2_500) };
    let (place, url) = Stage::unmade(bench, kind).await?;
    let database = Database::open(&url, 10).await?;
    database.migrate().await?;
    database.close().await;
    // The server's first start makes the workspace, its owner and the key.
    place.serve().await?.stop().await?;
    let database = Database::open(&url, 10).await?;
    let mut conn = database.read().await?;
    let (workspace_id, user_id) = users::first_owner(&mut conn).await?.context("the first owner")?;
    drop(conn);
    let mut searches = Vec::new();
    for number in 0..count {
        let new = NewJob {
            workspace_id,
            user_id,
            account_id: None,
            schedule_id: None,
            kind: KIND.to_owned(),
            args: json!({"query": {"criteria": {"keywords": format!("measured {number}")}}, "api": "sales_navigator", "target": each, "asked": each, "limit": 100}),
            priority: 0,
            max_attempts: i64::from(MAX_ATTEMPTS),
            page_cap: 100,
            deadline_us: 900_000_000,
            progress_total: each as i64,
            message: "measured".to_owned(),
        };
        let mut tx = database.begin().await?;
        let job = jobs::insert(&mut tx, &new).await?;
        sql("UPDATE jobs SET state = 'completed', stop_reason = 'target_reached', completed_at = {now} WHERE id = $1")
            .bind(job.id)
            .execute(&mut tx)
            .await?;
        tx.commit().await?;
        for page in 0..each / 100 {
            let records: Vec<PersonRecord> = (0..100).map(|n| invented(number * each + page * 100 + n, n)).collect();
            let mut tx = database.begin().await?;
            prospects::save_page(&mut tx, &job, page as i64 + 1, &records, i64::MAX).await?;
            tx.commit().await?;
        }
        searches.push(job.id);
    }
    let scope = Scope::Workspace(workspace_id);
    let started = Instant::now();
    let order = |name: &str, searches: Vec<JobId>| ReviewOrder { workspace_id, user_id, name: name.to_owned(), searches };
    let mut small = Vec::new();
    for search in &searches {
        let mut tx = database.begin().await?;
        let review = starting::start(&mut tx, &order("measured", vec![*search])).await?;
        tx.commit().await?;
        starting::catch_up(&database, scope, Some(review.id)).await?;
        small.push(review.id.to_string());
    }
    let mut tx = database.begin().await?;
    let large = starting::start(&mut tx, &order("everybody", Vec::new())).await?;
    for search in &searches {
        following::follow(&mut tx, scope, &large, *search, KIND).await?;
    }
    tx.commit().await?;
    starting::catch_up(&database, scope, Some(large.id)).await?;
    let taking_in = started.elapsed();
    decide_some(&database, large.number).await?;
    database.close().await;
    let people = count * each;
    Ok(Seeded {
        place,
        people,
        each,
        large: large.id.to_string(),
        small,
        searches: searches.iter().map(ToString::to_string).collect(),
        items: 2 * people,
        taking_in,
    })
}

/// Three in ten approved, one in ten rejected; and on Postgres the statistics that its autovacuum would take.
async fn decide_some(database: &Database, review: i64) -> Result<()> {
    let mut tx = database.begin().await?;
    for (decision, column, tenths) in [("approved", "approved", "0, 1, 2"), ("rejected", "rejected", "3")] {
        let decided = sql(format!(
            "UPDATE review_items SET decision = '{decision}', decided_at = {{now}} WHERE review_number = $1 AND number % 10 IN ({tenths})"
        ))
        .bind(review)
        .execute(&mut tx)
        .await?;
        sql(format!("UPDATE reviews SET {column} = $2 WHERE number = $1")).bind(review).bind(decided as i64).execute(&mut tx).await?;
    }
    tx.commit().await?;
    if database.is_shared() {
        let mut tx = database.begin().await?;
        for table in ["review_items", "review_terms", "prospects", "people", "reviews"] {
            sql(format!("ANALYZE {table}")).execute(&mut tx).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

const FIRST: [&str; 24] = [
    "Ada", "Anna", "André", "Bo", "Brook", "Çelik", "Dana", "Eero", "Farah", "Greta", "Heike", "Ines", "Jaroslav", "Kofi", "Lúcia", "Mara",
    "Nils", "Oona", "Priya", "Renée", "Sana", "Tariq", "Yuki", "Zoë",
];
const LAST: [&str; 20] = [
    "Abend", "Brooks", "Castell", "Dorn", "Ekholm", "Fjord", "Ghent", "Holm", "Ivers", "Jung", "Kestrel", "Lund", "Martens", "Noor",
    "Okoye", "Petrov", "Quist", "Rask", "Solberg", "Tanaka",
];
const LEVELS: [&str; 6] = ["Senior", "Junior", "Lead", "Principal", "Assistant", "Interim"];
const TITLES: [&str; 9] =
    ["Manager", "Account Manager", "Product Manager", "Engineer", "Software Engineer", "Director", "Analyst", "Designer", "Buyer"];
const PARTS: [&str; 16] = [
    "Brook", "Stone", "North", "Iron", "Clear", "Mill", "River", "Oak", "Sun", "Harbour", "Field", "Glass", "Copper", "Snow", "Amber",
    "Salt",
];
const SUFFIXES: [&str; 4] = ["GmbH", "Ltd", "Inc", "Works"];
const PLACES: [&str; 15] = [
    "Berlin, Germany",
    "Ghent, Belgium",
    "Oslo, Norway",
    "São Paulo, Brazil",
    "Kraków, Poland",
    "Lyon, France",
    "Porto, Portugal",
    "Turku, Finland",
    "Leeds, United Kingdom",
    "Austin, United States",
    "Kyoto, Japan",
    "Pune, India",
    "Accra, Ghana",
    "Graz, Austria",
    "Malmö, Sweden",
];

/// Somebody who does not exist, the same for the same number.
fn invented(number: usize, position: usize) -> PersonRecord {
    // Digits of one draw, so that names, titles and places are independent of one another.
    let mut draw = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let mut pick = |of: usize| {
        draw ^= draw >> 29;
        let chosen = (draw % of as u64) as usize;
        draw = (draw / of as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(number as u64);
        chosen
    };
    let (first, last) = (FIRST[pick(FIRST.len())], LAST[pick(LAST.len())]);
    let title = format!("{} {}", LEVELS[pick(LEVELS.len())], TITLES[pick(TITLES.len())]);
    let company =
        format!("{}{} {} {}", PARTS[pick(PARTS.len())], PARTS[pick(PARTS.len())].to_lowercase(), pick(40), SUFFIXES[pick(SUFFIXES.len())]);
    let location = PLACES[pick(PLACES.len())].to_owned();
    let headline = format!("{title} at {company} | building things that last since {}", 1990 + pick(35));
    let distance = [NetworkDistance::First, NetworkDistance::Second, NetworkDistance::Second, NetworkDistance::Third][pick(4)];
    let known = pick(10) > 0;
    PersonRecord {
        position,
        api: Api::SalesNavigator,
        provider_id: format!("ACwAA{number}"),
        member_urn: Some(number.to_string()),
        public_identifier: Some(format!("{}-{}-{number}", first.to_lowercase(), last.to_lowercase())),
        name: Some(format!("{first} {last}")),
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        headline: Some(headline),
        title: Some(title),
        company: known.then(|| company.clone()),
        company_id: None,
        industry: Some("Manufacturing".to_owned()),
        location: Some(location),
        country: None,
        summary: Some("Likes water, bridges and clear words.".repeat(4)),
        profile_url: Some(format!("https://www.linkedin.com/in/{number}")),
        picture_url: None,
        network_distance: Some(distance),
        shared_connections: Some(3),
        premium: Some(false),
        open_profile: Some(false),
        open_to_work: Some(false),
        raw: raw(number, &company),
    }
}

/// As long as what providers send.
fn raw(number: usize, company: &str) -> Json {
    let past: Vec<Json> = (0..4).map(|n| json!({"company": company, "role": "Engineer", "tenure": {"years": n + 1}, "description": "What was done there, in a sentence or two, as people write it."})).collect();
    json!({"type": "PEOPLE", "id": number, "current_positions": past, "tracking": "x".repeat(120)})
}
