//! Notes: nothing that somebody has written is lost.

use sluice_api::{Posting, PostingPatch, Problem};

use super::{changes, toasts};
use crate::effect::Effect;
use crate::message::Message;
use crate::samples::{Played, list, posting};
use crate::state::{Dialog, ListOf};
use crate::toast::Level;
use crate::trouble::Trouble;
use sluice_api::ClientError;

/// The last change that was sent: the posting, its notes and those that they were begun from.
fn sent(played: &Played) -> (String, PostingPatch) {
    match changes(played).last() {
        Some(Effect::ChangePosting { before, patch, .. }) => (before.id.clone(), (**patch).clone()),
        other => panic!("{other:?}"),
    }
}

fn noted(notes: &str, were: Option<&str>) -> PostingPatch {
    let were = Some(were.map(str::to_owned));
    PostingPatch { notes: Some(Some(notes.to_owned())), notes_were: were, ..PostingPatch::default() }
}

fn typed(played: &Played) -> &str {
    match played.state.dialogs.as_slice() {
        [Dialog::Note { typed, .. }] => typed.text(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn notes_are_stored_although_their_row_has_left_the_list() {
    let mut played = Played::at(80, 24).begin();
    played.press("j n");
    played.write("ask Ada");
    played.state.postings.list.refresh();
    let ask = played.state.postings.list.wanted(18)[0];
    played.tell(Message::Postings { list: ListOf::Postings, ask, answer: Ok(list(vec![posting(7)], 0, 1)) });
    played.press("ctrl-s");
    assert_eq!(sent(&played), ("p1".to_owned(), noted("ask Ada", None)));
}

#[test]
fn a_note_that_is_left_is_a_draft_of_its_posting() {
    let mut played = Played::at(80, 24).begin();
    for leave in ["esc", "ctrl-c"] {
        played.press("n");
        played.write("ask ");
        played.press(leave);
        assert_eq!(toasts(&played.state), [(Level::Info, "Kept as a draft, n goes on.".to_owned())]);
        assert!(!played.state.is_over, "Ctrl-C would have thrown it away");
    }
    played.press("j n");
    assert_eq!(typed(&played), "", "another posting has its own");
    played.press("esc k n");
    assert_eq!(typed(&played), "ask ask ");
    assert_eq!(changes(&played).len(), 0);
    played.press("ctrl-s");
    assert_eq!(sent(&played), ("p0".to_owned(), noted("ask ask", None)));
    assert!(played.state.postings.drafts.is_empty());
}

#[test]
fn a_draft_that_says_what_is_stored_is_none() {
    let mut played = Played::at(80, 24).begin();
    played.press("n");
    played.write("x");
    played.press("backspace esc n ctrl-s");
    assert!(played.state.postings.drafts.is_empty());
    assert_eq!(changes(&played).len(), 0);
    played.press("n ctrl-c");
    assert!(played.state.is_over);
}

#[test]
fn two_who_write_at_the_same_time_both_keep_their_words() {
    let mut played = Played::at(80, 24).begin();
    played.press("n");
    played.write("ask Ada");
    played.press("ctrl-s");
    let problem = Problem {
        status: 409,
        error_code: "NOTES_CHANGED".into(),
        message: "Somebody has changed the notes since you began; nothing was changed.".into(),
        details: serde_json::json!({"id": "p0", "notes": "Grace knows the team."}),
        ..Problem::default()
    };
    let refused = Trouble::from(&ClientError::Problem(Box::new(problem)));
    played.tell(Message::Changed { number: 1, before: Box::new(posting(0)), said: "Noted".into(), answer: Err(refused) });
    let toast = played.state.toasts.shown().last().unwrap();
    assert_eq!((toast.level, toast.text.as_str()), (Level::Error, "n shows both texts."));
    played.press("n");
    assert_eq!(typed(&played), "Grace knows the team.\n\nask Ada");
    played.press("ctrl-s");
    assert_eq!(sent(&played), ("p0".to_owned(), noted("Grace knows the team.\n\nask Ada", Some("Grace knows the team."))));
}

#[test]
fn notes_that_the_server_does_not_take_are_a_draft_again() {
    let mut played = Played::at(80, 24).begin();
    played.press("n");
    played.write("ask Ada");
    played.press("ctrl-s");
    let answer = Err(Trouble::new("The server does not answer."));
    played.tell(Message::Changed { number: 1, before: Box::new(posting(0)), said: "Noted".into(), answer });
    played.press("n");
    assert_eq!(typed(&played), "ask Ada");
}

#[test]
fn taking_notes_back_leaves_those_that_somebody_has_written_since() {
    let mut played = Played::at(80, 24).begin();
    played.press("n");
    played.write("ask Ada");
    played.press("ctrl-s");
    let after = Posting { notes: Some("ask Ada".into()), ..posting(0) };
    played.tell(Message::Changed { number: 1, before: Box::new(posting(0)), said: "Noted".into(), answer: Ok(Box::new(after)) });
    played.press("z");
    let back = PostingPatch { notes: Some(None), notes_were: Some(Some("ask Ada".into())), ..PostingPatch::default() };
    assert_eq!(sent(&played), ("p0".to_owned(), back));
}

#[test]
fn notes_that_are_not_stored_when_it_ends_are_told_in_full() {
    let mut played = Played::at(80, 24).begin();
    played.press("n");
    played.write("ask Ada");
    played.press("esc j n");
    played.write("far away");
    assert_eq!(played.state.unsaved_notes(), ["A note on Senior Rust Engineer:\nask Ada", "A note on Backend Developer:\nfar away"]);
}
