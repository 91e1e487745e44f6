//! `ready`: from the spawn of `sluice serve` to its first 200 of `/readyz`, over a database that is there.

use anyhow::Result;

use std::time::Duration;

use crate::bench::Bench;
use crate::programs::Place;
use crate::report::Row;

const GOAL: Duration = Duration::from_millis(200);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let place = Place::new(&bench.new_folder()?);
    place.serve().await?.stop().await?;
    let mut times = Vec::new();
    for _ in 0..bench.runs(10, 3) {
        let (server, took) = place.serve_timed().await?;
        times.push(took);
        server.stop().await?;
    }
    let row = Row::times("spawn of serve to ready on SQLite", times);
    let met = row.quantile(0.5) < GOAL;
    Ok(vec![row.goal("< 200 ms", met)])
}
