//! `sluice postings show POSTING`: one posting with all that was noted of it.

use anyhow::Result;
use clap::Args;
use console::{Style, measure_text_width};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::wording::day;
use sluice_api::wording::numbers::{ago, count};
use sluice_api::wording::posting::{employment_type, salary, seniority, status, title, workplace};
use sluice_api::{Client, PostingPatch, PostingWhole};

use super::named;
use crate::commands::exit::Exit;
use crate::commands::render::state::Coloured;
use crate::commands::render::visible::visible;
use crate::commands::terminal::Terminal;

/// Longer lines of a description are hard to read.
const WIDEST_TEXT: usize = 100;

#[derive(Debug, Args)]
pub struct ShowArgs {
    #[arg(value_name = "POSTING")]
    posting: String,
    /// Leave it marked as new
    #[arg(long)]
    keep_new: bool,
}

pub async fn run(args: &ShowArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let id = named::id(client, &args.posting).await?;
    let whole = client.posting(&id).await?;
    if terminal.json {
        terminal.data(&whole)?;
    } else {
        terminal.say(description(&whole, terminal.now(), &terminal.zone, terminal.width(), terminal.colour))?;
    }
    // A program that reads it has not seen it, and a key that only reads cannot note it.
    if terminal.interactive && !args.keep_new && whole.posting.seen_at.is_none() {
        let seen = PostingPatch { seen: Some(true), ..PostingPatch::default() };
        if let Err(error) = client.change_posting(&id, &seen).await {
            tracing::debug!(%error, "that a posting was opened could not be noted");
        }
    }
    Ok(Exit::DONE)
}

/// The posting, its facts, what was noted, and its description within the width.
fn description(whole: &PostingWhole, now: Timestamp, zone: &TimeZone, width: usize, colour: bool) -> String {
    let posting = &whole.posting;
    let at = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let bold = Style::new().force_styling(colour).bold();
    let state = status(posting.status);
    let sign = state.hue.style(colour).apply_to(state.sign);
    let mut text = format!("{sign} {}", bold.apply_to(visible(&title(posting))));
    let place = [posting.company_name.as_deref(), posting.location.as_deref()];
    let place: Vec<String> = place.into_iter().flatten().map(visible).collect();
    if !place.is_empty() {
        text.push_str(&format!("\n  {}", place.join(" · ")));
    }
    text.push('\n');
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("\n{name:<11}{}", visible(&value)));
        }
    };
    let mut terms: Vec<&str> = Vec::new();
    terms.extend(posting.workplace.map(workplace));
    terms.extend(posting.employment_type.map(employment_type));
    terms.extend(posting.seniority.map(seniority));
    line("terms", terms.join(" · "));
    line("pay", posting.salary.as_ref().and_then(salary).unwrap_or_default());
    line("functions", posting.functions.join(", "));
    line("industries", posting.industries.join(", "));
    line("posted", posting.posted_at.map(|at| day::ago(at, now, zone)).unwrap_or_default());
    line(
        "applicants",
        posting.applicants.map(|applicants| format!("{} at least", count(applicants.into(), "person", "people"))).unwrap_or_default(),
    );
    line("closed", posting.closed_at.map(|at| format!("takes no more applications since {}", ago(at, now))).unwrap_or_default());
    line("address", posting.url.clone());
    match (posting.easy_apply, &posting.apply_url) {
        (Some(true), _) => line("apply", "on LinkedIn itself".to_owned()),
        (_, Some(url)) => line("apply", url.clone()),
        _ => {}
    }
    line(
        "status",
        match posting.status_at {
            Some(since) => format!("{} since {}", state.word, at(since)),
            None => state.word.clone(),
        },
    );
    line("applied", posting.applied_at.map(at).unwrap_or_default());
    let because = posting.stars_reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    line("stars", posting.stars.map(|stars| format!("{}{because}", count(stars.into(), "star", "stars"))).unwrap_or_default());
    line("hidden", if posting.hidden { "yes".to_owned() } else { String::new() });
    for contact in &whole.contacts {
        let said = [&contact.role, &contact.email, &contact.phone, &contact.url];
        let said: Vec<&str> = said.into_iter().filter_map(Option::as_deref).collect();
        line("contact", if said.is_empty() { contact.name.clone() } else { format!("{} ({})", contact.name, said.join(", ")) });
    }
    for reminder in &whole.reminders {
        let note = reminder.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        let done = if reminder.done_at.is_some() { ", done" } else { "" };
        line("reminder", format!("{}{done}{note}", at(reminder.due_at)));
    }
    for repost in &whole.reposts {
        let posted = repost.posted_at.map(|at| format!(", posted {}", day::ago(at, now, zone))).unwrap_or_default();
        line("repost", format!("{}{posted}", repost.linkedin_id));
    }
    line("id", posting.id.clone());
    let width = width.min(WIDEST_TEXT);
    for (name, part) in [("Notes", &posting.notes), ("Description", &posting.description_text)] {
        if let Some(part) = part {
            text.push_str(&format!("\n\n{}\n{}", bold.apply_to(name), wrapped(part, width)));
        }
    }
    if !whole.history.is_empty() {
        text.push_str(&format!("\n\n{}", bold.apply_to("History")));
    }
    for entry in &whole.history {
        text.push_str(&format!("\n{}  {}", at(entry.at), visible(&entry.message)));
    }
    text
}

/// Lines of at most this width, broken between words; the text's own breaks stay.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in visible(paragraph).split_whitespace() {
            if !line.is_empty() && measure_text_width(&line) + 1 + measure_text_width(word) > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use sluice_api::Posting;

    use super::*;

    pub(crate) fn noon() -> Timestamp {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    pub(crate) fn boat_keeper() -> Posting {
        serde_json::from_value(json!({
            "id": "0199c0de-0000-7000-8000-00000000000a", "linkedin_id": "4012345678", "title": "Boat keeper\u{1b}[31m",
            "company_name": "Amber Mills & Daughters", "company_id": "0199c0de-0000-7000-8000-00000000000b", "location": "Ghent, Belgium",
            "country": "Belgium", "workplace": "on_site", "employment_type": "part_time", "employment_type_text": "Part-time",
            "seniority": "associate", "seniority_text": "Associate", "functions": ["Boats", "Ropes"], "industries": ["Shipping"],
            "salary": {"text": "22.50/hr", "min": 22.5, "max": null, "currency": "EUR", "period": "hour"},
            "description_text": "You look after boats, oars and ropes along the whole coast, and you like the smell of tar.\n\n- Boats\n- Ropes",
            "description_html": null, "description_markdown": null, "posted_at": "2026-02-27T00:00:00Z", "applicants": 25,
            "apply_url": null, "easy_apply": true, "closed_at": null, "repost_of": null, "url": "https://www.linkedin.com/jobs/view/4012345678/",
            "source": "linkedin", "detailed_at": "2026-03-01T09:00:00Z", "status": "applied", "status_at": "2026-03-01T10:00:00Z",
            "applied_at": "2026-03-01T10:00:00Z", "notes": "Ask for the key of the shed.", "stars": 4, "stars_reason": "near the sea",
            "hidden": false, "next_reminder_at": "2026-03-09T08:00:00Z", "seen_at": null, "created_at": "2026-03-01T09:00:00Z",
            "updated_at": "2026-03-01T10:00:00Z",
        }))
        .unwrap()
    }

    /// A posting of which little is known.
    pub(crate) fn sparse() -> Posting {
        let mut posting = boat_keeper();
        posting.title = None;
        posting.linkedin_id = "4012345679".into();
        posting.company_name = Some("=cmd|' /C calc'!A0".into());
        (posting.location, posting.workplace, posting.employment_type, posting.seniority) = (None, None, None, None);
        (posting.functions, posting.industries) = (Vec::new(), Vec::new());
        (posting.salary, posting.description_text, posting.notes, posting.posted_at, posting.applicants) = (None, None, None, None, None);
        (posting.status, posting.status_at, posting.applied_at, posting.stars, posting.stars_reason) = (None, None, None, None, None);
        posting.easy_apply = None;
        posting.closed_at = Some("2026-03-01T12:00:00Z".parse().unwrap());
        posting.hidden = true;
        posting
    }

    fn whole(posting: Posting, more: serde_json::Value) -> PostingWhole {
        let mut value = serde_json::to_value(posting).unwrap();
        for (name, part) in more.as_object().unwrap() {
            value[name] = part.clone();
        }
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn one_posting_is_shown_with_all_that_was_noted() {
        let full = whole(
            boat_keeper(),
            json!({
                "company": null,
                "contacts": [{"id": "c", "name": "Ada Invented", "role": "Recruiter", "email": "ada@example.org", "phone": null, "url": null,
                    "notes": null, "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-01T09:00:00Z"}],
                "reminders": [
                    {"id": "r", "due_at": "2026-03-09T08:00:00Z", "note": "call Ada", "done_at": null, "created_at": "2026-03-01T09:00:00Z"},
                    {"id": "s", "due_at": "2026-03-01T08:00:00Z", "note": null, "done_at": "2026-03-01T09:00:00Z", "created_at": "2026-03-01T09:00:00Z"},
                ],
                "history": [
                    {"id": "h", "at": "2026-03-01T10:00:00Z", "kind": "status", "message": "The status changed from saved to applied. Applied on 2026-03-01.", "user_id": "u", "job_id": null},
                    {"id": "i", "at": "2026-03-01T09:00:00Z", "kind": "found", "message": "Found by a search.", "user_id": null, "job_id": "j"},
                ],
                "reposts": [{"id": "p", "linkedin_id": "3900000001", "title": "Boat keeper", "company_name": "Amber Mills", "posted_at": "2026-01-05T00:00:00Z"}],
            }),
        );
        let bare = whole(sparse(), json!({"company": null, "contacts": [], "reminders": [], "history": [], "reposts": []}));
        let shown = [&full, &bare].map(|whole| description(whole, noon(), &TimeZone::UTC, 60, false));
        assert!(shown.iter().all(|text| !text.contains('\u{1b}')));
        insta::assert_snapshot!(shown.join("\n\n====\n\n"));
    }
}
