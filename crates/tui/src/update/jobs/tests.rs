//! What is heard of jobs: what opens, what is told, and what is forgotten.

use sluice_api::{Job, JobStatus};

use crate::effect::{Effect, Steering};
use crate::message::Message;
use crate::names::{FETCH, QUIET, SEARCH};
use crate::overview::{JobCounts, LAST_RESULTS};
use crate::samples::{Played, ago_minutes, failed, job};
use crate::state::{Dialog, Pane, Screen};
use crate::toast::{Draft, Level, Opens};
use crate::trouble::Trouble;
use crate::update::tests::{changes, toasts, told};

fn export(id: &str, status: JobStatus) -> Job {
    job(id, "export_results", status)
}

fn toast(played: &mut Played, job_id: &str) {
    let now = played.state.now;
    played.state.toasts.show(Draft::info("Done: Export").opening(Opens::Job(job_id.into())), now);
}

#[test]
fn a_message_opens_its_own_job_though_the_list_does_not_hold_it() {
    let jobs = vec![export("j1", JobStatus::Processing), export("j2", JobStatus::Processing)];
    let mut played = Played::at(80, 24).with_jobs(jobs).begin();
    // Under "failed" no row is listed at all.
    played.press("3 f f f f f 1");
    toast(&mut played, "j2");
    played.press("O");
    assert_eq!((played.state.screen, played.state.pane()), (Screen::Jobs, Pane::Side));
    assert_eq!(played.state.jobs.detail.as_ref().map(|job| job.id.as_str()), Some("j2"));
    assert_eq!(played.state.toasts.shown().len(), 0);
    played.press("p");
    assert_eq!(changes(&played), [&Effect::Steer { id: "j2".into(), steering: Steering::Pause }]);
    // Back in the list, keys mean the list's choice again.
    played.press("esc f f p");
    assert_eq!(changes(&played).last(), Some(&&Effect::Steer { id: "j1".into(), steering: Steering::Pause }));
}

#[test]
fn a_job_that_is_opened_becomes_the_lists_choice_once_the_list_holds_it() {
    let jobs = vec![export("j1", JobStatus::Processing), export("j2", JobStatus::Processing)];
    let mut played = Played::at(120, 40).with_jobs(jobs).begin();
    toast(&mut played, "j2");
    played.press("O");
    assert_eq!((played.state.jobs.list.selected(), played.state.jobs.is_pinned), (1, false));
}

#[test]
fn a_job_that_is_not_known_is_asked_for_and_then_opened() {
    let mut played = Played::at(80, 24).begin();
    played.jobs = vec![export("j7", JobStatus::Completed)];
    toast(&mut played, "j7");
    played.press("O");
    assert_eq!(played.state.jobs.detail.as_ref().map(|job| job.id.as_str()), Some("j7"));
    assert_eq!(played.state.toasts.shown().len(), 0);
}

#[test]
fn a_job_that_is_gone_says_so_and_its_message_stays() {
    let mut played = Played::at(80, 24).begin();
    toast(&mut played, "j7");
    played.press("O");
    assert_eq!(played.state.screen, Screen::Postings);
    assert_eq!(toasts(&played.state), [(Level::Info, "Done: Export".to_owned()), (Level::Error, "This job cannot be shown".to_owned())]);
}

#[test]
fn the_trays_choice_stays_with_its_job_when_others_come() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    played.press("t");
    let now = played.state.now;
    told(&mut played, Job { created_at: now, ..job("j2", SEARCH, JobStatus::Queued) });
    played.press("p");
    assert_eq!(changes(&played), [&Effect::Steer { id: "j1".into(), steering: Steering::Pause }]);
    // The one that was chosen has gone from the tray: its place has the choice.
    played.press("j");
    assert_eq!(played.state.job().map(|job| job.id.as_str()), Some("j1"));
    played.press("k");
    assert_eq!(played.state.job().map(|job| job.id.as_str()), Some("j2"));
}

#[test]
fn letters_take_no_place_in_the_tray_and_do_not_turn_the_spinner() {
    let mut jobs: Vec<Job> = (0..12).map(|number| job(&format!("m{number}"), QUIET, JobStatus::Completed)).collect();
    for (number, letter) in jobs.iter_mut().enumerate() {
        letter.completed_at = Some(ago_minutes(number as i64));
    }
    let old =
        (0..12).map(|number| Job { completed_at: Some(ago_minutes(60)), ..job(&format!("j{number:02}"), FETCH, JobStatus::Completed) });
    jobs.extend(old);
    jobs.push(job("m99", QUIET, JobStatus::Processing));
    let played = Played::at(80, 24).with_jobs(jobs).begin();
    let ids: Vec<&str> = played.state.tray_jobs().iter().map(|job| job.id.as_str()).collect();
    assert_eq!(ids, ["j11", "j10", "j09", "j08", "j07", "j06", "j05", "j04", "j03", "j02"]);
    assert_eq!(ids.len(), LAST_RESULTS);
    assert!(!played.state.overview.is_moving(played.state.now));
}

#[test]
fn a_new_failure_appears_under_failed() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    played.press("3 f f f f f");
    assert_eq!((played.state.jobs.status, played.state.jobs.list.total()), (Some(JobStatus::Failed), Some(0)));
    told(&mut played, failed("j1"));
    played.wait(300);
    assert_eq!(played.state.jobs.list.total(), Some(1));
}

#[test]
fn what_ended_during_a_break_and_before_the_last_ten_is_told_too() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    let since = played.state.overview.heard;
    played.jobs = vec![job("j1", SEARCH, JobStatus::Completed)];
    // Ten others have ended since, and the answer does not reach back to it.
    played.tell(Message::Overview { since, answer: Ok((Default::default(), Vec::new())) });
    assert_eq!(played.state.overview.job("j1").map(|job| job.status), Some(JobStatus::Completed));
    assert_eq!(toasts(&played.state), [(Level::Info, "Done: Search rust, Berlin".to_owned())]);
}

#[test]
fn what_was_erased_during_a_break_does_not_run_for_ever() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    let since = played.state.overview.heard;
    played.jobs = Vec::new();
    played.tell(Message::Overview { since, answer: Ok((Default::default(), Vec::new())) });
    assert!(played.state.overview.job("j1").is_none());
    assert!(!played.state.overview.is_moving(played.state.now));
    assert_eq!(toasts(&played.state), []);
}

#[test]
fn an_answer_that_does_not_hold_all_forgets_nothing() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    let since = played.state.overview.heard;
    let counts = JobCounts { running: 140, ..Default::default() };
    played.tell(Message::Overview { since, answer: Ok((counts, Vec::new())) });
    assert_eq!(played.state.overview.job("j1").map(|job| job.status), Some(JobStatus::Processing));
}

#[test]
fn old_ended_jobs_are_forgotten_and_the_one_that_is_shown_is_not() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j0", SEARCH, JobStatus::Completed)]).begin();
    for number in 1..=300_i64 {
        let ended = Job { completed_at: Some(ago_minutes(-number)), ..job(&format!("j{number}"), SEARCH, JobStatus::Completed) };
        told(&mut played, ended);
    }
    played.wait(300);
    assert_eq!(played.state.overview.jobs().count(), 101);
    assert_eq!(played.state.import.search.job_id.as_deref(), Some("j0"));
    assert!(played.state.overview.job("j0").is_some());
    assert!(played.state.overview.job("j300").is_some());
}

#[test]
fn why_a_job_failed_is_shown_though_the_server_is_away() {
    let mut played = Played::at(80, 24).with_jobs(vec![failed("j1")]).begin();
    toast(&mut played, "j1");
    played.press("O");
    let trouble = Trouble { is_unreachable: true, ..Trouble::new("The server does not answer.") };
    played.tell(Message::Job { id: "j1".into(), answer: Err(trouble) });
    assert!(matches!(played.state.dialogs.last(), Some(Dialog::Failure { job_id, .. }) if job_id == "j1"));
}
