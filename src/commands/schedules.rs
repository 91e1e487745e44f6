//! `sluice schedules …`: what starts by itself at its times.

use anyhow::Result;
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use sluice_api::{Client, Schedule, SchedulePatch};

use super::exit::Exit;
use super::paging::every_row;
use super::render::state::Hue;
use super::render::table::{Cell, Fit, Table};
use super::render::visible::visible;
use super::server::{Reach, connect};
use super::terminal::Terminal;

#[derive(Debug, Subcommand)]
pub enum SchedulesCommand {
    /// List schedules, with the next time of each
    List,
    /// Start nothing until it is resumed; times that pass meanwhile are not made up for
    Pause(ScheduleArgs),
    /// Go on with a paused schedule at its next time
    Resume(ScheduleArgs),
    /// Delete a schedule; the jobs that it made stay
    Remove(ScheduleArgs),
}

#[derive(Debug, Args)]
pub struct ScheduleArgs {
    #[arg(value_name = "SCHEDULE")]
    id: String,
}

pub async fn run(command: SchedulesCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    let exit = obey(command, &connection.client, terminal).await;
    connection.close().await;
    exit
}

async fn obey(command: SchedulesCommand, client: &Client, terminal: &Terminal) -> Result<Exit> {
    match command {
        SchedulesCommand::List => {
            let schedules = every_row(async |query| client.schedules(&query).await).await?;
            if terminal.json {
                terminal.data(&schedules)?;
            } else {
                let nothing = "No schedules yet. Make one with `sluice import search --keywords nurse --schedule \"0 7 * * 1-5\"`.";
                terminal.table(&table(&schedules), nothing)?;
            }
        }
        SchedulesCommand::Pause(args) => switch(client, &args.id, false, terminal).await?,
        SchedulesCommand::Resume(args) => switch(client, &args.id, true, terminal).await?,
        SchedulesCommand::Remove(args) => {
            client.delete_schedule(&args.id).await?;
            if !terminal.json {
                terminal.say("● The schedule is deleted. The jobs that it made stay.")?;
            }
        }
    }
    Ok(Exit::DONE)
}

async fn switch(client: &Client, id: &str, enabled: bool, terminal: &Terminal) -> Result<()> {
    let schedule = client.change_schedule(id, &SchedulePatch { enabled: Some(enabled), ..SchedulePatch::default() }).await?;
    if terminal.json {
        terminal.data(&schedule)?;
        return Ok(());
    }
    let name = visible(&schedule.name);
    terminal.say(if schedule.enabled {
        format!("● {name} starts by itself, the next time at {}.", next(&schedule))
    } else {
        format!("‖ {name} is paused.\n  sluice schedules resume {id}")
    })?;
    Ok(())
}

fn table(schedules: &[Schedule]) -> Table {
    let mut table = Table::new(&[
        ("id", Fit::Keep),
        ("state", Fit::Keep),
        ("name", Fit::Cut),
        ("times", Fit::Keep),
        ("next", Fit::Keep),
        ("starts", Fit::Spare),
    ]);
    for schedule in schedules {
        let (state, word, hue) = if schedule.enabled { ("● On", "on", Hue::Green) } else { ("‖ Paused", "paused", Hue::Grey) };
        table.rows.push(vec![
            Cell::text(&schedule.id),
            Cell::both(state, word).coloured(hue),
            Cell::text(&schedule.name),
            Cell::text(&schedule.cron),
            if schedule.enabled { Cell::both(next(schedule), schedule.next_at) } else { Cell::text("") },
            Cell::both(schedule.kind.replace('_', " "), &schedule.kind),
        ]);
    }
    table
}

/// The next time, by the clock that the schedule goes by.
pub fn next(schedule: &Schedule) -> String {
    let zone = TimeZone::get(&schedule.time_zone);
    let name = if zone.is_ok() { schedule.time_zone.as_str() } else { "UTC" };
    format!("{} {name}", schedule.next_at.to_zoned(zone.unwrap_or(TimeZone::UTC)).strftime("%a %-d %b %H:%M"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schedule(name: &str, enabled: bool, time_zone: &str) -> Schedule {
        let schedule = json!({
            "id": "0199c0de-0000-7000-8000-00000000000c", "name": name, "kind": "search_postings", "args": {}, "account_id": null,
            "priority": 0, "cron": "0 7 * * 1-5", "time_zone": time_zone, "enabled": enabled, "next_at": "2026-11-23T06:00:00Z",
            "last_job_id": null,
        });
        serde_json::from_value(schedule).unwrap()
    }

    #[test]
    fn the_list_names_the_next_time_by_the_zone_that_the_schedule_goes_by() {
        let schedules = [
            schedule("Nurses in Graz", true, "Europe/Vienna"),
            schedule("Paused", false, "UTC"),
            schedule("Elsewhere", true, "Mars/Olympus"),
        ];
        let table = table(&schedules);
        insta::assert_snapshot!([table.drawn(140, false), table.tab_separated().replace('\t', "→")].join("\n"));
    }
}
