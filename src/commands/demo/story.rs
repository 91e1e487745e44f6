//! What the demo says before and after the search.

use std::path::Path;

use sluice_api::{Job, JobStatus};

use crate::commands::render::lines::stored;
use sluice_api::wording::numbers::thousands;

/// Lines of the timeline that tell of something that went wrong.
const MISHAPS: [&str; 4] = ["wait", "retry", "note", "taken_over"];

pub fn beginning(url: &str, provider: &str, people: usize, folder: &Path, welcome: &str) -> String {
    format!(
        "A server and a provider of {} invented people, both on this machine alone.\n  server    {url}, its files in {}\n  browser   {welcome}  (works once)\n  provider  {provider}; on the way it answers a 429 and a 500, lets one call time out, sends one person twice and drops one connection\n",
        thousands(people as u64),
        folder.display()
    )
}

pub fn carrying_on(job: &Job) -> String {
    match job.status {
        JobStatus::Completed | JobStatus::Canceled => "The search of an earlier run has ended; here is what it found.".to_owned(),
        _ => format!("Going on with the search of an earlier run, at {}.", stored(job)),
    }
}

/// Where the results are, how to open them, how to stop.
pub fn closing(job: &Job, url: &str, folder: &Path, program: &str, once: bool) -> String {
    let (id, folder) = (&job.id, folder.display());
    let mut text = String::new();
    let mishaps: Vec<String> =
        job.timeline.iter().filter(|entry| MISHAPS.contains(&entry.kind.as_str())).map(|entry| format!("  {}", entry.message)).collect();
    if !mishaps.is_empty() {
        text.push_str(&format!("\nWhat went wrong on the way, and cost nobody:\n{}\n", mishaps.join("\n")));
    }
    text.push_str(&format!(
        "\nThe results\n  {program} --data-dir {folder} results {id}\n  {program} --data-dir {folder} results {id} --format csv > prospects.csv\n"
    ));
    if once {
        text.push_str("\nRun again, it shows what is there.");
    } else {
        text.push_str(&format!(
            "  {url}/docs  the API; the key is in {folder}/cli.key\n\nStop it with Ctrl-C. Run again, it shows what is there; remove {folder} to begin anew."
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use sluice_api::{StopReason, TimelineEntry};

    use super::*;
    use crate::commands::render::state::tests::{ended, halfway};

    #[test]
    fn the_demo_says_where_things_are_and_how_to_stop() {
        let folder = Path::new("/data/demo");
        let mut done = ended(JobStatus::Completed, StopReason::TargetReached, "The target was reached.");
        let entry = |kind: &str, message: &str| TimelineEntry { at: done.created_at, kind: kind.into(), message: message.into() };
        done.timeline = vec![
            entry("started", "started"),
            entry("wait", "Unipile asked us to slow down (waiting 18 s)"),
            entry("page", "page 1 stored: 100 new"),
            entry("retry", "Unipile answered 500; trying again in 2 s (attempt 1 of 5)"),
        ];
        let said = [
            beginning("http://127.0.0.1:8080", "http://127.0.0.1:40113", 100_000, folder, "http://127.0.0.1:8080/welcome/TOKEN"),
            carrying_on(&halfway()),
            carrying_on(&done),
            closing(&done, "http://127.0.0.1:8080", folder, "sluice", false),
            closing(&halfway(), "http://127.0.0.1:8080", folder, "target/release/sluice", true),
        ];
        insta::assert_snapshot!(said.join("\n---\n"));
    }
}
