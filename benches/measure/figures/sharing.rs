//! `sharing`: three worker processes on Postgres, and what two searches make of one account and of two.

use std::time::Duration;

use anyhow::{Context, Result};
use sluice::domain::JobId;

use crate::bench::Bench;
use crate::journal::{self, Seen};
use crate::programs::Program;
use crate::report::{Row, shown};
use crate::stage::{Kind, Stage};

const DELAY: Duration = Duration::from_millis(500);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let target = u32::try_from(bench.runs(1_000, 400))?;
    let sandbox = bench.sandbox().await?;
    journal::clear(sandbox).await?;
    let stage = Stage::new(bench, Kind::Postgres).await?;
    let mut workers: Vec<Program> = Vec::new();
    for name in ["one", "two", "three"] {
        workers.push(stage.place(name).work().await?);
    }

    let shared = bench.new_account();
    let account = stage.account(&sandbox.url, &shared, DELAY).await?;
    let jobs = [stage.search(account, "manager", target).await?, stage.search(account, "engineer", target).await?];
    wait_for(&stage, jobs, target).await?;
    let seen = journal::searches(sandbox, &shared).await?;
    let closest = journal::shortest_distance(&seen).context("two pages")?;
    let floor = i64::try_from(DELAY.as_micros())? * 8 / 10;

    let (first, second) = (bench.new_account(), bench.new_account());
    let one = stage.account(&sandbox.url, &first, DELAY).await?;
    let other = stage.account(&sandbox.url, &second, DELAY).await?;
    let jobs = [stage.search(one, "manager", target).await?, stage.search(other, "manager", target).await?];
    wait_for(&stage, jobs, target).await?;
    let (one, other) = (Span::of(&journal::searches(sandbox, &first).await?)?, Span::of(&journal::searches(sandbox, &second).await?)?);
    let overlap = one.to.min(other.to) - one.from.max(other.from);
    let share = 100.0 * overlap as f64 / one.length().min(other.length()) as f64;
    let total = Span { from: one.from.min(other.from), to: one.to.max(other.to) };
    let ratio = total.length() as f64 / one.length().max(other.length()) as f64;

    for worker in workers {
        worker.stop().await?;
    }
    stage.database.close().await;
    let took = Duration::from_micros(total.length().unsigned_abs());
    Ok(vec![
        Row::said(
            "closest two starts on one account, two searches, three workers",
            format!("{:.3} s", closest as f64 / 1e6),
            seen.len() - 1,
        )
        .goal("≥ 0.4 s", closest >= floor)
        .note("at 500 ms pace on Postgres"),
        Row::said("overlap of two searches on two accounts, three workers", format!("{share:.1} %"), 1)
            .goal("≥ 95 %", share >= 95.0)
            .note("of the shorter one's span"),
        Row::said("their time together over the longer one's", format!("{ratio:.3}"), 1)
            .goal("≤ 1.05", ratio <= 1.05)
            .note(format!("{} in all", shown(took))),
    ])
}

/// From the first start to the last answer, in microseconds.
struct Span {
    from: i64,
    to: i64,
}

impl Span {
    fn of(seen: &[Seen]) -> Result<Self> {
        let (first, last) = (seen.first().context("a page")?, seen.last().context("a page")?);
        Ok(Self { from: first.at_us, to: last.answered_us.context("it was answered")? })
    }

    fn length(&self) -> i64 {
        self.to - self.from
    }
}

/// The workers are other processes, so this one looks now and then.
async fn wait_for(stage: &Stage, jobs: [JobId; 2], target: u32) -> Result<()> {
    for id in jobs {
        while !stage.job(id).await?.state.is_final() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stage.completed(id, i64::from(target)).await?;
    }
    Ok(())
}
