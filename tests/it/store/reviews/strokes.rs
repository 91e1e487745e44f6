//! Random sessions of several people, against a plain model: the stored counts are the counted ones at every moment.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sluice::domain::review::{Decision, ItemFilter, ReviewState};
use sluice::domain::{ReviewId, ReviewItemId, UserId};
use sluice::store::database::sql;
use sluice::store::reviews::decisions::{self, Choice, NotCompleted, NotUndone, Undecided, Verdict};
use sluice::store::reviews::{self, Asked, At, Counts, ItemSort};
use sluice::store::{Database, users};

use super::{add, item, review};
use crate::support::fixtures::{Home, begin, commit, home, read};
use crate::support::{each_database, is_slow};

const PEOPLE: usize = 3;

#[derive(Debug, Clone)]
enum Operation {
    Add(usize),
    Decide { person: usize, picks: Vec<usize>, decision: Decision, reason: bool },
    Bulk { person: usize, only: Option<Decision>, words: &'static str, decision: Decision, off_by_one: bool },
    Undo { person: usize },
    Complete { person: usize, reject_rest: bool },
    Reopen,
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let decision = || prop_oneof![3 => Just(Decision::Approved), 3 => Just(Decision::Rejected), 1 => Just(Decision::Pending)];
    let words = prop_oneof![Just(""), Just("engi"), Just("manager"), Just("nobody")];
    let bulk = (0..PEOPLE, prop::option::of(decision()), words, decision(), prop::bool::weighted(0.15));
    let operation = prop_oneof![
        2 => (1..6_usize).prop_map(Operation::Add),
        6 => (0..PEOPLE, prop::collection::vec(0..60_usize, 1..4), decision(), any::<bool>())
            .prop_map(|(person, picks, decision, reason)| Operation::Decide { person, picks, decision, reason }),
        5 => bulk.prop_map(|(person, only, words, decision, off_by_one)| Operation::Bulk { person, only, words, decision, off_by_one }),
        6 => (0..PEOPLE).prop_map(|person| Operation::Undo { person }),
        1 => (0..PEOPLE, any::<bool>()).prop_map(|(person, reject_rest)| Operation::Complete { person, reject_rest }),
        2 => Just(Operation::Reopen),
    ];
    prop::collection::vec(operation, 5..50)
}

/// What one stroke said of an item.
type Said = (usize, Decision, Option<&'static str>);

#[derive(Debug, Default)]
struct Model {
    /// For each item, what was said of it and not taken back, the last on top.
    items: Vec<Vec<Said>>,
    /// Whose strokes, in order; missing once taken back.
    strokes: Vec<Option<usize>>,
    completed: bool,
}

impl Model {
    fn now(&self, item: usize) -> (Decision, Option<&'static str>) {
        self.items[item].last().map_or((Decision::Pending, None), |(_, decision, reason)| (*decision, *reason))
    }

    fn strike(&mut self, person: usize, picks: &[usize], verdict: (Decision, Option<&'static str>)) -> i64 {
        let changed: Vec<usize> = picks.iter().copied().filter(|pick| self.now(*pick) != verdict).collect();
        if !changed.is_empty() {
            self.strokes.push(Some(person));
        }
        for pick in &changed {
            self.items[*pick].push((self.strokes.len() - 1, verdict.0, verdict.1));
        }
        changed.len() as i64
    }

    /// How many went back and how many had been decided anew; `None` when there is nothing to take back.
    fn undo(&mut self, person: usize) -> Option<(i64, i64)> {
        let stroke = self.strokes.iter().rposition(|by| *by == Some(person))?;
        self.strokes[stroke] = None;
        let (mut restored, mut left) = (0, 0);
        for said in &mut self.items {
            match said.iter().position(|(number, ..)| *number == stroke) {
                Some(place) if place + 1 == said.len() => restored += 1,
                Some(_) => left += 1,
                None => continue,
            }
            said.retain(|(number, ..)| *number != stroke);
        }
        Some((restored, left))
    }

    fn counts(&self) -> Counts {
        let with = |decision| (0..self.items.len()).filter(|item| self.now(*item).0 == decision).count() as i64;
        Counts {
            total: self.items.len() as i64,
            approved: with(Decision::Approved),
            rejected: with(Decision::Rejected),
            ..Counts::default()
        }
    }
}

struct Session<'d> {
    database: &'d Database,
    home: Home,
    review: ReviewId,
    people: Vec<UserId>,
    items: Vec<ReviewItemId>,
    model: Model,
}

impl Session<'_> {
    async fn begin(database: &Database, home: Home) -> Session<'_> {
        let review = review(database, home).await.id;
        let mut people = vec![home.user];
        let mut tx = begin(database).await;
        for _ in 1..PEOPLE {
            let user = UserId::new();
            users::insert(&mut tx, user, "A colleague", None).await.expect("a user");
            people.push(user);
        }
        commit(tx).await;
        Session { database, home, review, people, items: Vec::new(), model: Model::default() }
    }

    async fn apply(&mut self, operation: Operation) -> Result<(), String> {
        match operation {
            Operation::Add(number) if !self.model.completed => {
                let from = self.items.len();
                let new: Vec<_> = (from..from + number).map(|n| item(n, None)).collect();
                add(self.database, self.home, self.review, &new).await;
                self.model.items.resize(from + number, Vec::new());
                self.items = self.all().await.into_iter().map(|item| item.id).collect();
            }
            Operation::Add(_) => {}
            Operation::Decide { person, mut picks, decision, reason } => {
                picks.retain(|pick| *pick < self.items.len());
                picks.sort_unstable();
                picks.dedup();
                if picks.is_empty() {
                    return Ok(());
                }
                let reason = (reason && decision == Decision::Rejected).then_some("Wrong role");
                let ids: Vec<ReviewItemId> = picks.iter().map(|pick| self.items[*pick]).collect();
                self.decide(person, Choice::Items(&ids), &picks, (decision, reason)).await?;
            }
            Operation::Bulk { person, only, words, decision, off_by_one } => {
                let filter = ItemFilter { decision: only, words: words.into(), ..ItemFilter::default() };
                // Every other one is an engineer, and the rest are managers.
                let has = |n: usize| match words {
                    "engi" => n.is_multiple_of(2),
                    "manager" => !n.is_multiple_of(2),
                    other => other.is_empty(),
                };
                let picks: Vec<usize> =
                    (0..self.items.len()).filter(|n| has(*n) && only.is_none_or(|only| self.model.now(*n).0 == only)).collect();
                let expected = picks.len() as i64 + i64::from(off_by_one);
                if off_by_one && !self.model.completed {
                    let told = self.strike(person, Choice::Matching { filter: &filter, expected }, (decision, None)).await;
                    return expect("the count differs", told.map(|done| done.changed), Err(Undecided::CountDiffers(picks.len() as i64)));
                }
                self.decide(person, Choice::Matching { filter: &filter, expected }, &picks, (decision, None)).await?;
            }
            Operation::Undo { person } => {
                let mut tx = begin(self.database).await;
                let told = decisions::undo(&mut tx, self.home.scope(), self.review, self.people[person]).await.expect("an answer");
                commit(tx).await;
                let expected = match self.model.completed {
                    true => Err(NotUndone::Completed),
                    false => self.model.undo(person).ok_or(NotUndone::Nothing),
                };
                expect("taking back", told.map(|undone| (undone.restored, undone.left)), expected)?;
            }
            Operation::Complete { person, reject_rest } => {
                let mut tx = begin(self.database).await;
                let rest = reject_rest.then_some(None);
                let told =
                    decisions::complete(&mut tx, self.home.scope(), self.review, self.people[person], rest).await.expect("an answer");
                commit(tx).await;
                let pending: Vec<usize> = (0..self.items.len()).filter(|n| self.model.now(*n).0 == Decision::Pending).collect();
                let expected = match (self.model.completed, pending.len(), reject_rest) {
                    (true, ..) => Err(NotCompleted::Already),
                    (false, 1.., false) => Err(NotCompleted::Pending(pending.len() as i64)),
                    _ => {
                        self.model.completed = true;
                        Ok(self.model.strike(person, &pending, (Decision::Rejected, None)))
                    }
                };
                expect("completing", told.map(|(_, rejected)| rejected), expected)?;
            }
            Operation::Reopen => {
                let mut tx = begin(self.database).await;
                decisions::reopen(&mut tx, self.home.scope(), self.review).await.expect("an answer").expect("the review");
                commit(tx).await;
                self.model.completed = false;
            }
        }
        Ok(())
    }

    async fn decide(
        &mut self,
        person: usize,
        choice: Choice<'_>,
        picks: &[usize],
        verdict: (Decision, Option<&'static str>),
    ) -> Result<(), String> {
        let told = self.strike(person, choice, verdict).await;
        let expected = match self.model.completed {
            true => Err(Undecided::Completed),
            false => Ok((picks.len() as i64, self.model.strike(person, picks, verdict))),
        };
        expect("deciding", told.map(|done| (done.matched, done.changed)), expected)
    }

    async fn strike(
        &self,
        person: usize,
        choice: Choice<'_>,
        verdict: (Decision, Option<&'static str>),
    ) -> Result<decisions::Decided, Undecided> {
        let mut tx = begin(self.database).await;
        let verdict = Verdict { decision: verdict.0, reason: verdict.1 };
        let told = decisions::decide(&mut tx, self.home.scope(), self.review, self.people[person], choice, verdict).await;
        commit(tx).await;
        told.expect("an answer")
    }

    async fn all(&self) -> Vec<reviews::Item> {
        let mut conn = read(self.database).await;
        let review = reviews::find(&mut conn, self.home.scope(), self.review).await.expect("an answer").expect("the review");
        let filter = ItemFilter::default();
        let (sort, at) = (ItemSort::Position, At::Offset(0));
        let asked = Asked { review: &review, filter: &filter, sort, descending: false, at: &at, limit: 1_000 };
        let page = reviews::page(&mut conn, &asked).await;
        page.expect("a page").items
    }

    /// Items, stored counts, counted ones and what was told are the model's.
    async fn check(&self) -> Result<(), String> {
        let all = self.all().await;
        let found: Vec<_> = all.iter().map(|item| (item.decision, item.reason.as_deref(), item.decided_by.is_some())).collect();
        let wanted: Vec<_> = (0..self.items.len())
            .map(|n| self.model.now(n))
            .map(|(decision, reason)| (decision, reason, decision != Decision::Pending))
            .collect();
        expect("the items", found, wanted)?;
        expect("the counts", counts_of(self.database, self.home, self.review).await, (self.model.counts(), self.model.counts()))?;
        let row = sql("SELECT data FROM events WHERE kind = 'review' ORDER BY sequence DESC LIMIT 1")
            .fetch_one(&mut read(self.database).await)
            .await
            .expect("an event");
        let told: sluice_api::ReviewChanged = row.json("data").expect("JSON");
        let counts = self.model.counts();
        let numbers = (told.counts.total, told.counts.pending, told.counts.approved, told.counts.rejected);
        let wanted = [counts.total, counts.pending(), counts.approved, counts.rejected].map(|count| count as u64);
        expect("what was told", numbers, (wanted[0], wanted[1], wanted[2], wanted[3]))?;
        expect("the state told", told.state == sluice_api::ReviewState::Completed, self.model.completed)
    }
}

/// The counts as they are stored, and as they come out when the items are counted.
async fn counts_of(database: &Database, home: Home, review: ReviewId) -> (Counts, Counts) {
    let mut conn = read(database).await;
    let stored = reviews::find(&mut conn, home.scope(), review).await.expect("an answer").expect("the review");
    assert!(stored.counts.pending() == 0 || stored.state == ReviewState::Open, "a completed review has nothing pending");
    let mut counted = Counts::default();
    let rows = sql("SELECT decision, count(*) AS items FROM review_items WHERE review_number = $1 GROUP BY decision").bind(stored.number);
    for row in rows.fetch_all(&mut conn).await.expect("the items") {
        let items: i64 = row.get("items").expect("a count");
        counted.total += items;
        match row.get("decision").expect("a decision") {
            Decision::Pending => {}
            Decision::Approved => counted.approved = items,
            Decision::Rejected => counted.rejected = items,
        }
    }
    (stored.counts, counted)
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, and not {wanted:?}")) }
}

async fn live(database: &Database, home: Home, operations: Vec<Operation>) -> Result<(), TestCaseError> {
    let mut session = Session::begin(database, home).await;
    session.apply(Operation::Add(8)).await.map_err(TestCaseError::fail)?;
    for (number, operation) in operations.into_iter().enumerate() {
        let said = format!("{operation:?}");
        let done = async {
            session.apply(operation).await?;
            session.check().await
        };
        done.await.map_err(|why| TestCaseError::fail(format!("{number}, {said}: {why}")))?;
    }
    Ok(())
}

each_database! {
    async fn immunity_11_no_session_of_decisions_makes_a_count_drift(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let config =
            Config { cases: if is_slow() { 400 } else { 24 }, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
        // The ordinary run is the same every time; the long one is a new one each time.
        let mut runner = match is_slow() {
            true => TestRunner::new(config),
            false => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        };
        let handle = tokio::runtime::Handle::current();
        let outcome =
            tokio::task::block_in_place(|| runner.run(&operations(), |operations| handle.block_on(live(&database, home, operations))));
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }

    async fn immunity_11_people_who_decide_at_once_leave_the_counts_right(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let session = Session::begin(&database, home).await;
        let review = session.review;
        add(&database, home, review, &(0..60).map(|n| item(n, None)).collect::<Vec<_>>()).await;
        let ids: Vec<ReviewItemId> = session.all().await.iter().map(|item| item.id).collect();
        let mut at_once = tokio::task::JoinSet::new();
        for (worker, user) in (0..6).zip(session.people.iter().copied().cycle()) {
            let (database, ids) = (database.clone(), ids.clone());
            at_once.spawn(async move {
                for round in 0..12_usize {
                    let mut tx = begin(&database).await;
                    let decision = Decision::ALL[(worker + round) % 3];
                    let verdict = Verdict { decision, reason: None };
                    match (worker + round) % 4 {
                        0 => {
                            decisions::undo(&mut tx, home.scope(), review, user).await.map(|_| ()).expect("an answer");
                        }
                        1 => {
                            reviews::add_items(&mut tx, home.scope(), review, &[item(1_000 + round, None)]).await.map(|_| ()).expect("added");
                        }
                        _ => {
                            let some: Vec<_> = ids.iter().copied().skip(worker * 7 % 20).step_by(1 + round % 3).collect();
                            let done = decisions::decide(&mut tx, home.scope(), review, user, Choice::Items(&some), verdict).await;
                            done.expect("an answer").expect("they are decided");
                        }
                    }
                    commit(tx).await;
                }
            });
        }
        at_once.join_all().await;
        let (stored, counted) = counts_of(&database, home, review).await;
        assert_eq!(stored, counted);
        assert_eq!(stored.total, 60 + 6 * 3);
    }
}
