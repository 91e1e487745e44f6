//! Postings as an import leaves them, without a provider.

use jiff::civil::date;
use sluice::domain::posting::PostingSource;
use sluice::domain::{JobId, PostingId, WorkspaceId};
use sluice::store::Database;
use sluice::store::database::sql;
use sluice::store::postings::save::Importing;
use sluice_providers::PostingRecord;
use sluice_providers::posting::record::Shown;
use sluice_providers::posting::{Description, EmploymentType, PayPeriod, PostingSeniority, Salary, Workplace};

use super::fixtures::{begin, commit};

const TITLES: [&str; 6] =
    ["Rust Engineer", "Senior Rust Engineer", "Zoologist", "Äquatorforscher", "Data Analyst (m/w/d)", "Machine Learning Engineer"];
const COMPANIES: [&str; 5] = ["Nordlicht Tools GmbH", "Amber Mills", "Copper & Söhne", "Harbour Works", "nordlicht media"];
const PLACES: [&str; 5] = ["Berlin, Germany", "Ghent, Belgium", "São Paulo, Brazil", "Remote", "Lisbon, Portugal"];
const TEXTS: [&str; 4] =
    ["We build tools in Rust for rivers.", "Kubernetes and kindness.", "You count birds by the sea.", "Berlin calls; bring a bicycle."];

/// An invented posting, with this number. Some say less than others.
pub fn offer(number: usize) -> PostingRecord {
    let some = |of: &[&str], n: usize, missing: usize| (!n.is_multiple_of(missing)).then(|| of[n % of.len()].to_owned());
    let workplaces = [Workplace::OnSite, Workplace::Remote, Workplace::Hybrid];
    let kinds = [EmploymentType::FullTime, EmploymentType::PartTime, EmploymentType::Internship];
    let levels = [PostingSeniority::Entry, PostingSeniority::MidSenior, PostingSeniority::Director];
    let salary = (number.is_multiple_of(3)).then(|| Salary {
        min_hundredths: Some(1_000 * (number as u64 % 13 + 1)),
        max_hundredths: number.is_multiple_of(2).then_some(2_050 * (number as u64 % 11 + 1)),
        currency: Some("EUR".into()),
        period: [Some(PayPeriod::Hour), Some(PayPeriod::Year), Some(PayPeriod::Month), None][number / 3 % 4],
    });
    PostingRecord {
        title: Some(TITLES[number * 7 % TITLES.len()].to_owned()),
        company: Some(COMPANIES[number * 3 % COMPANIES.len()].to_owned()),
        company_id: Some(format!("{}", 100 + number * 3 % COMPANIES.len())),
        location: some(&PLACES, number / 2, 9),
        posted_on: (!number.is_multiple_of(8)).then(|| date(2026, 1 + (number % 3) as i8, 1 + (number * 5 % 28) as i8)),
        workplace: (!number.is_multiple_of(4)).then(|| workplaces[number % 3]),
        employment_type: (!number.is_multiple_of(5)).then(|| kinds[number / 2 % 3]),
        seniority: (!number.is_multiple_of(6)).then(|| levels[number / 3 % 3]),
        salary_text: salary.as_ref().map(|_| "as agreed".to_owned()),
        salary,
        easy_apply: [Some(true), Some(false), None][number % 3],
        closed: number.is_multiple_of(7).then_some(true),
        description: some(&TEXTS, number, 10).and_then(|text| Description::from_text(&text)),
        ..PostingRecord::new(0, &format!("{}", 4_000_000_000_u64 + number as u64), Shown::GuestPage)
    }
}

/// Stores postings as a search that found them would, and returns their ids in their order.
pub async fn store(database: &Database, workspace: WorkspaceId, job: JobId, records: &[PostingRecord]) -> Vec<PostingId> {
    let mut tx = begin(database).await;
    let importing = Importing::begin(&mut tx, workspace, job, PostingSource::Linkedin, false).await.expect("its turn");
    let mut ids = Vec::with_capacity(records.len());
    for record in records {
        let stored = importing.save(&mut tx, record).await.expect("it is stored");
        let row = sql("SELECT id FROM postings WHERE number = $1").bind(stored.number).fetch_one(&mut tx).await.expect("its row");
        ids.push(row.get("id").expect("its id"));
    }
    commit(tx).await;
    ids
}

/// So many invented ones, as an unknown job would have found them.
pub async fn store_some(database: &Database, workspace: WorkspaceId, many: usize) -> Vec<PostingId> {
    let records: Vec<PostingRecord> = (0..many).map(offer).collect();
    store(database, workspace, JobId::new(), &records).await
}
