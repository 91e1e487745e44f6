//! A workspace of 100,000 postings, as imports leave them and people work with them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::civil::date;
use serde_json::json;
use sluice::domain::posting::PostingSource;
use sluice::domain::{JobId, PostingId};
use sluice::store::Database;
use sluice::store::database::sql;
use sluice::store::jobs::{self, MAX_ATTEMPTS, NewJob};
use sluice::store::postings::save::Importing;
use sluice::store::users;
use sluice_providers::PostingRecord;
use sluice_providers::posting::record::Shown;
use sluice_providers::posting::{Description, EmploymentType, PayPeriod, PostingSeniority, Salary, Workplace};

use crate::bench::Bench;
use crate::programs::Place;
use crate::stage::{Kind, Stage};

pub struct Seeded {
    pub place: Place,
    pub postings: usize,
    /// Knows 5,000 of them.
    pub job: JobId,
    pub company: String,
    pub some: Vec<PostingId>,
    pub storing: Duration,
}

const AT_ONCE: usize = 200;
/// Postings that one job knows.
const OF_JOB: i64 = 5_000;

pub async fn seed(bench: &Bench, kind: Kind) -> Result<Seeded> {
    let postings = if bench.brief { 2_000 } else { 100_000 };
    let (place, url) = Stage::unmade(bench, kind).await?;
    let database = Database::open(&url, 10).await?;
    database.migrate().await?;
    database.close().await;
    // The server's first start makes the workspace, its owner and the key.
    place.serve().await?.stop().await?;
    let database = Database::open(&url, 10).await?;
    let (workspace, user) = users::first_owner(&mut database.read().await?).await?.context("the first owner")?;
    let new = NewJob {
        workspace_id: workspace,
        user_id: user,
        account_id: None,
        schedule_id: None,
        kind: "fetch_postings".to_owned(),
        args: json!({"title": "measured"}),
        priority: 0,
        max_attempts: i64::from(MAX_ATTEMPTS),
        page_cap: 100,
        deadline_us: 900_000_000,
        progress_total: OF_JOB,
        message: "measured".to_owned(),
    };
    let mut tx = database.begin().await?;
    let job = jobs::insert(&mut tx, &new).await?.id;
    sql("UPDATE jobs SET state = 'completed', stop_reason = 'exhausted', completed_at = {now} WHERE id = $1")
        .bind(job)
        .execute(&mut tx)
        .await?;
    tx.commit().await?;
    let started = Instant::now();
    for first in (0..postings).step_by(AT_ONCE) {
        let mut tx = database.begin().await?;
        let importing = Importing::begin(&mut tx, workspace, job, PostingSource::Linkedin, false).await?;
        for number in first..(first + AT_ONCE).min(postings) {
            importing.save(&mut tx, &invented(number)).await?;
        }
        tx.commit().await?;
    }
    let storing = started.elapsed();
    work_with(&database, job).await?;
    let mut conn = database.read().await?;
    let rows = sql("SELECT id FROM postings ORDER BY id LIMIT 50").fetch_all(&mut conn).await?;
    let some = rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?;
    let company = sql("SELECT id FROM companies ORDER BY id LIMIT 1").fetch_one(&mut conn).await?.get("id")?;
    drop(conn);
    database.close().await;
    Ok(Seeded { place, postings, job, company, some, storing })
}

/// One in twenty is on the tracker, three in ten were opened, and so on; and on Postgres vacuumed, as its autovacuum would do within a minute.
async fn work_with(database: &Database, job: JobId) -> Result<()> {
    let mut tx = database.begin().await?;
    for change in [
        "UPDATE postings SET seen_at = updated_at WHERE number % 10 < 3",
        "UPDATE postings SET hidden = TRUE WHERE number % 50 = 7",
        "UPDATE postings SET closed_at = updated_at WHERE number % 10 = 4",
        "UPDATE postings SET stars = 1 + number % 5 WHERE number % 33 = 1",
        "UPDATE postings SET status = 'saved', status_at = updated_at WHERE number % 40 = 1",
        "UPDATE postings SET status = 'applied', status_at = updated_at, applied_at = updated_at WHERE number % 90 = 2",
        "UPDATE postings SET status = 'rejected', status_at = updated_at WHERE number % 150 = 3",
        "UPDATE postings SET status = 'offer', status_at = updated_at WHERE number % 5000 = 4",
        "UPDATE postings SET next_reminder_at = 1772000000000000 + number * 1000000 WHERE number % 100 = 5",
    ] {
        sql(change).execute(&mut tx).await?;
    }
    let when = "SELECT id, number, next_reminder_at, created_at FROM postings WHERE next_reminder_at IS NOT NULL";
    sql(format!("INSERT INTO posting_reminders (id, posting_number, due_at, created_at) SELECT id, number, next_reminder_at, created_at FROM ({when}) AS due"))
        .execute(&mut tx)
        .await?;
    sql("INSERT INTO posting_items (job_id, position, input, posting_number, outcome, wants_details, at) \
         SELECT $1, number, 'measured', number, 'new', FALSE, {now} FROM postings WHERE number % 20 = 0 LIMIT $2")
    .bind(job)
    .bind(OF_JOB)
    .execute(&mut tx)
    .await?;
    tx.commit().await?;
    if database.is_shared() {
        // Not within a transaction, where there is no vacuum.
        let mut conn = database.read().await?;
        for table in ["postings", "posting_terms", "posting_texts", "posting_items", "posting_reminders", "posting_history", "companies"] {
            sql(format!("VACUUM (ANALYZE) {table}")).execute(&mut conn).await?;
        }
    }
    Ok(())
}

const LEVELS: [&str; 6] = ["Senior", "Junior", "Lead", "Principal", "Assistant", "Interim"];
const TITLES: [&str; 9] =
    ["Engineer", "Software Engineer", "Product Manager", "Engineer in Test", "Data Engineer", "Director", "Analyst", "Designer", "Buyer"];
const PARTS: [&str; 16] = [
    "Brook", "Stone", "North", "Iron", "Clear", "Mill", "River", "Oak", "Sun", "Harbour", "Field", "Glass", "Copper", "Snow", "Amber",
    "Salt",
];
const PLACES: [&str; 12] = [
    "Berlin, Germany",
    "Ghent, Belgium",
    "Oslo, Norway",
    "São Paulo, Brazil",
    "Kraków, Poland",
    "Lyon, France",
    "Porto, Portugal",
    "Remote",
    "Leeds, United Kingdom",
    "Austin, United States",
    "Kyoto, Japan",
    "Malmö, Sweden",
];
const WORDS: usize = 250;

/// A posting that does not exist, the same for the same number.
fn invented(number: usize) -> PostingRecord {
    // Digits of one draw, so that titles, places and words are independent of one another.
    let mut draw = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let mut pick = |of: usize| {
        draw ^= draw >> 29;
        let chosen = (draw % of as u64) as usize;
        draw = (draw / of as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(number as u64);
        chosen
    };
    let company = pick(4_000);
    let name = format!("{}{} {}", PARTS[company % 16], PARTS[company / 16 % 16].to_lowercase(), company / 256);
    let workplace = [Workplace::OnSite, Workplace::Remote, Workplace::Hybrid][pick(3)];
    let employment_type =
        [EmploymentType::FullTime, EmploymentType::FullTime, EmploymentType::Contract, EmploymentType::Internship][pick(4)];
    let seniority =
        [PostingSeniority::Entry, PostingSeniority::Associate, PostingSeniority::MidSenior, PostingSeniority::Executive][pick(4)];
    // Some words are in nearly every description, most in few: the n-th has about one n-th of the chances of the first.
    let mut text = String::new();
    for _ in 0..WORDS {
        let (first, second) = (1 + pick(2_000), 1 + pick(2_000));
        text.push_str(&format!("w{} ", first * second / 2_000 + 1));
    }
    if number.is_multiple_of(2_500) {
        text.push_str("quartermaster");
    }
    let least = 3_000_000 + 100_000 * pick(60) as u64;
    PostingRecord {
        title: Some(format!("{} {}", LEVELS[pick(LEVELS.len())], TITLES[pick(TITLES.len())])),
        company: Some(name),
        company_id: Some((10_000 + company).to_string()),
        location: Some(PLACES[pick(PLACES.len())].to_owned()),
        posted_on: Some(date(2026, 1 + pick(3) as i8, 1 + pick(28) as i8)),
        workplace: Some(workplace),
        employment_type: Some(employment_type),
        seniority: Some(seniority),
        salary: (pick(3) == 0).then(|| Salary {
            min_hundredths: Some(least),
            max_hundredths: Some(least + 1_000_000),
            currency: Some("EUR".into()),
            period: Some(PayPeriod::Year),
        }),
        description: Description::from_text(&text),
        applicants: Some(pick(200) as u32),
        easy_apply: Some(pick(3) == 0),
        closed: Some(false),
        ..PostingRecord::new(0, &format!("{}", 4_000_000_000_u64 + number as u64), Shown::GuestPage)
    }
}
