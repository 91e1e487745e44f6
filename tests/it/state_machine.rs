//! Random lives of jobs and workers, against a plain model, on both databases.
//!
//! The workers are engines whose every step waits for the next operation; the clock moves only in steps that leave no doubt whether a
//! lease or a wait is over.

mod model;
mod puppets;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sluice::store::Database;

use crate::support::fixtures::{Home, home};
use crate::support::{each_database, is_slow};
use model::Model;
use puppets::Stage;

pub const WORKERS: usize = 3;
const JOBS: usize = 3;

/// How a worker's step ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Page,
    PageThenPark,
    Park,
    Retry,
    RateLimited,
    Fatal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Pause,
    Resume,
    Cancel,
    Retry,
}

#[derive(Debug, Clone, Copy)]
enum Operation {
    Enqueue,
    Claim { worker: usize, job: usize },
    Finish { worker: usize, step: Step },
    Heartbeat { worker: usize },
    GiveBack { worker: usize },
    Crash { worker: usize },
    Advance { seconds: u64 },
    Order { order: Order, job: usize },
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let step = prop_oneof![
        6 => Just(Step::Page),
        1 => Just(Step::PageThenPark),
        1 => Just(Step::Park),
        3 => Just(Step::Retry),
        1 => Just(Step::RateLimited),
        1 => Just(Step::Fatal),
    ];
    let order = prop_oneof![2 => Just(Order::Pause), 2 => Just(Order::Resume), 1 => Just(Order::Cancel), 2 => Just(Order::Retry)];
    let operation = prop_oneof![
        2 => Just(Operation::Enqueue),
        10 => (0..WORKERS, 0..JOBS).prop_map(|(worker, job)| Operation::Claim { worker, job }),
        12 => (0..WORKERS, step).prop_map(|(worker, step)| Operation::Finish { worker, step }),
        2 => (0..WORKERS).prop_map(|worker| Operation::Heartbeat { worker }),
        1 => (0..WORKERS).prop_map(|worker| Operation::GiveBack { worker }),
        2 => (0..WORKERS).prop_map(|worker| Operation::Crash { worker }),
        // No sum of these comes close below a lease of 3,000 s or a wait of 5,000 s, so the time that a test takes decides nothing.
        5 => prop_oneof![Just(2_000), Just(3_100)].prop_map(|seconds| Operation::Advance { seconds }),
        4 => (order, 0..JOBS).prop_map(|(order, job)| Operation::Order { order, job }),
    ];
    // Two jobs and a worker at work, so that few operations are in vain.
    prop::collection::vec(operation, 10..60).prop_map(|mut operations| {
        operations.splice(0..0, [Operation::Enqueue, Operation::Enqueue, Operation::Claim { worker: 0, job: 0 }]);
        operations
    })
}

async fn live(database: &Database, home: Home, operations: Vec<Operation>) -> Result<(), TestCaseError> {
    let mut stage = Stage::new(database, home);
    let mut model = Model::default();
    for (number, operation) in operations.into_iter().enumerate() {
        apply(&mut stage, &mut model, operation).await.map_err(|why| TestCaseError::fail(format!("{number}, {operation:?}: {why}")))?;
        stage.check(&mut model).await.map_err(|why| TestCaseError::fail(format!("after {number}, {operation:?}: {why}")))?;
    }
    Ok(())
}

async fn apply(stage: &mut Stage, model: &mut Model, operation: Operation) -> Result<(), String> {
    match operation {
        Operation::Enqueue if model.jobs.len() < JOBS => {
            stage.enqueue().await;
            model.enqueue();
        }
        Operation::Claim { worker, job } if job < model.jobs.len() && model.workers[worker].is_none() => {
            let claimed = stage.claim(worker, job).await?;
            model.claim(worker, job, claimed)?;
        }
        Operation::Finish { worker, step } if model.workers[worker].is_some() => {
            let seen = stage.finish(worker, step).await?;
            model.finish(worker, step, &seen)?;
        }
        Operation::Heartbeat { worker } if model.workers[worker].is_some() => {
            let kept = stage.heartbeat(worker).await;
            model.heartbeat(worker, kept)?;
        }
        Operation::GiveBack { worker } if model.may_give_back(worker) => {
            stage.give_back(worker).await;
            model.give_back(worker);
        }
        Operation::Crash { worker } if model.workers[worker].is_some() => {
            stage.crash(worker).await;
            model.workers[worker] = None;
        }
        Operation::Advance { seconds } => {
            stage.database.advance_clock(Duration::from_secs(seconds));
            model.now += seconds;
        }
        Operation::Order { order, job } if job < model.jobs.len() => {
            let obeyed = stage.order(order, job).await;
            model.order(order, job, obeyed)?;
        }
        _ => {}
    }
    Ok(())
}

fn run(database: &Database, home: Home, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    // The ordinary run is the same every time; the long one is a new one each time.
    let mut runner = if is_slow() {
        TestRunner::new(config)
    } else {
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
    };
    let handle = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| runner.run(&operations(), |operations| handle.block_on(live(database, home, operations))));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

each_database! {
    async fn immunity_02_03_04_06_16_no_life_of_jobs_and_workers_breaks_a_promise(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        run(&database, home, if is_slow() { 500 } else { 24 });
    }
}
