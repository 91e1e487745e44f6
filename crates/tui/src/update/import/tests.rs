//! The import: what is sent, what stays, what is steered, and how a search is found on coming back.

use jiff::Timestamp;
use sluice_api::{Job, JobStatus, Progress, Workplace};

use crate::effect::{Effect, Steering};
use crate::message::{Message, Start};
use crate::names::{FETCH, SEARCH};
use crate::samples::{Played, failed, job, posting};
use crate::state::{Dialog, ImportTab, Pane, Screen};
use crate::toast::{Level, Opens};
use crate::trouble::Trouble;
use crate::update::tests::{accepted, changes, toasts, told};

fn started(played: &mut Played, what: Start, sent: &[String], job_id: &str) {
    played.tell(Message::Started { what, sent: sent.to_vec(), answer: Ok(accepted(job_id)) });
}

/// The addresses of every import that was sent, and whether what was read lately is asked for again.
fn imports(played: &Played) -> Vec<(Vec<String>, Option<u32>)> {
    let sent = |effect: &&Effect| match effect {
        Effect::Import { request, .. } => Some((request.urls.clone(), request.max_age_h)),
        _ => None,
    };
    changes(played).iter().filter_map(sent).collect()
}

fn of_j1() -> Start {
    Start::Selected("j1".into())
}

/// The results of a search of which so many are selected.
fn selected(number: u64, status: JobStatus) -> Played {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, status)]).begin();
    played.press("P esc");
    let chosen = (0..number).map(|number| (format!("p{number}"), format!("{}", 3_900_000_000_u64 + number))).collect();
    played.tell(Message::Collected { job_id: "j1".into(), selects: true, answer: Ok(chosen) });
    played
}

fn steered(played: &Played) -> Vec<(String, Steering)> {
    let of = |effect: &&Effect| if let Effect::Steer { id, steering } = effect { Some((id.clone(), *steering)) } else { None };
    changes(played).iter().filter_map(of).collect()
}

fn of(id: &str, steering: Steering) -> (String, Steering) {
    (id.to_owned(), steering)
}

#[test]
fn results_are_selected_one_by_one_and_by_rule_and_imported() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    played.press("P esc space space");
    assert_eq!(played.state.import.search.selected.keys().collect::<Vec<_>>(), ["p0", "p1"]);
    played.press("v");
    played.write("rust remote");
    played.press("enter");
    let collected = changes(&played);
    let [Effect::Collect { job_id, selects: true, query }] = collected.as_slice() else { panic!("{collected:?}") };
    assert_eq!((job_id.as_str(), query.q.as_deref(), query.workplace), ("j1", Some("rust"), Some(Workplace::Remote)));
    played.tell(Message::Collected { job_id: "j1".into(), selects: false, answer: Ok(vec![("p0".to_owned(), "3900000000".to_owned())]) });
    played.press("I I");
    assert_eq!(imports(&played), [(vec!["3900000001".to_owned()], Some(24))], "once, in spite of two presses");
}

#[test]
fn more_than_one_import_takes_is_sent_after_one_question_and_told_in_one_sum() {
    let mut played = selected(1_200, JobStatus::Completed);
    played.press("I");
    assert!(matches!(played.state.dialogs.as_slice(), [Dialog::Bulk { postings: 1_200, parts: 2 }]), "{:?}", played.state.dialogs);
    assert_eq!(imports(&played), []);
    played.press("enter I");
    let sent = imports(&played);
    assert_eq!(sent.iter().map(|(urls, _)| urls.len()).collect::<Vec<_>>(), [1_000, 200]);
    started(&mut played, of_j1(), &sent[0].0, "j8");
    assert_eq!(played.state.import.search.selected.len(), 200, "only what was taken is no longer selected");
    started(&mut played, of_j1(), &sent[1].0, "j9");
    assert_eq!(played.state.import.search.selected.len(), 0);
    let progress = |current, total| Progress { current, total, ..Progress::default() };
    told(&mut played, Job { progress: progress(500, 1_000), ..job("j8", FETCH, JobStatus::Processing) });
    told(&mut played, Job { progress: progress(0, 200), ..job("j9", FETCH, JobStatus::Processing) });
    // Keys steer what is named: both parts at once.
    played.press("p");
    assert_eq!(steered(&played), [of("j8", Steering::Pause), of("j9", Steering::Pause)]);
    played.state.toasts = Default::default();
    told(&mut played, Job { progress: progress(1_000, 1_000), ..job("j8", FETCH, JobStatus::Completed) });
    assert_eq!(toasts(&played.state), [], "the sum is told when all have ended");
    told(&mut played, Job { progress: progress(200, 200), ..job("j9", FETCH, JobStatus::Completed) });
    let [toast] = played.state.toasts.shown() else { panic!("{:?}", toasts(&played.state)) };
    assert_eq!(
        (toast.title.as_str(), toast.text.as_str(), toast.is_large, &toast.opens),
        (
            "Done: Import 1,200 postings",
            "460 new, 20 updated, 24 duplicate, 10 filtered out, 6 failed.",
            true,
            &Opens::Results("j1".into())
        )
    );
}

#[test]
fn a_part_that_is_refused_stays_selected_and_is_said_once() {
    let mut played = selected(2_100, JobStatus::Completed);
    played.press("I enter");
    let sent = imports(&played);
    let refusal = || Trouble::new("The server is busy.");
    played.tell(Message::Started { what: of_j1(), sent: sent[0].0.clone(), answer: Err(refusal()) });
    started(&mut played, of_j1(), &sent[1].0, "j9");
    assert_eq!(played.state.dialogs.len(), 0, "one part is still under way");
    played.tell(Message::Started { what: of_j1(), sent: sent[2].0.clone(), answer: Err(refusal()) });
    let [Dialog::Trouble(trouble)] = played.state.dialogs.as_slice() else { panic!("{:?}", played.state.dialogs) };
    assert_eq!(trouble.lines(), ["1,100 of 2,100 postings could not be sent, and stay selected.", "The server is busy."]);
    let left: Vec<String> = played.state.import.search.selected.values().cloned().collect();
    assert_eq!(left, [sent[0].0.clone(), sent[2].0.clone()].concat());
    // They can be sent again.
    played.press("esc I enter");
    assert_eq!(imports(&played).len(), 5);
}

#[test]
fn what_is_selected_while_an_import_is_sent_stays_selected() {
    let mut played = selected(1, JobStatus::Completed);
    played.press("I j space");
    let sent = imports(&played);
    started(&mut played, of_j1(), &sent[0].0, "j9");
    assert_eq!(played.state.import.search.selected.keys().collect::<Vec<_>>(), ["p1"]);
}

#[test]
fn keys_steer_the_import_while_it_runs_and_the_search_otherwise() {
    let mut played = selected(2, JobStatus::Processing);
    played.press("p I");
    assert_eq!(steered(&played), [of("j1", Steering::Pause)]);
    let sent = imports(&played);
    started(&mut played, of_j1(), &sent[0].0, "j9");
    told(&mut played, job("j9", FETCH, JobStatus::Processing));
    played.press("p");
    told(&mut played, Job { id: "j9".into(), kind: FETCH.into(), ..failed("j9") });
    // The search still runs, and is what one would pause.
    played.press("p");
    told(&mut played, job("j1", SEARCH, JobStatus::Completed));
    // Nothing runs any more: what failed is what one would retry.
    played.press("r");
    assert_eq!(steered(&played)[1..], [of("j9", Steering::Pause), of("j1", Steering::Pause), of("j9", Steering::Retry)]);
}

#[test]
fn an_import_is_found_on_coming_back_to_its_search() {
    let jobs = vec![job("j1", SEARCH, JobStatus::Completed), job("j2", SEARCH, JobStatus::Completed)];
    let mut played = Played::at(80, 24).with_jobs(jobs).begin();
    played.press("P esc");
    let shown = |played: &Played| played.state.import.search.job_id.clone();
    assert_eq!(shown(&played).as_deref(), Some("j2"));
    played.press("[ space I ]");
    let sent = imports(&played);
    started(&mut played, of_j1(), &sent[0].0, "j9");
    told(&mut played, job("j9", FETCH, JobStatus::Processing));
    assert_eq!((shown(&played).as_deref(), played.state.bulk_jobs().len()), (Some("j2"), 0));
    played.press("[");
    assert_eq!(played.state.bulk_jobs().iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["j9"]);
    assert_eq!(played.state.import.search.selected.len(), 0);
    // Once it has ended and the screen is left, it is told no longer.
    told(&mut played, job("j9", FETCH, JobStatus::Completed));
    assert_eq!(played.state.bulk_jobs().len(), 1);
    played.press("1 P");
    assert_eq!(played.state.bulk_jobs().len(), 0);
}

#[test]
fn each_search_is_found_with_its_selection_its_filter_and_its_order() {
    let jobs = vec![job("j1", SEARCH, JobStatus::Completed), job("j2", SEARCH, JobStatus::Completed)];
    let mut played = Played::at(80, 24).with_jobs(jobs).begin();
    played.press("P esc s");
    for _ in 0..7 {
        played.press("j");
    }
    played.press("space /");
    played.write("rust");
    played.press("enter j j");
    let before = played.state.import.search.clone();
    assert_eq!((before.job_id.as_deref(), before.selected.len(), before.filter.words.as_str()), (Some("j2"), 1, "rust"));
    played.press("[");
    let other = &played.state.import.search;
    assert_eq!((other.job_id.as_deref(), other.selected.len(), other.filter.said()), (Some("j1"), 0, Vec::<String>::new()));
    played.press("]");
    let after = &played.state.import.search;
    assert_eq!((&after.selected, &after.filter), (&before.selected, &before.filter));
    assert_eq!((after.results.selected(), after.results.top()), (before.results.selected(), before.results.top()));
}

#[test]
fn an_answer_for_the_search_before_is_not_taken_for_this_one() {
    let jobs = vec![job("j1", SEARCH, JobStatus::Completed), job("j2", SEARCH, JobStatus::Completed)];
    let mut played = Played::at(80, 24).with_jobs(jobs).begin();
    played.press("P esc");
    played.state.import.search.results.refresh();
    let late = played.state.import.search.results.wanted(18)[0];
    played.press("[ ] [");
    let rows = vec![posting(999)];
    played.tell(Message::Postings { list: crate::state::ListOf::Results, ask: late, answer: Ok(crate::samples::list(rows, 0, 1)) });
    assert_eq!(played.state.import.search.results.total(), Some(1_240));
}

#[test]
fn addresses_that_are_typed_while_others_are_sent_stay() {
    let mut played = Played::at(80, 24).begin();
    played.press("2");
    played.tell(Message::Paste("3912345678\n3912345679\nhttps://de.linkedin.com/jobs/view/x-3912345678".into()));
    played.press("ctrl-s");
    played.write("3912345680");
    let sent = imports(&played);
    started(&mut played, Start::Urls, &sent[0].0, "j9");
    assert_eq!(played.state.import.urls.editor.text(), "3912345680");
    assert_eq!(played.state.pane(), Pane::Side, "somebody is still writing");
    // The cursor is where it was: what is typed next goes on there.
    played.write("1");
    assert_eq!(played.state.import.urls.editor.text(), "39123456801");
}

#[test]
fn a_search_that_is_left_at_once_shows_all_it_found_as_new() {
    for leave in ["", "esc 1"] {
        let mut played = Played { postings: 0, ..Played::at(80, 24) }.begin();
        played.press("P");
        played.write("rust");
        played.press("enter");
        played.press(leave);
        started(&mut played, Start::Search, &[], "j9");
        told(&mut played, job("j9", SEARCH, JobStatus::Processing));
        played.press("1");
        assert_eq!(played.state.import.search.seen.get("j9"), Some(&Timestamp::UNIX_EPOCH), "left {leave:?}");
    }
}

#[test]
fn what_has_been_seen_of_a_search_is_noted_when_another_is_looked_at() {
    let jobs = vec![job("j1", SEARCH, JobStatus::Completed), job("j2", SEARCH, JobStatus::Completed)];
    let mut played = Played::at(80, 24).with_jobs(jobs).begin();
    let newest = (0..100).map(|number| posting(number).created_at).max();
    played.press("P esc [");
    assert_eq!(played.state.import.search.seen.get("j2").copied(), newest);
    assert_eq!(played.state.import.search.seen.get("j1"), None);
    // Of what a filter hides, nobody has seen anything.
    played.press("/");
    played.write("rust");
    played.press("enter 1");
    assert_eq!(played.state.import.search.seen.get("j1"), None);
}

#[test]
fn the_other_tab_of_the_import_does_not_count_as_having_seen_results() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    let newest = (0..100).map(|number| posting(number).created_at).max();
    assert_eq!((played.state.screen, played.state.postings.seen), (Screen::Postings, None));
    played.press("U 1");
    assert_eq!((played.state.import.tab, played.state.import.search.seen.len()), (ImportTab::Urls, 0));
    assert_eq!(played.state.postings.seen, newest);
    played.press("P esc 1");
    assert_eq!(played.state.import.search.seen.get("j1").copied(), newest);
}

#[test]
fn what_is_typed_stays_when_escape_leaves_the_field_or_the_form() {
    let mut played = Played::at(80, 24).begin();
    played.press("2 i");
    played.write("3912345678");
    played.press("esc 1 P");
    played.write("rust");
    played.press("esc 3 2");
    assert_eq!(played.state.import.tab, ImportTab::Search);
    assert_eq!(played.state.import.search.form.said("keywords").as_deref(), Some("rust"));
    played.press("w");
    assert_eq!(played.state.import.urls.editor.text(), "3912345678");
    assert_eq!(played.state.toasts.shown().iter().filter(|toast| toast.level == Level::Error).count(), 0);
}

#[test]
fn unrelated_postings_are_kept_where_somebody_says_so_also_with_an_address() {
    let sent = |filled: &[(&str, &str)], ticks: bool| {
        let mut form = super::search_form();
        for (name, value) in filled {
            let input = form.inputs.iter_mut().find(|input| input.name == *name).unwrap();
            input.kind = crate::form::Kind::Text(crate::field::Field::line(*value));
        }
        form.inputs.iter_mut().find(|input| input.name == "accept_unrelated").unwrap().kind = crate::form::Kind::Check(ticks);
        super::read_search(&mut form).map(|request| request.queries[0].accept_unrelated)
    };
    let address = ("url", "https://www.linkedin.com/jobs/search/?keywords=rust");
    assert_eq!(sent(&[("keywords", "Klempner")], false), Some(None));
    assert_eq!(sent(&[("keywords", "Klempner")], true), Some(Some(true)));
    assert_eq!(sent(&[address], true), Some(Some(true)));
    assert_eq!(sent(&[], true), None, "alone it is no search");
}
