//! What the rows of one step become: people in the review, faults, counts, and the decision how to go on.

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::json;
use sha2::{Digest, Sha256};
use sluice_api::wording::numbers;

use super::ImportCursor;
use super::person::{Judged, Person};
use super::records::Spot;
use crate::domain::import::{ImportArgs, ImportCounts, RowFault};
use crate::domain::job::{Job, Progress, StopReason};
use crate::domain::person::Identity;
use crate::domain::review::{MOST_ITEMS, ReviewState};
use crate::domain::{Micros, ReviewId, Scope};
use crate::jobs::engine::{Next, Outcome, Write};
use crate::store::reviews::{self, Adding, NewItem};
use crate::store::{StoreError, Tx, imports, people};

pub(super) struct AddRows {
    pub args: ImportArgs,
    pub at: ImportCursor,
    pub judged: Vec<Judged>,
    pub next: Spot,
    pub is_last: bool,
}

#[async_trait]
impl Write<ImportCursor> for AddRows {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<ImportCursor>, StoreError> {
        let persons: Vec<&Person> =
            self.judged.iter().filter_map(|row| if let Judged::Person(person) = row { Some(&**person) } else { None }).collect();
        let new = match self.args.review_id {
            Some(review) if !self.args.validate_only => match add(tx, job, &self.args, review, &persons).await? {
                Some(new) => new,
                // The review was completed or removed a moment ago: the next step says so in its words.
                None => return Ok(Outcome::new(Next::Continue(self.at.clone()))),
            },
            review => judge(tx, job, review, &persons).await?,
        };
        let faults: Vec<RowFault> = self
            .judged
            .iter()
            .filter_map(|row| if let Judged::Refused(faults) = row { Some(faults) } else { None })
            .flatten()
            .cloned()
            .collect();
        imports::keep_faults(tx, job.id, self.args.file_id, &faults).await?;
        let counts = self.at.counts.plus(ImportCounts {
            new,
            known: persons.len() as i64 - new,
            refused: self.judged.iter().filter(|row| matches!(row, Judged::Refused(_))).count() as i64,
            blank: self.judged.iter().filter(|row| matches!(row, Judged::Blank)).count() as i64,
        });
        let read = counts.read();
        let (next, message) = if self.is_last {
            let result = json!({
                "rows": read, "new": counts.new, "known": counts.known, "refused": counts.refused, "blank": counts.blank,
                "review_id": self.args.review_id,
            });
            (Next::Done { reason: StopReason::Exhausted, result: Some(result) }, sum(counts, self.args.validate_only))
        } else {
            let cursor = ImportCursor { next: Some((self.next.at, self.next.row)), counts };
            (Next::Continue(cursor), format!("Reading: {} so far.", rows(read)))
        };
        Ok(Outcome {
            progress: Some(Progress { current: read, total: self.args.rows.max(read), message: Some(message) }),
            rows_kept: Some(if self.args.validate_only { 0 } else { counts.new }),
            ..Outcome::new(next)
        })
    }
}

/// Adds people to the review; how many it did not have. `None` when it takes nobody.
async fn add(tx: &mut Tx, job: &Job, args: &ImportArgs, review: ReviewId, persons: &[&Person]) -> Result<Option<i64>, StoreError> {
    let scope = Scope::Workspace(job.workspace_id);
    let identities: Vec<Identity> = persons.iter().filter_map(|person| person.identity.clone()).collect();
    let mut ids = people::resolve_identities(tx, job.workspace_id, &identities).await?.into_iter();
    // After the people, as in every transaction that locks both; and before anything is noted that would have to be taken back.
    match reviews::hold(tx, scope, review).await? {
        Some(held) if held.state == ReviewState::Open && held.counts.total + persons.len() as i64 <= MOST_ITEMS => {}
        _ => return Ok(None),
    }
    let bare: Vec<String> = persons.iter().filter(|person| person.identity.is_none()).map(|person| person.digest()).collect();
    let mut fresh = imports::note_rows(tx, review, &bare).await?;
    let now = Micros(tx.now_us().await?).timestamp();
    let mut items = Vec::with_capacity(persons.len());
    for person in persons {
        let person_id = match person.identity {
            Some(_) => ids.next(),
            None if fresh.remove(&person.digest()) => None,
            None => continue,
        };
        items.push(NewItem {
            person_id,
            fields: person.fields.clone(),
            record: person.record.clone(),
            source: json!({ "kind": "import", "job_id": job.id, "file": args.file_name, "row": person.row, "fetched_at": now }),
            job_id: None,
        });
    }
    match reviews::add_items(tx, scope, review, &items).await? {
        Adding::Added(added) => Ok(Some(added.added)),
        // The review is held and was looked at above.
        other => Err(StoreError::Refused(format!("a review that was open took nobody in: {other:?}"))),
    }
}

/// How many people would be new to the review, if one is meant, and occur for the first time in the file.
async fn judge(tx: &mut Tx, job: &Job, review: Option<ReviewId>, persons: &[&Person]) -> Result<i64, StoreError> {
    let keys = |person: &Person| person.identity.as_ref().map(|identity| identity.keys.clone()).unwrap_or_default();
    let (mut known_keys, mut known_rows) = (HashSet::new(), HashSet::new());
    if let Some(review) = review {
        let all: Vec<(&'static str, String)> = persons.iter().flat_map(|person| keys(person)).map(|key| (key.scheme, key.value)).collect();
        known_keys = imports::known_keys(tx, review, &all).await?;
        let bare: Vec<String> = persons.iter().filter(|person| person.identity.is_none()).map(|person| person.digest()).collect();
        known_rows = imports::noted_rows(tx, review, &bare).await?;
    }
    let digest = |person: &Person| match keys(person).first() {
        Some(key) => hex::encode(Sha256::digest(format!("{} {}", key.scheme, key.value).as_bytes())),
        None => person.digest(),
    };
    let digests: Vec<String> = persons.iter().map(|person| digest(person)).collect();
    let mut first_time = imports::note_judged(tx, job.id, &digests).await?;
    let mut new = 0;
    for (person, digest) in persons.iter().zip(&digests) {
        let is_there =
            known_rows.contains(digest) || keys(person).into_iter().any(|key| known_keys.contains(&(key.scheme.to_owned(), key.value)));
        new += i64::from(first_time.remove(digest) && !is_there);
    }
    Ok(new)
}

/// The end of an import in one sentence.
fn sum(counts: ImportCounts, judged_only: bool) -> String {
    let people = |number: i64| numbers::count(u64::try_from(number).unwrap_or(0), "person", "people");
    let mut text = format!("{} {}", people(counts.new), if judged_only { "to add" } else { "added" });
    if counts.known > 0 {
        text.push_str(&format!(", {} known already", numbers::thousands(u64::try_from(counts.known).unwrap_or(0))));
    }
    if counts.refused > 0 {
        text.push_str(&format!(", {} refused", rows(counts.refused)));
    }
    text.push('.');
    text
}

pub(super) fn rows(number: i64) -> String {
    numbers::count(u64::try_from(number).unwrap_or(0), "row", "rows")
}
