//! `sluice postings apply|status|stars|hide`: the same change of one posting or many, all or none.

use anyhow::Result;
use clap::Args;
use sluice_api::wording::numbers::count;
use sluice_api::wording::posting::status as wording;
use sluice_api::{ApplicationStatus, Client, PostingPatch, PostingsPatch};

use super::named;
use crate::commands::exit::Exit;
use crate::commands::failure::Failure;
use crate::commands::moment::{Towards, moment};
use crate::commands::terminal::Terminal;
use crate::commands::words::word;

#[derive(Debug, Args)]
pub struct ApplyArgs {
    #[arg(required = true, value_name = "POSTING")]
    postings: Vec<String>,
    /// When: a day such as 2026-03-01, yesterday, or 3d for three days ago [default: now]
    #[arg(long, value_name = "WHEN")]
    on: Option<String>,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// saved, applied, interviewing, offer, rejected, withdrawn, or none
    #[arg(value_parser = optional_status)]
    status: NewStatus,
    #[arg(required = true, value_name = "POSTING")]
    postings: Vec<String>,
}

#[derive(Debug, Args)]
pub struct StarsArgs {
    /// 1 to 5, or none
    #[arg(value_parser = optional_stars)]
    stars: NewStars,
    #[arg(required = true, value_name = "POSTING")]
    postings: Vec<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    because: Option<String>,
}

#[derive(Debug, Args)]
pub struct HideArgs {
    #[arg(required = true, value_name = "POSTING")]
    postings: Vec<String>,
    /// Show them again
    #[arg(long)]
    undo: bool,
}

/// `none` takes it away.
#[derive(Debug, Clone, Copy)]
struct NewStatus(Option<ApplicationStatus>);

#[derive(Debug, Clone, Copy)]
struct NewStars(Option<u8>);

fn optional_status(text: &str) -> Result<NewStatus, String> {
    if text == "none" { Ok(NewStatus(None)) } else { word(text).map(|status| NewStatus(Some(status))) }
}

fn optional_stars(text: &str) -> Result<NewStars, String> {
    match text.parse::<u8>() {
        Ok(stars @ 1..=5) => Ok(NewStars(Some(stars))),
        _ if text == "none" => Ok(NewStars(None)),
        _ => Err("give 1 to 5 stars, or none".to_owned()),
    }
}

pub async fn apply(args: &ApplyArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let applied_at = args.on.as_deref().map(|on| moment(on, terminal.now(), &terminal.zone, Towards::Done)).transpose()?;
    let patch =
        PostingPatch { status: Some(Some(ApplicationStatus::Applied)), applied_at: applied_at.map(Some), ..PostingPatch::default() };
    change(client, &args.postings, patch, terminal).await
}

pub async fn status(args: &StatusArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let patch = PostingPatch { status: Some(args.status.0), ..PostingPatch::default() };
    change(client, &args.postings, patch, terminal).await
}

pub async fn stars(args: &StarsArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    if args.stars.0.is_none() && args.because.is_some() {
        return Err(Failure::usage("--because: without stars there is nothing to give reasons for").remedy("Leave it out.").into());
    }
    let patch = PostingPatch { stars: Some(args.stars.0), stars_reason: args.because.clone().map(Some), ..PostingPatch::default() };
    change(client, &args.postings, patch, terminal).await
}

pub async fn hide(args: &HideArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let patch = PostingPatch { hidden: Some(!args.undo), ..PostingPatch::default() };
    change(client, &args.postings, patch, terminal).await
}

async fn change(client: &Client, postings: &[String], patch: PostingPatch, terminal: &Terminal) -> Result<Exit> {
    let ids = named::ids(client, postings).await?;
    let what = said(&patch);
    let many = ids.len() as u64;
    let done = client.change_postings(&PostingsPatch { ids, patch }).await?;
    if terminal.json {
        terminal.data(&done)?;
    } else {
        terminal.say(told(done.changed, many, &what))?;
    }
    Ok(Exit::DONE)
}

/// What the postings are now.
fn said(patch: &PostingPatch) -> String {
    match (patch.status, patch.stars, patch.hidden) {
        (Some(None), ..) => "off the tracker".to_owned(),
        (Some(status), ..) => wording(status).word.to_lowercase(),
        (_, Some(None), _) => "without stars".to_owned(),
        (_, Some(Some(stars)), _) => format!("at {}", count(stars.into(), "star", "stars")),
        (.., Some(true)) => "hidden".to_owned(),
        _ => "shown again".to_owned(),
    }
}

fn told(changed: u64, many: u64, what: &str) -> String {
    match (changed, many - changed.min(many)) {
        (0, _) => format!("Nothing changed: {} already {what}.", if many == 1 { "it is" } else { "they are" }),
        (changed, 0) => format!(
            "● {} {what} now.",
            if changed == 1 { "1 posting is".to_owned() } else { format!("{} are", count(changed, "posting", "postings")) }
        ),
        (changed, left) => format!(
            "● {} {what} now; {left} {} so before.",
            if changed == 1 { "1 posting is".to_owned() } else { format!("{} are", count(changed, "posting", "postings")) },
            if left == 1 { "was" } else { "were" }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_said_in_words() {
        let patch = |status, stars, hidden| PostingPatch { status, stars, hidden, ..PostingPatch::default() };
        let said = [
            told(1, 1, &said(&patch(Some(Some(ApplicationStatus::Applied)), None, None))),
            told(0, 1, &said(&patch(Some(Some(ApplicationStatus::Saved)), None, None))),
            told(0, 3, &said(&patch(Some(None), None, None))),
            told(12, 12, &said(&patch(None, Some(Some(4)), None))),
            told(1, 3, &said(&patch(None, Some(None), None))),
            told(2, 3, &said(&patch(None, None, Some(true)))),
            told(1, 1, &said(&patch(None, None, Some(false)))),
        ];
        insta::assert_snapshot!(said.join("\n"));
    }
}
