//! What messages do to the state and what follows, as pure functions.

use serde_json::json;
use sluice_api::{
    ApplicationStatus, Job, JobStatus, PageStored, Posting, PostingJobAccepted, PostingPatch, PostingState, PostingsChanged, Told,
};

use crate::effect::{Effect, Steering};
use crate::message::{Message, Start};
use crate::names::SEARCH;
use crate::samples::{Played, failed, job, list, noon, posting, whole};
use crate::state::{Dialog, ImportTab, Link, Pane, Screen, State};
use crate::toast::Level;
use crate::trouble::Trouble;
use crate::update::next_wake;

mod contacts;
mod dialogs;
mod notes;
mod postings;

pub(in crate::update) fn told(played: &mut Played, job: Job) {
    played.jobs.retain(|other| other.id != job.id);
    played.jobs.push(job.clone());
    played.tell(Message::Told(Box::new(Told::Job(Box::new(job)))));
}

pub(in crate::update) fn toasts(state: &State) -> Vec<(Level, String)> {
    state.toasts.shown().iter().map(|toast| (toast.level, toast.title.clone())).collect()
}

pub(crate) fn accepted(job_id: &str) -> PostingJobAccepted {
    PostingJobAccepted {
        job_id: job_id.into(),
        status: JobStatus::Queued,
        account_id: None,
        estimated_time_seconds: 4,
        warnings: Vec::new(),
    }
}

/// Effects that came since, without those that only read.
pub(in crate::update) fn changes(played: &Played) -> Vec<&Effect> {
    let reads = |effect: &&Effect| {
        matches!(
            effect,
            Effect::LoadMe
                | Effect::LoadOverview { .. }
                | Effect::LoadCounts
                | Effect::LoadPostings { .. }
                | Effect::LoadPosting { .. }
                | Effect::LoadJobs { .. }
                | Effect::LoadJob { .. }
                | Effect::LoadItems { .. }
                | Effect::LoadCompanies { .. }
        )
    };
    played.asked.iter().filter(|effect| !reads(effect)).collect()
}

#[test]
fn only_the_screen_in_front_is_asked_for() {
    let played = Played::at(80, 24).begin();
    let names: Vec<String> = played.asked.iter().map(|effect| format!("{effect:?}").split([' ', '{']).next().unwrap().to_owned()).collect();
    assert_eq!(names, ["LoadMe", "LoadOverview", "LoadCounts", "LoadPostings"]);
}

#[test]
fn each_screen_is_found_as_it_was_left() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    for _ in 0..30 {
        played.press("j");
    }
    played.press("s P esc j j space 1");
    played.press("f down right enter");
    for _ in 0..25 {
        played.press("j");
    }
    let (top, selected) = (played.state.postings.list.top(), played.state.postings.list.selected());
    assert_eq!((top, selected), (8, 25));
    let asked = played.asked.len();
    played.press("P");
    assert_eq!((played.state.import.tab, played.state.import.search.results.selected()), (ImportTab::Search, 3));
    assert_eq!(played.state.import.search.selected.len(), 1);
    played.press("3 4 1");
    let postings = &played.state.postings;
    assert_eq!((postings.list.top(), postings.list.selected(), postings.filter.said()), (top, selected, vec!["tracked".to_owned()]));
    assert_eq!(postings.filter.order_said(), "by posted ↓");
    let again = played.asked[asked..].iter().filter(|effect| matches!(effect, Effect::LoadPostings { .. })).count();
    assert_eq!(again, 0, "what is held is not asked for again");
}

#[test]
fn what_is_marked_shows_at_once_and_is_stored() {
    let mut played = Played::at(80, 24).begin();
    played.press("j a");
    let row = played.state.postings.list.chosen().unwrap().clone();
    assert_eq!((row.status, row.status_at, row.applied_at), (Some(ApplicationStatus::Applied), Some(noon()), Some(noon())));
    let patch = PostingPatch { status: Some(Some(ApplicationStatus::Applied)), ..PostingPatch::default() };
    let effect = Effect::ChangePosting { number: 1, before: Box::new(posting(1)), patch: Box::new(patch), said: "Applied".into() };
    assert_eq!(changes(&played), [&effect]);
}

#[test]
fn what_the_server_refuses_is_as_before_and_said() {
    let mut played = Played::at(80, 24).begin();
    played.press("j x");
    assert!(played.state.postings.list.chosen().unwrap().hidden);
    let trouble = Trouble::new("A viewer may not change this.");
    played.tell(Message::Changed { number: 1, before: Box::new(posting(1)), said: "Hidden".into(), answer: Err(trouble) });
    let whole = whole(1).posting;
    assert_eq!(played.state.postings.list.chosen(), Some(&Posting { description_text: None, ..whole }), "as it was, read again");
    assert_eq!(toasts(&played.state), [(Level::Error, "Not stored: A viewer may not change this.".to_owned())]);
    played.press("z");
    assert_eq!(changes(&played).len(), 1, "what was not stored cannot be taken back");
}

#[test]
fn the_last_change_is_taken_back() {
    let mut played = Played::at(80, 24).begin();
    played.press("j + + z");
    let patches: Vec<_> = changes(&played)
        .into_iter()
        .map(|effect| match effect {
            Effect::ChangePosting { patch, .. } => patch.stars,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(patches, [Some(Some(1)), Some(Some(2)), Some(Some(1))]);
    assert_eq!(played.state.postings.list.chosen().unwrap().stars, Some(1));
    played.press("z z");
    assert_eq!(played.state.postings.list.chosen().unwrap().stars, None);
}

#[test]
fn an_answer_to_an_earlier_change_does_not_take_a_later_one_off_the_screen() {
    let mut played = Played::at(80, 24).begin();
    played.press("j +");
    let first = posting(1);
    played.press("+");
    played.tell(Message::Changed {
        number: 1,
        before: Box::new(first.clone()),
        said: "Rated".into(),
        answer: Ok(Box::new(Posting { stars: Some(1), ..first })),
    });
    assert_eq!(played.state.postings.list.chosen().unwrap().stars, Some(2));
    played.press("+");
    assert_eq!(played.state.postings.list.chosen().unwrap().stars, Some(3));
}

#[test]
fn a_note_goes_to_the_posting_for_which_it_was_begun() {
    let mut played = Played::at(80, 24).begin();
    played.press("j n");
    played.write("ask Ada");
    // Rows come in above, so that another posting stands where the cursor was.
    played.state.postings.list.refresh();
    let ask = played.state.postings.list.wanted(18)[0];
    let rows = (0..100).map(|row| posting(if row < 3 { 500 + row } else { row - 3 })).collect();
    played.tell(Message::Postings { list: crate::state::ListOf::Postings, ask, answer: Ok(list(rows, 0, 1_243)) });
    played.press("ctrl-s");
    let changes = changes(&played);
    let [Effect::ChangePosting { before, patch, .. }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((before.id.as_str(), &patch.notes), ("p1", &Some(Some("ask Ada".to_owned()))));
    assert_eq!(played.state.postings.list.chosen().unwrap().id, "p1");
}

#[test]
fn opening_a_posting_notes_that_it_was_seen() {
    let mut played = Played::at(80, 24).begin();
    played.press("enter");
    assert!(played.state.postings.list.chosen().unwrap().seen_at.is_some());
    let changes = changes(&played);
    let [Effect::ChangePosting { patch, said, .. }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((patch.seen, said.as_str()), (Some(true), ""));
    assert_eq!(played.state.postings.detail.whole.as_ref().unwrap().posting.id, "p0");
    played.press("esc");
    assert_eq!(played.state.pane(), Pane::List);
}

#[test]
fn words_take_effect_while_they_are_typed_and_leave_with_escape() {
    let mut played = Played::at(80, 24).begin();
    played.press("/");
    played.write("rust");
    assert_eq!(played.state.postings.filter.words, "");
    played.wait(250);
    assert_eq!(played.state.postings.filter.words, "rust");
    played.press("esc");
    assert_eq!(played.state.postings.filter.words, "");
    played.press("/");
    played.write("go");
    played.press("enter");
    assert_eq!((played.state.postings.filter.words.as_str(), played.state.dialogs.len()), ("go", 0));
    let Some(Effect::LoadPostings { query, .. }) = played.asked.last() else { panic!("{:?}", played.asked.last()) };
    assert_eq!(query.q.as_deref(), Some("go"));
}

#[test]
fn a_thousand_postings_that_stream_in_do_not_move_what_is_read() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    played.press("j j j");
    let asked = played.asked.len();
    for batch in 1..=100 {
        let page = PageStored { job_id: "j1".into(), batch, stored: 10, known: 0, total_stored: u64::from(batch) * 10, brought: None };
        played.tell(Message::Told(Box::new(Told::Page(page))));
        // The job had brought 230 before.
        told(&mut played, Job { result: Some(json!({"new": 230 + batch * 10})), ..job("j1", SEARCH, JobStatus::Processing) });
        played.wait(10);
    }
    assert_eq!((played.state.postings.news, played.state.postings.list.selected()), (1_000, 3));
    let rows = played.asked[asked..].iter().filter(|effect| matches!(effect, Effect::LoadPostings { .. })).count();
    let counts = played.asked[asked..].iter().filter(|effect| matches!(effect, Effect::LoadCounts)).count();
    assert_eq!(rows, 0);
    assert!(counts <= 5, "counts are asked for together: {counts}");
    played.press("u");
    played.wait(0);
    assert_eq!((played.state.postings.news, played.state.postings.list.selected()), (0, 0));
}

#[test]
fn what_came_before_the_list_was_read_is_not_said_to_be_missing_from_it() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    let brought = |new: u64| Job { result: Some(json!({"new": new})), ..job("j1", SEARCH, JobStatus::Processing) };
    played.press("3");
    // While another screen is in front the list is to be read again, and more comes before it is.
    crate::update::refresh::all(&mut played.state);
    played.wait(1_000);
    told(&mut played, brought(330));
    assert_eq!(played.state.postings.news, 100);
    played.press("1");
    assert_eq!(played.state.postings.news, 0);
    told(&mut played, brought(340));
    assert_eq!(played.state.postings.news, 10);
}

#[test]
fn results_come_in_while_they_are_looked_at_a_few_times_a_second() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    played.press("P esc");
    let asked = played.asked.len();
    for batch in 1..=100 {
        let page = PageStored { job_id: "j1".into(), batch, stored: 10, known: 0, total_stored: u64::from(batch) * 10, brought: None };
        played.tell(Message::Told(Box::new(Told::Page(page))));
        played.wait(20);
    }
    let rows = played.asked[asked..].iter().filter(|effect| matches!(effect, Effect::LoadPostings { .. })).count();
    assert!((4..=9).contains(&rows), "{rows} in two seconds");
}

#[test]
fn what_somebody_else_changes_shows_at_once() {
    let mut played = Played::at(80, 24).begin();
    let now = PostingState { id: "p2".into(), status: Some(ApplicationStatus::Offer), stars: Some(5), ..PostingState::default() };
    let changed = PostingsChanged { changed: 1, deleted: false, postings: vec![now] };
    played.tell(Message::Told(Box::new(Told::Postings(changed))));
    let row = played.state.postings.list.row(2).unwrap();
    assert_eq!((row.status, row.stars), (Some(ApplicationStatus::Offer), Some(5)));
}

#[test]
fn pasted_addresses_are_checked_and_imported_and_the_wrong_ones_stay() {
    let mut played = Played::at(80, 24).begin();
    // Pasting works on any screen.
    played.tell(Message::Paste("https://www.linkedin.com/jobs/view/3912345678\r\nhttps://www.linkedin.com/in/ada\r\n3912345679".into()));
    assert_eq!((played.state.screen, played.state.import.tab), (Screen::Import, ImportTab::Urls));
    played.press("ctrl-s ctrl-s");
    let changes = changes(&played);
    let [Effect::Import { what: Start::Urls, request }] = changes.as_slice() else { panic!("once, in spite of two presses: {changes:?}") };
    let request = request.clone();
    assert_eq!(serde_json::to_value(&request).unwrap(), json!({"urls": ["https://www.linkedin.com/jobs/view/3912345678", "3912345679"]}));
    played.tell(Message::Started { what: Start::Urls, sent: request.urls.clone(), answer: Ok(accepted("j9")) });
    let urls = &played.state.import.urls;
    assert_eq!(
        (urls.editor.text().trim(), urls.job_id.as_deref(), urls.is_sending),
        ("https://www.linkedin.com/in/ada", Some("j9"), false)
    );
    assert_eq!(urls.items.total(), Some(12), "what becomes of them is shown");
}

#[test]
fn nothing_to_import_is_said_and_not_sent() {
    let mut played = Played::at(80, 24).begin();
    played.press("2 i");
    played.write("rust jobs");
    played.press("ctrl-s");
    assert_eq!(changes(&played).len(), 0);
    assert!(played.state.import.urls.trouble.as_ref().unwrap().what.starts_with("There is no posting to import."));
    let many: Vec<String> = (0..1_001).map(|number| (3_900_000_000_u64 + number).to_string()).collect();
    played.tell(Message::Paste(many.join("\n")));
    played.press("ctrl-s");
    assert_eq!(changes(&played).len(), 0);
    assert!(played.state.import.urls.trouble.as_ref().unwrap().what.starts_with("One import takes 1000 postings, and these are 1001."));
}

#[test]
fn a_search_is_started_from_the_form() {
    let mut played = Played::at(80, 24).begin();
    played.press("P");
    played.write("rust engineer");
    played.press("down");
    played.write("Berlin");
    played.press("down down");
    played.write("24");
    played.press("down space down down right right space enter");
    let changes = changes(&played);
    let [Effect::Search { request }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(
        serde_json::to_value(request).unwrap(),
        json!({"queries": [{"keywords": "rust engineer", "location": "Berlin", "max_age_h": 24, "types": ["full_time"], "workplaces": ["remote"]}],
            "max_pages": 10})
    );
    played.tell(Message::Started { what: Start::Search, sent: Vec::new(), answer: Ok(accepted("j9")) });
    let search = &played.state.import.search;
    assert_eq!((search.pane, search.job_id.as_deref(), search.filter.job_id.as_deref()), (Pane::List, Some("j9"), Some("j9")));
}

#[test]
fn a_search_that_says_nothing_or_two_things_is_refused_at_its_field() {
    let mut form = crate::update::search_form();
    assert_eq!(super::import::read_search(&mut form), None);
    assert_eq!(form.inputs[form.focus].name, "keywords");
    let fill = |form: &mut crate::form::Form, name: &str, text: &str| {
        form.focus = form.inputs.iter().position(|input| input.name == name).unwrap();
        form.paste(text);
    };
    fill(&mut form, "url", "https://www.linkedin.com/jobs/search/?keywords=rust");
    assert!(super::import::read_search(&mut form).is_some());
    fill(&mut form, "keywords", "rust");
    assert_eq!(super::import::read_search(&mut form), None);
    assert_eq!(form.inputs[form.focus].name, "url");
    let mut form = crate::update::search_form();
    fill(&mut form, "url", "https://example.org/jobs");
    assert_eq!(super::import::read_search(&mut form), None);
    assert!(form.inputs[form.focus].error.as_ref().unwrap().contains("not to LinkedIn"));
}

#[test]
fn what_the_server_says_about_a_field_stands_at_that_field() {
    let mut played = Played::at(80, 24).begin();
    played.press("P");
    played.write("rust");
    played.press("enter");
    let mut trouble = Trouble::new("One field is not right.");
    trouble.fields = vec![("queries[0].keywords".into(), "Fewer than 200 characters.".into())];
    played.tell(Message::Started { what: Start::Search, sent: Vec::new(), answer: Err(trouble) });
    let search = &played.state.import.search;
    assert_eq!((search.pane, search.is_sending, &search.trouble), (Pane::Side, false, &None));
    assert_eq!(search.form.inputs[0].error.as_deref(), Some("Fewer than 200 characters."));
}

#[test]
fn a_refusal_that_is_of_no_field_is_shown_in_full() {
    let mut played = Played::at(80, 24).begin();
    played.press("2");
    played.tell(Message::Paste("3912345678".into()));
    played.press("ctrl-s");
    let trouble =
        Trouble { remedy: Some("Connect it: sluice accounts add linkedin".into()), ..Trouble::new("No source of postings is connected.") };
    played.tell(Message::Started { what: Start::Urls, sent: vec!["3912345678".into()], answer: Err(trouble.clone()) });
    assert!(matches!(played.state.dialogs.as_slice(), [Dialog::Trouble(shown)] if *shown == trouble));
    played.press("esc");
    assert_eq!((played.state.dialogs.len(), played.state.import.urls.editor.text().trim()), (0, "3912345678"));
}

#[test]
fn a_job_is_paused_resumed_and_canceled_after_a_question() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    played.press("3 p");
    told(&mut played, job("j1", SEARCH, JobStatus::Paused));
    played.press("p X n X enter");
    let steered: Vec<&Effect> = changes(&played);
    let expected = [Steering::Pause, Steering::Resume, Steering::Cancel].map(|steering| Effect::Steer { id: "j1".into(), steering });
    assert_eq!(steered, expected.iter().collect::<Vec<_>>());
    told(&mut played, job("j1", SEARCH, JobStatus::Canceled));
    played.press("p X r");
    assert_eq!(played.state.dialogs.len(), 0, "what has ended is not asked about");
}

#[test]
fn people_hear_of_a_beginning_an_end_and_a_failure_once_each() {
    let mut played = Played::at(80, 24).begin();
    told(&mut played, job("j1", SEARCH, JobStatus::Queued));
    assert_eq!(toasts(&played.state), [(Level::Info, "Queued: Search rust, Berlin".to_owned())]);
    told(&mut played, job("j1", SEARCH, JobStatus::Processing));
    told(&mut played, job("j1", SEARCH, JobStatus::Completed));
    told(&mut played, job("j1", SEARCH, JobStatus::Completed));
    let done = played.state.toasts.shown().last().unwrap();
    assert_eq!(
        (done.title.as_str(), done.text.as_str()),
        ("Done: Search rust, Berlin", "230 new, 10 updated, 12 duplicate, 5 filtered out, 3 failed.")
    );
    assert!(done.is_large, "240 results are many");
    assert_eq!(toasts(&played.state), [(Level::Info, "Done: Search rust, Berlin".to_owned())], "that it was queued is over");
    told(&mut played, job("j2", SEARCH, JobStatus::Processing));
    told(&mut played, failed("j2"));
    assert_eq!(toasts(&played.state).last().unwrap(), &(Level::Error, "Stopped early, 240 kept: Search rust, Berlin".to_owned()));
    played.press("O");
    let Some(Dialog::Failure { job_id, whole: Some(_), .. }) = played.state.dialogs.last() else { panic!("{:?}", played.state.dialogs) };
    assert_eq!(job_id, "j2");
    played.press("r");
    assert_eq!(changes(&played).last(), Some(&&Effect::Steer { id: "j2".into(), steering: Steering::Retry }));
}

#[test]
fn a_message_is_opened_snoozed_and_dismissed() {
    let mut played = Played::at(80, 24).begin();
    told(&mut played, job("j1", SEARCH, JobStatus::Processing));
    told(&mut played, job("j1", SEARCH, JobStatus::Completed));
    played.press("Z");
    assert_eq!(played.state.toasts.shown().len(), 0);
    played.wait(5 * 60 * 1_000);
    assert_eq!(played.state.toasts.shown().len(), 1);
    played.press("O");
    assert_eq!((played.state.screen, played.state.import.tab), (Screen::Import, ImportTab::Search));
    assert_eq!(played.state.import.search.job_id.as_deref(), Some("j1"));
    played.press("D");
    assert_eq!(played.state.toasts.shown().len(), 0);
}

#[test]
fn what_ended_during_a_break_is_told_and_read_again() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    assert_eq!(toasts(&played.state), [], "what happened before the start is old news");
    played.tell(Message::Lost { why: Trouble::new("The server does not answer."), again_in: std::time::Duration::from_secs(1) });
    assert!(matches!(played.state.link, Link::Lost { .. }));
    played.jobs = vec![job("j1", SEARCH, JobStatus::Completed)];
    played.wait(1_100);
    assert_eq!(played.state.link, Link::Up);
    assert_eq!(toasts(&played.state), [(Level::Info, "Done: Search rust, Berlin".to_owned())]);
    let asked = played.asked.len();
    played.wait(300);
    assert!(played.asked[asked..].iter().any(|effect| matches!(effect, Effect::LoadPostings { .. })), "rows may be old");
}

#[test]
fn an_answer_that_was_asked_for_earlier_does_not_set_a_job_back() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Processing)]).begin();
    let since = played.state.overview.heard;
    told(&mut played, job("j1", SEARCH, JobStatus::Completed));
    let late = vec![job("j1", SEARCH, JobStatus::Processing)];
    played.tell(Message::Overview { since, answer: Ok((Default::default(), late)) });
    assert_eq!(played.state.overview.job("j1").unwrap().status, JobStatus::Completed);
}

#[test]
fn an_idle_application_sleeps_and_a_busy_one_turns_its_spinner() {
    let mut played = Played::at(80, 24).begin();
    played.wait(10_000);
    let sleeps = |state: &State| next_wake(state).unwrap().duration_since(state.now).as_millis();
    assert_eq!(sleeps(&played.state), 60_000);
    told(&mut played, job("j1", SEARCH, JobStatus::Processing));
    played.wait(10_000);
    played.wait(10_000);
    assert!(sleeps(&played.state) <= 120);
    let spinner = played.state.spinner;
    played.wait(130);
    assert_eq!(played.state.spinner, spinner + 1);
    let waiting = Job { waiting_until: Some("2026-03-02T14:05:00Z".parse().unwrap()), ..job("j1", SEARCH, JobStatus::Processing) };
    told(&mut played, waiting);
    played.wait(20_000);
    played.wait(20_000);
    assert_eq!(sleeps(&played.state), 60_000, "a long wait is no movement");
}

#[test]
fn a_click_does_what_its_place_says() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    let click = |played: &mut Played, column, row, kind| {
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(80, 24)).unwrap();
        let mut hits = None;
        terminal.draw(|frame| hits = Some(crate::view::view(&played.state, frame))).unwrap();
        played.state.hits = hits.unwrap();
        played.tell(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    };
    let left = MouseEventKind::Down(MouseButton::Left);
    click(&mut played, 10, 7, left);
    assert_eq!(played.state.postings.list.selected(), 4);
    click(&mut played, 10, 10, MouseEventKind::ScrollDown);
    assert_eq!((played.state.postings.list.top(), played.state.postings.list.selected()), (3, 4));
    click(&mut played, 10, 4, left);
    assert_eq!((played.state.pane(), played.state.postings.detail.id.as_deref()), (Pane::Side, Some("p4")), "the second click opens");
    // The counts in the status bar lead to the import.
    click(&mut played, 2, 22, left);
    assert_eq!(played.state.screen, Screen::Import);
    click(&mut played, 17, 1, left);
    assert_eq!(played.state.import.tab, ImportTab::Search);
    played.press("esc");
    click(&mut played, 2, 6, left);
    assert_eq!(played.state.import.search.selected.len(), 1, "the box before a row selects it");
    click(&mut played, 77, 22, left);
    assert!(played.state.tray.is_open);
    click(&mut played, 30, 0, left);
    assert_eq!(played.state.screen, Screen::Jobs);
    // What is said of the jobs that run leads there as well.
    told(&mut played, job("j1", SEARCH, JobStatus::Processing));
    click(&mut played, 25, 22, left);
    assert_eq!(played.state.screen, Screen::Import);
}

#[test]
fn quitting_works_wherever_one_is() {
    for keys in ["q", "ctrl-c", "n ctrl-c", "2 i ctrl-c", ": ctrl-c", "P ctrl-c"] {
        let mut played = Played::at(80, 24).begin();
        played.press(keys);
        assert!(played.state.is_over, "{keys}");
    }
}
