//! People of a workspace, known by several ids.

use std::collections::HashMap;

use sluice_providers::PersonRecord;

use super::database::{Conn, Tx, list, sql, value_rows};
use super::error::StoreError;
use crate::domain::person::{Identity, MEMBER, PersonKey};
use crate::domain::{PersonId, WorkspaceId};

#[derive(Debug, Clone)]
struct Known {
    id: PersonId,
    member: Option<String>,
}

/// Finds or makes the person of each record, in the order of the records. Two records of one person give the same id.
///
/// The member id decides. A public identifier or an api's id joins a record to a known person unless their member ids differ; then the
/// id has changed hands and follows the newer record.
pub async fn resolve(tx: &mut Tx, workspace: WorkspaceId, records: &[PersonRecord]) -> Result<Vec<PersonId>, StoreError> {
    let identities: Vec<Identity> = records.iter().map(Identity::of).collect();
    resolve_identities(tx, workspace, &identities).await
}

/// The same of people whom no api's record describes, such as those of an imported file.
pub async fn resolve_identities(tx: &mut Tx, workspace: WorkspaceId, identities: &[Identity]) -> Result<Vec<PersonId>, StoreError> {
    let keys: Vec<Vec<PersonKey>> = identities.iter().map(|identity| identity.keys.clone()).collect();
    let mut known = find_and_hold(tx, workspace, &keys).await?;
    let mut persons = Vec::with_capacity(identities.len());
    let mut made: Vec<(PersonId, &Identity)> = Vec::new();
    let mut seen: Vec<PersonId> = Vec::new();
    let stored: Vec<PersonKey> = known.keys().cloned().collect();
    let mut claims: HashMap<PersonKey, PersonId> = HashMap::new();
    let mut merges: Vec<(PersonId, PersonId)> = Vec::new();
    for (identity, keys) in identities.iter().zip(&keys) {
        let mut fitting: Vec<Known> = Vec::new();
        for person in keys.iter().filter_map(|key| known.get(key)) {
            // Each must fit all that are taken already, or two member ids would meet in one person.
            if fits(&identity.member_urn, person) && fitting.iter().all(|other| fits(&other.member, person)) {
                fitting.push(person.clone());
            }
        }
        let member = identity.member_urn.clone().or_else(|| fitting.iter().find_map(|person| person.member.clone()));
        let id = match fitting.first() {
            Some(first) => first.id,
            None => {
                let id = PersonId::new();
                made.push((id, identity));
                id
            }
        };
        for other in fitting.iter().filter(|other| other.id != id) {
            if !merges.contains(&(other.id, id)) {
                merges.push((other.id, id));
            }
        }
        for key in keys {
            if known.get(key).is_none_or(|before| before.id != id) {
                claims.insert(key.clone(), id);
            }
            known.insert(key.clone(), Known { id, member: member.clone() });
        }
        // What this one has taught holds for every other key of the same people.
        for person in known.values_mut().filter(|person| fitting.iter().any(|other| other.id == person.id)) {
            *person = Known { id, member: member.clone() };
        }
        seen.extend(fitting.iter().map(|person| person.id));
        persons.push(id);
    }
    insert(tx, workspace, &made).await?;
    touch(tx, &mut seen).await?;
    for (from, into) in &merges {
        merge(tx, *from, *into).await?;
        persons.iter_mut().filter(|id| *id == from).for_each(|id| *id = *into);
        claims.values_mut().filter(|id| *id == from).for_each(|id| *id = *into);
    }
    claim_keys(tx, workspace, claims, &stored, &made).await?;
    settle_races(tx, workspace, &keys, &made, &mut persons).await?;
    Ok(persons)
}

fn fits(member: &Option<String>, known: &Known) -> bool {
    match (member, &known.member) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    }
}

/// Finds people and keeps them from being merged by others until the transaction ends. Whoever was merged while this waited for
/// them is looked up again, under the new id.
async fn find_and_hold(tx: &mut Tx, workspace: WorkspaceId, keys: &[Vec<PersonKey>]) -> Result<HashMap<PersonKey, Known>, StoreError> {
    let mut known = find(tx, workspace, keys).await?;
    while tx.is_shared() {
        let mut ids = ids_of(&known);
        touch(tx, &mut ids).await?;
        known = find(tx, workspace, keys).await?;
        if ids_of(&known).iter().all(|id| ids.contains(id)) {
            break;
        }
    }
    Ok(known)
}

fn ids_of(known: &HashMap<PersonKey, Known>) -> Vec<PersonId> {
    known.values().map(|person| person.id).collect()
}

async fn find(conn: &mut Conn, workspace: WorkspaceId, keys: &[Vec<PersonKey>]) -> Result<HashMap<PersonKey, Known>, StoreError> {
    let mut wanted: Vec<&PersonKey> = keys.iter().flatten().collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = sql(format!(
        "SELECT person_ids.scheme AS scheme, person_ids.value AS value, people.id AS id, people.member_urn AS member_urn \
         FROM person_ids JOIN people ON people.id = person_ids.person_id \
         WHERE person_ids.workspace_id = $1 AND (person_ids.scheme, person_ids.value) IN (VALUES {})",
        value_rows(2, wanted.len(), 2)
    ))
    .bind(workspace);
    for key in &wanted {
        statement = statement.bind(key.scheme).bind(&key.value);
    }
    let mut known = HashMap::new();
    for row in statement.fetch_all(conn).await? {
        let (scheme, value): (String, String) = (row.get("scheme")?, row.get("value")?);
        if let Some(key) = wanted.iter().find(|key| key.scheme == scheme && key.value == value) {
            known.insert((*key).clone(), Known { id: row.get("id")?, member: row.get("member_urn")? });
        }
    }
    Ok(known)
}

async fn insert(tx: &mut Tx, workspace: WorkspaceId, made: &[(PersonId, &Identity)]) -> Result<(), StoreError> {
    if made.is_empty() {
        return Ok(());
    }
    let rows =
        (0..made.len()).map(|n| format!("(${}, $1, ${}, ${}, {{now}}, {{now}})", 3 * n + 2, 3 * n + 3, 3 * n + 4)).collect::<Vec<_>>();
    let mut statement =
        sql(format!("INSERT INTO people (id, workspace_id, member_urn, name, first_seen_at, last_seen_at) VALUES {}", rows.join(", ")))
            .bind(workspace);
    for (id, identity) in made {
        statement = statement.bind(*id).bind(identity.member_urn.clone()).bind(identity.name.clone());
    }
    statement.execute(tx).await?;
    Ok(())
}

/// In the order of ids, so that two pages that meet the same people never wait for each other in a ring.
async fn touch(tx: &mut Tx, seen: &mut Vec<PersonId>) -> Result<(), StoreError> {
    seen.sort_unstable();
    seen.dedup();
    if seen.is_empty() {
        return Ok(());
    }
    let ids = list(1, seen.len());
    let mut locks = sql(format!("SELECT id FROM people WHERE id IN ({ids}) ORDER BY id {{for_update}}"));
    let mut update = sql(format!("UPDATE people SET last_seen_at = {{now}} WHERE id IN ({ids})"));
    for id in seen.iter() {
        locks = locks.bind(*id);
        update = update.bind(*id);
    }
    locks.fetch_all(tx).await?;
    update.execute(tx).await?;
    Ok(())
}

/// Two known people turn out to be one. Where a job or a review has both, both rows stay, since nothing that was stored is taken away.
async fn merge(tx: &mut Tx, from: PersonId, into: PersonId) -> Result<(), StoreError> {
    sql("UPDATE person_ids SET person_id = $2 WHERE person_id = $1").bind(from).bind(into).execute(tx).await?;
    sql("UPDATE prospects SET person_id = $2 WHERE person_id = $1 \
         AND job_id NOT IN (SELECT job_id FROM prospects WHERE person_id = $2)")
    .bind(from)
    .bind(into)
    .execute(tx)
    .await?;
    sql("UPDATE review_items SET person_id = $2 WHERE person_id = $1 \
         AND review_number NOT IN (SELECT review_number FROM review_items WHERE person_id = $2)")
    .bind(from)
    .bind(into)
    .execute(tx)
    .await?;
    sql("UPDATE people SET member_urn = (SELECT member_urn FROM people WHERE id = $1) WHERE id = $2 AND member_urn IS NULL")
        .bind(from)
        .bind(into)
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes who is known by which key. A key that nobody had goes to whoever writes it first, so that two workers that meet a person at the
/// same moment agree; a key that was stored follows the newest record, but for a member id, which never changes hands.
async fn claim_keys(
    tx: &mut Tx,
    workspace: WorkspaceId,
    claims: HashMap<PersonKey, PersonId>,
    stored: &[PersonKey],
    made: &[(PersonId, &Identity)],
) -> Result<(), StoreError> {
    let mut claims: Vec<_> = claims.into_iter().collect();
    claims.sort_unstable();
    let (moved, fresh): (Vec<_>, Vec<_>) = claims.iter().partition(|(key, _)| stored.contains(key));
    if !fresh.is_empty() {
        let rows = (0..fresh.len()).map(|n| format!("($1, ${}, ${}, ${})", 3 * n + 2, 3 * n + 3, 3 * n + 4)).collect::<Vec<_>>().join(", ");
        let mut statement = sql(format!(
            "INSERT INTO person_ids (workspace_id, scheme, value, person_id) VALUES {rows} ON CONFLICT (workspace_id, scheme, value) DO NOTHING"
        ))
        .bind(workspace);
        for (key, person) in &fresh {
            statement = statement.bind(key.scheme).bind(&key.value).bind(*person);
        }
        statement.execute(tx).await?;
    }
    for (key, person) in moved.iter().filter(|(key, _)| key.scheme != MEMBER) {
        sql("UPDATE person_ids SET person_id = $4 WHERE workspace_id = $1 AND scheme = $2 AND value = $3")
            .bind(workspace)
            .bind(key.scheme)
            .bind(&key.value)
            .bind(*person)
            .execute(tx)
            .await?;
    }
    // Most people of a page are new and were stored with their member id, so they are spared a statement each.
    let has_member = |person: &PersonId| made.iter().any(|(id, identity)| id == person && identity.member_urn.is_some());
    for (key, person) in fresh.iter().filter(|(key, person)| key.scheme == MEMBER && !has_member(person)) {
        sql("UPDATE people SET member_urn = $2 WHERE id = $1 AND member_urn IS NULL").bind(*person).bind(&key.value).execute(tx).await?;
    }
    Ok(())
}

/// Another transaction may have made the same person meanwhile (Postgres). Whoever wrote a key first has won, and ours is joined to theirs.
async fn settle_races(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: &[Vec<PersonKey>],
    made: &[(PersonId, &Identity)],
    persons: &mut [PersonId],
) -> Result<(), StoreError> {
    if !tx.is_shared() || made.is_empty() {
        return Ok(());
    }
    let known = find(tx, workspace, keys).await?;
    for (ours, identity) in made {
        let is_ours = |person: &Known| person.id == *ours || persons.contains(&person.id) || made.iter().any(|(id, _)| *id == person.id);
        let theirs = identity
            .keys
            .iter()
            .filter_map(|key| known.get(key))
            .find(|person| !is_ours(person) && fits(&identity.member_urn, person))
            .map(|person| person.id);
        if let Some(theirs) = theirs {
            merge(tx, *ours, theirs).await?;
            persons.iter_mut().filter(|id| *id == ours).for_each(|id| *id = theirs);
        }
    }
    Ok(())
}
