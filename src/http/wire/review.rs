//! Reviews as the wire has them.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};
use sluice_api as api;
use sluice_providers::NetworkDistance;

use super::count;
use super::prospect::degree;
use crate::domain::review::{Decision, Mark, ReviewState};
use crate::domain::{ReviewId, UserId};
use crate::http::pages::criteria;
use crate::store::reviews::sightings::{self, Elsewhere};
use crate::store::reviews::{self, Counts, Item, Review, following};
use crate::store::{Conn, StoreError, users};

/// Which fields of a record belong together.
const GROUPS: &[(&str, &[&str])] = &[
    ("identity", &["name", "first_name", "last_name", "public_identifier", "profile_url", "picture_url", "member_urn", "email", "phone"]),
    ("work", &["headline", "title", "company", "company_id", "industry"]),
    ("place", &["location", "country"]),
    ("about", &["summary"]),
    ("connection", &["network_distance", "shared_connections", "premium", "open_profile", "open_to_work"]),
];
/// What a record has beside the person: where it stood, and under which id.
const INNER: &[&str] = &["position", "api", "provider_id", "raw"];

pub fn state(state: ReviewState) -> api::ReviewState {
    match state {
        ReviewState::Open => api::ReviewState::Open,
        ReviewState::Completed => api::ReviewState::Completed,
    }
}

pub fn state_from(state: api::ReviewState) -> ReviewState {
    match state {
        api::ReviewState::Open => ReviewState::Open,
        api::ReviewState::Completed => ReviewState::Completed,
    }
}

pub fn decision(decision: Decision) -> api::Decision {
    match decision {
        Decision::Pending => api::Decision::Pending,
        Decision::Approved => api::Decision::Approved,
        Decision::Rejected => api::Decision::Rejected,
    }
}

pub fn decision_from(decision: api::Decision) -> Decision {
    match decision {
        api::Decision::Pending => Decision::Pending,
        api::Decision::Approved => Decision::Approved,
        api::Decision::Rejected => Decision::Rejected,
    }
}

pub fn mark(mark: Mark) -> api::Mark {
    match mark {
        Mark::New => api::Mark::New,
        Mark::Duplicate => api::Mark::Duplicate,
        Mark::Reviewed => api::Mark::Reviewed,
    }
}

pub fn mark_from(mark: api::Mark) -> Mark {
    match mark {
        api::Mark::New => Mark::New,
        api::Mark::Duplicate => Mark::Duplicate,
        api::Mark::Reviewed => Mark::Reviewed,
    }
}

pub fn counts(counts: Counts) -> api::ReviewCounts {
    api::ReviewCounts {
        total: count(counts.total),
        pending: count(counts.pending()),
        approved: count(counts.approved),
        rejected: count(counts.rejected),
        duplicates: count(counts.duplicates),
        reviewed: count(counts.reviewed),
    }
}

/// Reviews with the names of their people and the searches that they follow.
pub async fn all(conn: &mut Conn, reviews: &[Review]) -> Result<Vec<api::Review>, StoreError> {
    let mut following = following::searches(conn, reviews).await?;
    let people: Vec<UserId> = reviews.iter().flat_map(|review| [review.created_by, review.completed_by]).flatten().collect();
    let names = users::names(conn, &people).await?;
    Ok(reviews.iter().map(|review| show(review, &mut following, &names)).collect())
}

pub async fn one(conn: &mut Conn, review: &Review) -> Result<api::Review, StoreError> {
    let mut following = following::searches(conn, std::slice::from_ref(review)).await?;
    let people: Vec<UserId> = [review.created_by, review.completed_by].into_iter().flatten().collect();
    let names = users::names(conn, &people).await?;
    Ok(show(review, &mut following, &names))
}

fn show(review: &Review, following: &mut HashMap<ReviewId, Vec<crate::domain::JobId>>, names: &HashMap<UserId, String>) -> api::Review {
    api::Review {
        id: review.id.to_string(),
        name: review.name.clone(),
        state: state(review.state),
        counts: counts(review.counts),
        searches: following.remove(&review.id).unwrap_or_default().iter().map(ToString::to_string).collect(),
        created_by: review.created_by.map(|user| person(user, names)),
        created_at: review.created_at.timestamp(),
        updated_at: review.updated_at.timestamp(),
        completed_at: review.completed_at.map(|at| at.timestamp()),
        completed_by: review.completed_by.map(|user| person(user, names)),
    }
}

fn person(user: UserId, names: &HashMap<UserId, String>) -> api::Person {
    api::Person { id: user.to_string(), name: names.get(&user).cloned() }
}

/// Items of one review, with where else their people are seen.
pub async fn items(conn: &mut Conn, review: &Review, items: &[Item]) -> Result<Vec<api::ReviewItem>, StoreError> {
    let seen = sightings::count(conn, review, items).await?;
    let mut people: Vec<UserId> = items.iter().filter_map(|item| item.decided_by).collect();
    people.sort_unstable();
    people.dedup();
    let names = users::names(conn, &people).await?;
    let elsewhere = |item: &Item| item.person_id.and_then(|person| seen.get(&person)).copied().unwrap_or_default();
    Ok(items.iter().map(|item| show_item(item, elsewhere(item), &names)).collect())
}

fn show_item(item: &Item, seen: Elsewhere, names: &HashMap<UserId, String>) -> api::ReviewItem {
    let fields = item.fields.clone();
    api::ReviewItem {
        id: item.id.to_string(),
        position: count(item.position()),
        person_id: item.person_id.map(|id| id.to_string()),
        job_id: item.job_id.map(|id| id.to_string()),
        name: fields.name,
        headline: fields.headline,
        title: fields.title,
        company: fields.company,
        location: fields.location,
        network_distance: fields.network_distance.and_then(distance),
        profile_url: fields.profile_url,
        mark: mark(item.mark),
        elsewhere: api::Elsewhere {
            searches: count(seen.searches),
            reviews: count(seen.reviews),
            approvals: count(seen.approvals),
            rejections: count(seen.rejections),
        },
        decision: decision(item.decision),
        reason: item.reason.clone(),
        decided_at: item.decided_at.map(|at| at.timestamp()),
        decided_by: item.decided_by.map(|user| person(user, names)),
        added_at: item.added_at.timestamp(),
    }
}

fn distance(word: String) -> Option<u8> {
    serde_json::from_value::<NetworkDistance>(Json::String(word)).ok().and_then(degree)
}

/// An item with all that is known of its person.
pub async fn whole(conn: &mut Conn, review: &Review, item: &Item) -> Result<api::ReviewItemWhole, StoreError> {
    let shown = items(conn, review, std::slice::from_ref(item)).await?.remove(0);
    let (record, source) = reviews::record(conn, item).await?;
    let (searches, others) = sightings::of_item(conn, review, item).await?;
    let people: Vec<UserId> = others.iter().filter_map(|other| other.decided_by).collect();
    let names = users::names(conn, &people).await?;
    Ok(api::ReviewItemWhole {
        item: shown,
        groups: groups(record, &source),
        also_in_searches: searches
            .into_iter()
            .map(|found| api::AlsoInSearch {
                job_id: found.job_id.to_string(),
                name: criteria::summary(&found.args),
                found_at: found.found_at.timestamp(),
            })
            .collect(),
        also_in_reviews: others
            .into_iter()
            .map(|other| api::AlsoInReview {
                review_id: other.review_id.to_string(),
                item_id: other.item_id.to_string(),
                name: other.name,
                decision: decision(other.decision),
                reason: other.reason,
                decided_at: other.decided_at.map(|at| at.timestamp()),
                decided_by: other.decided_by.map(|user| person(user, &names)),
            })
            .collect(),
    })
}

/// The fields of a record that are known, in groups.
fn groups(record: Json, source: &Json) -> Vec<api::FieldGroup> {
    let said_by: api::Provenance = serde_json::from_value(source.clone()).unwrap_or_default();
    let Json::Object(mut record) = record else { return Vec::new() };
    record.retain(|name, value| !INNER.contains(&name.as_str()) && !value.is_null());
    let mut groups = Vec::new();
    let mut add = |name: &str, fields: Map<String, Json>| {
        if !fields.is_empty() {
            groups.push(api::FieldGroup { name: name.to_owned(), fields, said_by: said_by.clone() });
        }
    };
    for (name, members) in GROUPS {
        add(name, members.iter().filter_map(|field| record.remove_entry(*field)).collect());
    }
    add("more", record);
    groups
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_shown_in_groups_without_what_is_unknown() {
        let record = json!({
            "position": 3, "api": "classic", "provider_id": "ACoAA1", "raw": null, "summary": null,
            "name": "Bo Tester", "title": "Engineer", "shoe_size": 41,
        });
        let shown = groups(record, &json!({"kind": "import", "row": 7, "file": "people.csv"}));
        let names: Vec<(&str, Json)> = shown.iter().map(|group| (group.name.as_str(), Json::Object(group.fields.clone()))).collect();
        assert_eq!(
            names,
            [("identity", json!({"name": "Bo Tester"})), ("work", json!({"title": "Engineer"})), ("more", json!({"shoe_size": 41}))]
        );
        assert!(shown.iter().all(|group| group.said_by.row == Some(7) && group.said_by.kind == "import"));
    }
}
