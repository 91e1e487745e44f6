//! `create-job`: the routes that make a search, under 200 requests a second, in a real server on SQLite.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};

use crate::bench::Bench;
use crate::loader::{self, Load};
use crate::machine;
use crate::programs::{OWNER_KEY, Place, Program};
use crate::report::Row;

const PER_SECOND: u32 = 200;

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let older =
        json!({ "search_criteria": { "category": "people", "keywords": "manager" }, "search_type": "linkedin", "target_count": 1_000 });
    let ours = json!({ "criteria": { "keywords": "manager" }, "target": 1_000 });
    let mut rows = Vec::new();
    for (path, body) in [("/api/linkedin/search/create-job", older), ("/api/v1/searches", ours)] {
        let server = Place::new(&bench.new_folder()?).serve().await?;
        connect_a_closed_account(bench, &server).await?;
        let load = Load {
            address: server.url.trim_start_matches("http://").parse()?,
            request: request(&server, path, &body),
            per_second: PER_SECOND,
            lasts: Duration::from_secs(if bench.brief { 4 } else { 20 }),
        };
        let before = machine::processor_time(server.pid()?)?;
        let times = tokio::task::spawn_blocking(move || loader::send(load)).await??;
        let used = machine::processor_time(server.pid()?)?.saturating_sub(before);
        server.stop().await?;
        let each = used.as_secs_f64() * 1e6 / times.len() as f64;
        let row = Row::times(format!("POST {path} at 200/s on SQLite"), times).note(format!(
            "outside the account's working hours, so each job is claimed and parked beside; {each:.0} µs of processor a job"
        ));
        let met = row.quantile(0.5) < Duration::from_millis(2) && row.quantile(0.99) < Duration::from_millis(15);
        rows.push(row.goal("p50 < 2 ms, p99 < 15 ms", met));
    }
    Ok(rows)
}

/// Its hours begin in twelve, so that searches are made and wait.
async fn connect_a_closed_account(bench: &Bench, server: &Program) -> Result<()> {
    let hour = (machine::now_us() / 3_600_000_000 + 12) % 24;
    let account = json!({
        "provider": "unipile", "base_url": bench.sandbox().await?.url, "api_key": "a provider's key",
        "external_account_id": bench.new_account(), "api": "sales_navigator",
        "working_hours": {
            "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "from": format!("{hour:02}:00:00"), "to": format!("{hour:02}:59:00"),
        },
    });
    let made = server.post("/api/v1/accounts", &account).await?;
    made["id"].as_str().context("an account's id")?;
    Ok(())
}

fn request(server: &Program, path: &str, body: &Json) -> Vec<u8> {
    let (host, body) = (server.url.trim_start_matches("http://"), body.to_string());
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nx-api-key: {OWNER_KEY}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
