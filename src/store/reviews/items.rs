//! Taking people into a review: each once, counted, and found by the search index from then on.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use super::{Counts, Review, change_counts, hold};
use crate::domain::review::{Decision, ItemFields, MOST_ITEMS, Mark, ReviewState, sort_key, terms};
use crate::domain::{JobId, PersonId, ReviewId, ReviewItemId, Scope};
use crate::store::database::{Tx, list, sql};
use crate::store::error::StoreError;

/// Rows of one statement.
const AT_ONCE: usize = 500;

/// Somebody to be reviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// From `store::people`; nobody in particular when missing, and then never known from elsewhere.
    pub person_id: Option<PersonId>,
    pub fields: ItemFields,
    /// All that is known, for the side panel: a JSON object.
    pub record: Json,
    /// Who said so and when: `kind` is search or import; `job_id`, `account_id`, `provider`, `api`, `fetched_at`, `row` as far as they apply.
    pub source: Json,
    /// The search that brings them, which does not make them a duplicate.
    pub job_id: Option<JobId>,
}

/// What adding came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adding {
    Added(Added),
    NoReview,
    /// A completed review takes nobody in until it is reopened.
    Completed,
    /// The review has no room for them.
    Full,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    pub added: i64,
    /// People whom the review had already, or who came twice.
    pub known: i64,
    /// With its new counts.
    pub review: Review,
}

/// Adds people to the end of an open review, in their order. A person who is there already is passed over, so the same people can be added
/// again. Holds the review until the transaction ends.
pub async fn add_items(tx: &mut Tx, scope: Scope, review: ReviewId, items: &[NewItem]) -> Result<Adding, StoreError> {
    let Some(review) = hold(tx, scope, review).await? else { return Ok(Adding::NoReview) };
    add_held(tx, review, items).await
}

/// The same to a review that this transaction holds.
pub(super) async fn add_held(tx: &mut Tx, mut review: Review, items: &[NewItem]) -> Result<Adding, StoreError> {
    if review.state == ReviewState::Completed {
        return Ok(Adding::Completed);
    }
    if review.counts.total + items.len() as i64 > MOST_ITEMS {
        return Ok(Adding::Full);
    }
    let (mut added, mut known) = (0, 0);
    for some in items.chunks(AT_ONCE) {
        let fresh = fresh(tx, &review, some).await?;
        known += (some.len() - fresh.len()) as i64;
        if fresh.is_empty() {
            continue;
        }
        added += fresh.len() as i64;
        let marks = marks(tx, &fresh).await?;
        insert(tx, &review, &fresh, &marks).await?;
        let with = |mark| marks.iter().filter(|known| **known == mark).count() as i64;
        let by = Counts {
            total: fresh.len() as i64,
            duplicates: with(Mark::Duplicate) + with(Mark::Reviewed),
            reviewed: with(Mark::Reviewed),
            ..Counts::default()
        };
        review = change_counts(tx, &review, by).await?;
    }
    Ok(Adding::Added(Added { added, known, review }))
}

/// Those whom the review does not have, each once.
async fn fresh<'i>(tx: &mut Tx, review: &Review, items: &'i [NewItem]) -> Result<Vec<&'i NewItem>, StoreError> {
    let persons = persons(items.iter());
    let mut there: HashSet<PersonId> = HashSet::new();
    if !persons.is_empty() {
        let mut statement =
            sql(format!("SELECT person_id FROM review_items WHERE review_number = $1 AND person_id IN ({})", list(2, persons.len())))
                .bind(review.number);
        for person in &persons {
            statement = statement.bind(*person);
        }
        for row in statement.fetch_all(tx).await? {
            there.insert(row.get("person_id")?);
        }
    }
    Ok(items.iter().filter(|item| item.person_id.is_none_or(|person| there.insert(person))).collect())
}

/// What the workspace knows of each of them already.
async fn marks(tx: &mut Tx, items: &[&NewItem]) -> Result<Vec<Mark>, StoreError> {
    let persons = persons(items.iter().copied());
    if persons.is_empty() {
        return Ok(vec![Mark::New; items.len()]);
    }
    let some = list(1, persons.len());
    let mut found = sql(format!("SELECT DISTINCT person_id, job_id FROM prospects WHERE person_id IN ({some})"));
    let mut reviewed = sql(format!("SELECT DISTINCT person_id, decision FROM review_items WHERE person_id IN ({some})"));
    for person in &persons {
        found = found.bind(*person);
        reviewed = reviewed.bind(*person);
    }
    let mut searches: HashMap<PersonId, Vec<JobId>> = HashMap::new();
    for row in found.fetch_all(tx).await? {
        searches.entry(row.get("person_id")?).or_default().push(row.get("job_id")?);
    }
    let mut decided: HashMap<PersonId, bool> = HashMap::new();
    for row in reviewed.fetch_all(tx).await? {
        *decided.entry(row.get("person_id")?).or_default() |= row.get::<Decision>("decision")? != Decision::Pending;
    }
    let mark = |item: &NewItem| {
        let Some(person) = item.person_id else { return Mark::New };
        let elsewhere = searches.get(&person).is_some_and(|jobs| jobs.iter().any(|job| item.job_id != Some(*job)));
        match decided.get(&person) {
            Some(true) => Mark::Reviewed,
            Some(false) => Mark::Duplicate,
            None if elsewhere => Mark::Duplicate,
            None => Mark::New,
        }
    };
    Ok(items.iter().map(|item| mark(item)).collect())
}

fn persons<'i>(items: impl Iterator<Item = &'i NewItem>) -> Vec<PersonId> {
    let mut persons: Vec<PersonId> = items.filter_map(|item| item.person_id).collect();
    persons.sort_unstable();
    persons.dedup();
    persons
}

async fn insert(tx: &mut Tx, review: &Review, items: &[&NewItem], marks: &[Mark]) -> Result<(), StoreError> {
    // $1 is the same in every row.
    const OWN: usize = 17;
    let rows = (0..items.len())
        .map(|row| {
            let own = (0..OWN).map(|n| format!("${}", 2 + row * OWN + n)).collect::<Vec<_>>().join(", ");
            format!("($1, 'pending', {{now}}, {own})")
        })
        .collect::<Vec<_>>()
        .join(", ");
    let mut table = sql(format!(
        "INSERT INTO review_items (review_number, decision, added_at, number, id, person_id, job_id, name, headline, title, company, location, \
         network_distance, profile_url, name_key, title_key, company_key, location_key, terms, mark) VALUES {rows}"
    ))
    .bind(review.number);
    let pairs =
        |cast: &str| (0..items.len()).map(|n| format!("(${}, CAST(${} AS {cast}))", 2 * n + 1, 2 * n + 2)).collect::<Vec<_>>().join(", ");
    let mut index = sql(format!("INSERT INTO review_terms (rowid, terms) VALUES {}", pairs("{index_terms}")));
    let triples = (0..items.len()).map(|n| format!("(${}, ${}, ${})", 3 * n + 1, 3 * n + 2, 3 * n + 3)).collect::<Vec<_>>().join(", ");
    let mut records = sql(format!("INSERT INTO review_item_records (item_number, record, source) VALUES {triples}"));
    for (n, (item, mark)) in items.iter().zip(marks).enumerate() {
        let number = number(review.number, review.counts.total + 1 + n as i64);
        let terms = terms(&item.fields, *mark);
        let fields = &item.fields;
        table = table
            .bind(number)
            .bind(ReviewItemId::new())
            .bind(item.person_id)
            .bind(item.job_id)
            .bind(fields.name.clone())
            .bind(fields.headline.clone())
            .bind(fields.title.clone())
            .bind(fields.company.clone())
            .bind(fields.location.clone())
            .bind(fields.network_distance.clone())
            .bind(fields.profile_url.clone())
            .bind(sort_key(&fields.name))
            .bind(sort_key(&fields.title))
            .bind(sort_key(&fields.company))
            .bind(sort_key(&fields.location))
            .bind(format!(" {} ", terms.join(" ")))
            .bind(*mark);
        index = index.bind(number).bind(terms.iter().map(|term| format!("{}{term}", review.number)).collect::<Vec<_>>().join(" "));
        records = records.bind(number).bind(item.record.to_string()).bind(item.source.to_string());
    }
    table.execute(tx).await?;
    index.execute(tx).await?;
    records.execute(tx).await?;
    Ok(())
}

/// Of the item at a place, from 1. Items of one review lie together, in their order.
fn number(review: i64, position: i64) -> i64 {
    (review << 24) | position
}
