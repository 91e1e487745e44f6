//! What is kept and what is taken up, and what becomes of a file that is broken or newer.

use sluice_api::JobStatus;

use super::*;
use crate::message::Message;
use crate::names::SEARCH;
use crate::samples::{Played, job, me, posting};
use crate::toast::{Draft, Level};

/// An application that takes up what was kept, as after a restart.
fn again(kept: &Kept) -> Played {
    let mut played = Played::at(80, 24).with_jobs(vec![job("j1", SEARCH, JobStatus::Completed), job("j2", SEARCH, JobStatus::Completed)]);
    played.state.kept = [(me().workspace.id, kept.clone())].into();
    played.begin()
}

fn opened(path: &std::path::Path) -> (Memory, Option<String>) {
    Memory::open(path.to_owned(), "http://127.0.0.1:8080".into(), false)
}

#[test]
fn orders_what_was_seen_the_screen_and_what_was_typed_outlive_the_application_and_filters_do_not() {
    let mut played = again(&Kept::default());
    // The postings by the day on which they were posted, under a filter.
    played.press("s /");
    played.write("rust");
    played.press("enter 2");
    played.tell(Message::Paste("3912345678\n".into()));
    played.press("esc P i");
    played.write("rust engineer");
    played.press("down down down down space right right space esc s s [");
    let kept = kept(&mut played.state);

    let mut played = again(&kept);
    assert_eq!((played.state.screen, played.state.import.tab), (Screen::Import, ImportTab::Search));
    let postings = &played.state.postings;
    assert_eq!((postings.filter.order_said().as_str(), postings.filter.words.as_str()), ("by posted ↓", ""));
    assert_eq!(played.state.import.urls.editor.text(), "3912345678\n");
    let newest = (0..100).map(|number| posting(number).created_at).max();
    let search = &played.state.import.search;
    assert_eq!((search.seen.get("j1").copied(), search.seen.get("j2").copied()), (newest, newest));
    assert_eq!((search.job_id.as_deref(), search.filter.order_said().as_str()), (Some("j2"), "by title ↑"));
    assert_eq!(search.form.said("keywords").as_deref(), Some("rust engineer"));
    assert_eq!(search.form.several("types"), [0, 2]);
    played.press("esc [");
    assert_eq!(played.state.import.search.filter.order_said(), "by added ↑");
}

#[test]
fn what_somebody_has_done_before_the_answer_is_not_taken_from_them() {
    let mut played = Played::at(80, 24);
    played.press("4");
    let kept = Kept { screen: Screen::Jobs, addresses: "3912345678".into(), ..Kept::default() };
    recall(&mut played.state, kept);
    assert_eq!((played.state.screen, played.state.import.urls.editor.text()), (Screen::Companies, ""));
}

#[test]
fn each_server_and_workspace_has_its_own_part_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/sluice/terminal.json");
    let (mut memory, trouble) = opened(&path);
    assert_eq!((memory.take(), trouble), (BTreeMap::new(), None));
    let of = |screen| Kept { screen, ..Kept::default() };
    memory.keep("w1", of(Screen::Jobs)).unwrap();
    memory.keep("w2", of(Screen::Import)).unwrap();
    let mut elsewhere = Memory::open(path.clone(), "https://sluice.example".into(), false).0;
    elsewhere.keep("w1", of(Screen::Companies)).unwrap();
    memory.keep("w2", of(Screen::Postings)).unwrap();
    assert_eq!(opened(&path).0.take(), [("w1".to_owned(), of(Screen::Jobs)), ("w2".to_owned(), of(Screen::Postings))].into());
    assert_eq!(
        Memory::open(path.clone(), "https://sluice.example".into(), false).0.take(),
        [("w1".to_owned(), of(Screen::Companies))].into()
    );
    assert_eq!(Memory::open(path.clone(), "http://127.0.0.1:8080".into(), true).0.take(), BTreeMap::new(), "afresh");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["terminal.json"], "no draft is left");
}

#[test]
fn a_file_that_is_broken_is_told_and_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terminal.json");
    for broken in [
        "",
        "{\"version\":1,\"servers\":[]}",
        "{\"version\":1,\"servers\":{\"http://127.0.0.1:8080\":{\"w1\":{\"screen\":\"moon\"}}}}",
        "\u{0}",
    ] {
        fs::write(&path, broken).unwrap();
        let (mut memory, trouble) = opened(&path);
        assert!(trouble.is_some_and(|said| said.contains("terminal.json: ") && said.ends_with("This starts afresh.")), "{broken}");
        memory.keep("w1", Kept::default()).unwrap();
        assert_eq!(opened(&path).0.take(), [("w1".to_owned(), Kept::default())].into(), "{broken}");
    }
}

#[test]
fn a_file_of_a_newer_version_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terminal.json");
    let newer = "{\"version\":2,\"places\":[1,2,3]}";
    fs::write(&path, newer).unwrap();
    let (mut memory, trouble) = opened(&path);
    assert!(trouble.is_some_and(|said| said.contains("A newer version has written")));
    memory.keep("w1", Kept::default()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), newer);
}

#[test]
fn nothing_of_a_message_or_a_key_is_kept() {
    let mut played = again(&Kept::default());
    let now = played.state.now;
    played.state.toasts.show(Draft { level: Level::Error, ..Draft::info("secret") }, now);
    let written = serde_json::to_value(kept(&mut played.state)).unwrap();
    let names: Vec<&String> = written.as_object().unwrap().keys().collect();
    assert_eq!(names, ["screen", "tab", "postings", "searches", "addresses", "search"]);
}
