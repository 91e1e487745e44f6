//! Which posting a key is about, what becomes of it on the screen, and the way back.

use sluice_api::{ApplicationStatus, Posting, PostingPatch, PostingState, PostingsChanged, Role, Told};

use super::{changes, toasts, told};
use crate::effect::Effect;
use crate::message::Message;
use crate::names::SEARCH;
use crate::samples::{Played, job, list, me, posting, whole};
use crate::state::{ListOf, Pane, Screen};
use crate::toast::Level;
use crate::trouble::Trouble;
use sluice_api::JobStatus;

/// Of every change that was sent: the posting and what it says.
fn sent(played: &Played) -> Vec<(String, PostingPatch)> {
    let change = |effect: &&Effect| match effect {
        Effect::ChangePosting { before, patch, .. } => Some((before.id.clone(), (**patch).clone())),
        _ => None,
    };
    changes(played).iter().filter_map(change).collect()
}

/// The server's answer to the latest question for a page.
fn answer(played: &mut Played, page: u64, rows: Vec<Posting>) {
    let last = |effect: &Effect| match effect {
        Effect::LoadPostings { list: ListOf::Postings, ask, .. } if ask.page == page => Some(*ask),
        _ => None,
    };
    let ask = played.asked.iter().rev().find_map(last).expect("the page was asked for");
    played.tell(Message::Postings { list: ListOf::Postings, ask, answer: Ok(list(rows, ask.offset(), 1_240)) });
}

fn hidden() -> PostingPatch {
    PostingPatch { hidden: Some(true), ..PostingPatch::default() }
}

fn refused(number: u64, before: &Posting) -> Message {
    let answer = Err(Trouble::new("The server is being repaired."));
    Message::Changed { number, before: Box::new(before.clone()), said: "Rated".into(), answer }
}

#[test]
fn keys_act_on_the_highlighted_posting_after_one_from_elsewhere_was_left() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut played = Played::at(width, height).begin();
        played.press("4");
        played.wait(200);
        // The last posting of the company is on no page that the list will hold.
        played.press("tab G enter");
        assert_eq!((played.state.screen, played.state.postings.detail.id.as_deref()), (Screen::Postings, Some("p1239")));
        played.press("x");
        assert_eq!(sent(&played).pop(), Some(("p1239".into(), hidden())), "the detail is in front");
        played.press("esc x");
        let highlighted = played.state.postings.list.chosen().unwrap().id.clone();
        assert_eq!((highlighted.as_str(), sent(&played).pop()), ("p0", Some(("p0".into(), hidden()))));
    }
}

#[test]
fn a_posting_that_is_read_stays_when_it_leaves_the_list() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut played = Played::at(width, height).begin();
        played.press("j enter u");
        answer(&mut played, 0, (0..100).map(|row| posting(row + 2)).collect());
        played.wait(1_000);
        assert_eq!(played.state.postings.detail.id.as_deref(), Some("p1"));
        played.press("a");
        let applied = PostingPatch { status: Some(Some(ApplicationStatus::Applied)), ..PostingPatch::default() };
        assert_eq!(sent(&played).pop(), Some(("p1".into(), applied)));
    }
}

#[test]
fn the_choice_follows_its_row_to_a_page_that_comes_later() {
    let mut played = Played::at(80, 24).begin();
    for _ in 0..99 {
        played.press("j");
    }
    assert_eq!(played.state.postings.list.chosen().unwrap().id, "p99");
    let window = &mut played.state.postings.list;
    window.refresh();
    let asks = window.wanted(18);
    assert_eq!(asks.iter().map(|ask| ask.page).collect::<Vec<_>>(), [0, 1]);
    for ask in asks {
        let rows = (ask.offset()..ask.offset() + 100).map(|row| posting(if row < 3 { 5_000 + row } else { row - 3 })).collect();
        window.accept(ask, Ok(list(rows, ask.offset(), 1_243)));
    }
    assert_eq!((window.selected(), window.chosen().unwrap().id.as_str()), (102, "p99"));
}

#[test]
fn the_list_of_a_job_says_so_and_is_left_for_the_list_as_it_was() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    played.press("f down right enter j j j j j");
    let own = played.state.postings.filter.clone();
    played.press("P esc j j enter");
    assert_eq!(played.state.postings.filter.job_id.as_deref(), Some("j1"));
    played.press("esc");
    assert_eq!((played.state.screen, played.state.pane()), (Screen::Postings, Pane::List));
    // Another one from elsewhere does not become the reader's own.
    played.press("P enter esc esc");
    let postings = &played.state.postings;
    assert_eq!((&postings.filter, postings.list.selected()), (&own, 5));
    assert_eq!(postings.list.chosen().unwrap().id, "p5");
    played.press("esc");
    assert!(!played.state.postings.filter.is_narrow());
}

#[test]
fn taking_the_filter_off_takes_the_job_off() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    played.press("P esc enter esc F");
    assert_eq!(played.state.postings.filter.job_id, None);
    let Some(Effect::LoadPostings { query, .. }) = played.asked.iter().rev().find(|effect| matches!(effect, Effect::LoadPostings { .. }))
    else {
        panic!("{:?}", played.asked)
    };
    assert_eq!(query.job_id, None);
    // Results without their search would be other results.
    played.press("P F");
    assert_eq!(played.state.import.search.filter.job_id.as_deref(), Some("j1"));
}

#[test]
fn stars_that_are_taken_off_come_back_with_their_reason() {
    let mut played = Played::at(80, 24).begin();
    let starred = Posting { stars: Some(1), stars_reason: Some("near the sea".into()), ..posting(0) };
    played.press("u");
    answer(&mut played, 0, vec![starred.clone()]);
    played.press("-");
    let row = played.state.postings.list.chosen().unwrap();
    assert_eq!((row.stars, &row.stars_reason), (None, &None));
    played.press("z");
    let back = PostingPatch { stars: Some(Some(1)), stars_reason: Some(Some("near the sea".into())), ..PostingPatch::default() };
    assert_eq!(sent(&played).pop(), Some(("p0".into(), back)));
    assert_eq!(played.state.postings.list.chosen(), Some(&starred));
}

#[test]
fn a_status_goes_to_its_posting_although_the_row_has_left_the_list() {
    let mut played = Played::at(80, 24).begin();
    played.press("j m down");
    played.press("down");
    played.state.postings.list.refresh();
    played.wait(10);
    answer(&mut played, 0, vec![posting(7)]);
    played.press("enter");
    let interviewing = PostingPatch { status: Some(Some(ApplicationStatus::Interviewing)), ..PostingPatch::default() };
    assert_eq!(sent(&played), [("p1".to_owned(), interviewing)]);
}

#[test]
fn two_refused_changes_leave_nothing_on_the_screen() {
    let mut played = Played::at(80, 24).begin();
    played.press("j + x");
    let once = Posting { stars: Some(1), ..posting(1) };
    assert_eq!(played.state.postings.list.chosen(), Some(&Posting { hidden: true, ..once.clone() }));
    played.tell(refused(1, &posting(1)));
    let shown = |played: &Played| played.state.postings.list.chosen().map(|row| (row.stars, row.hidden));
    assert_eq!(shown(&played), Some((None, true)));
    played.tell(refused(2, &once));
    // The server has the last word on how it is.
    assert!(played.asked.contains(&Effect::LoadPosting { id: "p1".into() }));
    assert_eq!(shown(&played), Some((None, false)));
    assert!(played.state.postings.stored.is_empty());
}

#[test]
fn a_refused_change_leaves_the_others_to_be_taken_back() {
    let mut played = Played::at(80, 24).begin();
    played.press("j + x");
    let once = Posting { stars: Some(1), ..posting(1) };
    played.tell(Message::Changed { number: 1, before: Box::new(posting(1)), said: "Rated".into(), answer: Ok(Box::new(once.clone())) });
    played.tell(refused(2, &once));
    played.press("z");
    assert_eq!(sent(&played).pop(), Some(("p1".into(), PostingPatch { stars: Some(None), ..PostingPatch::default() })));
}

#[test]
fn a_viewer_reads_without_a_word_of_what_may_not_be_noted() {
    let mut played = Played::at(80, 24).begin();
    let mut viewer = me();
    viewer.workspace.role = Role::Viewer;
    played.tell(Message::Me(Ok(Box::new(viewer))));
    played.press("enter");
    assert_eq!(played.state.postings.detail.whole.as_ref().unwrap().posting.id, "p0");
    assert_eq!((changes(&played), toasts(&played.state)), (vec![], vec![]));
}

#[test]
fn rows_that_were_read_before_a_change_do_not_take_it_off_the_screen() {
    let mut played = Played::at(80, 24).begin();
    played.press("j a");
    played.state.postings.list.refresh();
    played.wait(10);
    assert_eq!(played.state.postings.list.chosen().unwrap().status, Some(ApplicationStatus::Applied));
    // Nor does the whole posting.
    played.press("enter");
    assert_eq!(played.state.postings.detail.whole.as_ref().unwrap().posting.status, Some(ApplicationStatus::Applied));
    // Had it been read before the change was stored and come after its answer, it is asked for again.
    played.state.postings.list.refresh();
    let late = played.state.postings.list.wanted(18)[0];
    let after = Posting { status: Some(ApplicationStatus::Applied), ..posting(1) };
    played.tell(Message::Changed { number: 1, before: Box::new(posting(1)), said: String::new(), answer: Ok(Box::new(after)) });
    played.tell(Message::Postings { list: ListOf::Postings, ask: late, answer: Ok(list((0..100).map(posting).collect(), 0, 1_240)) });
    let asked = played.asked.len();
    played.wait(300);
    assert!(played.asked[asked..].iter().any(|effect| matches!(effect, Effect::LoadPostings { .. })));
}

#[test]
fn an_older_answer_does_not_land_on_newer_rows() {
    let mut played = Played::at(80, 24).begin();
    let window = &mut played.state.postings.list;
    window.refresh();
    let older = window.wanted(18)[0];
    window.refresh();
    let newer = window.wanted(18)[0];
    assert!(window.accept(newer, Ok(list(vec![posting(9)], 0, 1))));
    assert!(!window.accept(older, Ok(list(vec![posting(3)], 0, 1))));
    assert!(!window.accept(older, Err(Trouble::new("The server does not answer."))));
    assert_eq!((window.chosen(), &window.trouble), (Some(&posting(9)), &None));
}

#[test]
fn an_open_posting_is_read_again_when_it_has_changed() {
    let mut played = Played::at(80, 24).begin();
    played.press("j enter");
    let reads = |played: &Played| played.asked.iter().filter(|effect| **effect == Effect::LoadPosting { id: "p1".into() }).count();
    assert_eq!(reads(&played), 1);
    let states = vec![PostingState { id: "p1".into(), ..PostingState::default() }];
    played.tell(Message::Told(Box::new(Told::Postings(PostingsChanged { changed: 1, deleted: false, postings: states }))));
    played.wait(300);
    assert_eq!(reads(&played), 2, "its history has a new line");
    played.press("u");
    played.wait(300);
    assert_eq!(reads(&played), 3);
}

#[test]
fn a_detail_that_could_not_be_read_is_tried_again() {
    let mut played = Played::at(80, 24).begin();
    played.press("j enter");
    played.state.postings.detail.whole = None;
    played.tell(Message::Posting { id: "p1".into(), answer: Err(Trouble::new("The server does not answer.")) });
    assert!(played.state.postings.detail.trouble.is_some());
    played.press("u");
    played.wait(300);
    assert_eq!(played.state.postings.detail.whole.as_deref().map(|held| held.posting.id.clone()), Some(whole(1).posting.id));
    assert!(played.state.postings.detail.trouble.is_none());
}

#[test]
fn a_message_that_is_opened_closes_the_dialog_in_front_and_keeps_its_words_from_other_lists() {
    let mut played = Played::at(80, 24).begin();
    told(&mut played, job("j1", SEARCH, JobStatus::Processing));
    told(&mut played, job("j1", SEARCH, JobStatus::Completed));
    played.press("/");
    played.write("rust");
    let toast = played.state.toasts.newest().unwrap();
    let mut effects = Vec::new();
    crate::update::commands::open_toast(&mut played.state, toast, &mut effects);
    assert_eq!((played.state.screen, played.state.dialogs.len()), (Screen::Import, 0));
    played.wait(300);
    let words = (&played.state.import.search.filter.words, &played.state.postings.filter.words);
    assert_eq!(words, (&String::new(), &String::new()));
}

#[test]
fn the_filter_of_a_dialog_is_set_where_it_was_asked_for() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    played.press("/");
    played.write("rust");
    // Whatever changes the screen below, the words are those of the postings.
    played.state.screen = Screen::Import;
    played.state.import.tab = crate::state::ImportTab::Search;
    played.press("enter");
    assert_eq!((played.state.postings.filter.words.as_str(), played.state.import.search.filter.words.as_str()), ("rust", ""));
}

#[test]
fn what_is_refused_is_said_once() {
    let mut played = Played::at(80, 24).begin();
    played.press("j +");
    played.tell(refused(1, &posting(1)));
    assert_eq!(toasts(&played.state), [(Level::Error, "Not stored: The server is being repaired.".to_owned())]);
}

#[test]
fn a_posting_that_is_opened_from_elsewhere_was_seen_too() {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed)]).begin();
    played.press("P esc j enter");
    let seen = PostingPatch { seen: Some(true), ..PostingPatch::default() };
    assert_eq!(sent(&played), [("p1".to_owned(), seen)]);
}
