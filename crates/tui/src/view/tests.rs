//! Every view as people see it, in the smallest terminal that is promised and in a wide one.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use sluice_api::{Job, JobStatus, Progress};

use super::view;
use crate::message::Message;
use crate::names::{FETCH, SEARCH};
use crate::samples::{Played, ago_minutes, failed, job, noon};
use crate::toast::{Draft, Opens};
use crate::trouble::Trouble;

fn drawn(played: &mut Played) -> TestBackend {
    let size = played.state.size;
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    let mut hits = None;
    terminal.draw(|frame| hits = Some(view(&played.state, frame))).unwrap();
    played.state.hits = hits.unwrap();
    terminal.backend().clone()
}

/// The cells as text; what stands behind a wide character is part of it.
fn text(backend: &TestBackend) -> String {
    let buffer = backend.buffer();
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(crate::text::width(symbol).max(1)).unwrap();
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// In both sizes, one after the other.
fn shown(prepare: impl Fn(&mut Played)) -> String {
    let sizes = [(80, 24), (120, 40)];
    let pictures = sizes.map(|(width, height)| {
        let mut played = Played::at(width, height).with_jobs(jobs()).begin();
        prepare(&mut played);
        format!("{width} × {height}\n{}\n", text(&drawn(&mut played)))
    });
    pictures.join("\n")
}

fn jobs() -> Vec<Job> {
    let queued = Job {
        created_at: ago_minutes(1),
        result: None,
        progress: Progress { total: 12, ..Progress::default() },
        ..job("j1", FETCH, JobStatus::Queued)
    };
    let running = Job { created_at: ago_minutes(3), ..job("j2", SEARCH, JobStatus::Processing) };
    let done = Job { created_at: ago_minutes(30), completed_at: Some(ago_minutes(20)), ..job("j3", FETCH, JobStatus::Completed) };
    let failed = Job { created_at: ago_minutes(50), completed_at: Some(ago_minutes(40)), ..failed("j4") };
    vec![queued, running, done, failed]
}

#[test]
fn the_postings() {
    insta::assert_snapshot!(shown(|played| {
        played.press("j j");
        played.wait(200);
    }));
}

#[test]
fn a_posting_that_was_opened() {
    insta::assert_snapshot!(shown(|played| {
        played.press("j j enter");
        played.wait(200);
    }));
}

#[test]
fn the_postings_of_a_job_and_that_they_could_not_be_read_again() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P esc j enter esc");
        played.state.postings.list.refresh();
        let ask = played.state.postings.list.wanted(10)[0];
        let trouble = Trouble::new("The server does not answer.");
        played.tell(Message::Postings { list: crate::state::ListOf::Postings, ask, answer: Err(trouble) });
        played.state.toasts = Default::default();
        played.wait(200);
    }));
}

#[test]
fn no_postings_yet() {
    let mut played = Played { postings: 0, ..Played::at(80, 24) }.begin();
    insta::assert_snapshot!(text(&drawn(&mut played)));
}

#[test]
fn the_filter_of_postings() {
    insta::assert_snapshot!(shown(|played| {
        played.press("f down right right right");
    }));
}

#[test]
fn words_that_are_typed() {
    insta::assert_snapshot!(shown(|played| {
        played.press("/");
        played.write("rust berlin");
        played.wait(300);
    }));
}

#[test]
fn the_status_of_a_posting_is_chosen() {
    insta::assert_snapshot!(shown(|played| played.press("j m down down")));
}

#[test]
fn a_note_is_written() {
    insta::assert_snapshot!(shown(|played| {
        played.press("n");
        played.write("Ada knows somebody there");
    }));
}

#[test]
fn contacts_of_a_posting_and_one_that_is_refused() {
    insta::assert_snapshot!(shown(|played| {
        played.press("enter C enter");
        played.write("Grace Invented");
        played.press("down down");
        played.write("grace at home");
        played.press("enter");
        let mut trouble = Trouble::new("One field is not right.");
        trouble.fields = vec![("email".into(), "An address like name@example.org.".into())];
        played.tell(Message::ContactStored { posting_id: "p0".into(), said: String::new(), answer: Err(trouble) });
    }));
}

#[test]
fn a_reminder_with_a_time_that_is_none() {
    insta::assert_snapshot!(shown(|played| {
        played.press("r ctrl-u");
        played.write("soon");
        played.press("enter");
    }));
}

#[test]
fn the_import_by_address() {
    insta::assert_snapshot!(shown(|played| {
        played.press("2");
        played.tell(Message::Paste("https://www.linkedin.com/jobs/view/senior-rust-engineer-at-alderbank-3912345678?trk=x\nhttps://www.linkedin.com/in/ada-invented\n3912345678\n3912345679".into()));
        played.press("up up up");
    }));
}

#[test]
fn the_import_by_search_with_an_error() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P i");
        played.write("rust engineer");
        played.press("down down");
        played.write("1000");
        played.press("down down space right right space enter");
    }));
}

#[test]
fn the_results_of_a_search() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P esc j space space");
    }));
}

#[test]
fn results_are_selected_by_a_rule() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P esc v");
        played.write("rust <h");
        played.press("enter");
    }));
}

#[test]
fn the_jobs() {
    insta::assert_snapshot!(shown(|played| {
        played.press("3 j");
        played.wait(200);
    }));
}

#[test]
fn why_a_job_stopped() {
    insta::assert_snapshot!(shown(|played| {
        played.press("3 j j j E");
    }));
}

#[test]
fn a_job_is_canceled_only_after_a_question() {
    insta::assert_snapshot!(shown(|played| {
        played.press("3 j X");
    }));
}

#[test]
fn the_companies() {
    insta::assert_snapshot!(shown(|played| {
        played.press("4 j");
        played.wait(200);
    }));
}

#[test]
fn the_tray() {
    insta::assert_snapshot!(shown(|played| {
        played.press("t j");
    }));
}

#[test]
fn the_help() {
    insta::assert_snapshot!(shown(|played| played.press("?")));
}

#[test]
fn the_palette() {
    insta::assert_snapshot!(shown(|played| {
        played.press(":");
        played.write("go");
        played.press("down");
    }));
}

#[test]
fn messages_small_and_large() {
    insta::assert_snapshot!(shown(|played| {
        let now = played.state.now;
        played.state.toasts.show(Draft::info("Queued: Import 12 postings").opening(Opens::Items("j1".into())), now);
        let done = Draft::info("Done: Search rust, Berlin").saying("230 new, 10 updated, 3 failed.").large(true);
        played.state.toasts.show(done.opening(Opens::Results("j2".into())), now);
        let failed = Draft::error("Stopped early, 240 kept: Search rust, Berlin");
        played
            .state
            .toasts
            .show(failed.saying("LinkedIn refuses to serve us (999). Wait some hours, then Retry.").opening(Opens::Job("j4".into())), now);
    }));
}

#[test]
fn a_wait_for_the_provider_is_noticed() {
    insta::assert_snapshot!(shown(|played| {
        played.jobs[1].waiting_until = Some("2026-03-02T14:05:00Z".parse().unwrap());
        played.jobs[1].waiting_reason = Some("LinkedIn asked us to slow down. Continues by itself at 14:05.".into());
        let waiting = played.jobs[1].clone();
        played.tell(Message::Told(Box::new(sluice_api::Told::Job(Box::new(waiting)))));
    }));
}

fn waiting(seconds: i64) -> Job {
    let until = noon().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    let reason = "www.linkedin.com asked us to slow down. Continues by itself.";
    Job { waiting_until: Some(until), waiting_reason: Some(reason.into()), ..jobs().remove(1) }
}

#[test]
fn a_short_wait_for_the_provider_is_counted_down() {
    let mut played = Played::at(80, 24).with_jobs(jobs()).begin();
    played.tell(Message::Told(Box::new(sluice_api::Told::Job(Box::new(waiting(18))))));
    let notice = |played: &mut Played| text(&drawn(played)).lines().nth(1).unwrap().to_owned();
    assert_eq!(notice(&mut played), " ◷ Waiting 18s, until 12:00:18: Search rust, Berlin. www.linkedin.com asked us …");
    let woken = crate::update::next_wake(&played.state).unwrap();
    assert!(woken <= noon().checked_add(jiff::SignedDuration::from_secs(1)).unwrap(), "{woken}");
    played.wait(9_000);
    assert!(notice(&mut played).starts_with(" ◷ Waiting 9s, until 12:00:18: "), "{}", notice(&mut played));
    let status = text(&drawn(&mut played)).lines().nth(22).unwrap().to_owned();
    assert!(status.contains("◷ waiting 9s, until 12:00:18"), "{status}");
    played.wait(9_000);
    assert!(!notice(&mut played).contains("Waiting"), "it has passed");
}

#[test]
fn the_status_bar_says_when_the_next_page_is_asked_for() {
    let mut played = Played::at(80, 24).with_jobs(jobs()).begin();
    let paced = Job { waiting_reason: Some(sluice_api::wording::state::KEEPING_PACE.into()), ..waiting(4) };
    played.tell(Message::Told(Box::new(sluice_api::Told::Job(Box::new(paced)))));
    let shown = text(&drawn(&mut played));
    assert!(shown.lines().nth(22).unwrap().contains("⠋ Search rust, Berlin 24% · next page in 4.0s"), "{shown}");
    assert!(!shown.contains("Waiting"), "its own pace is nothing to be told of:\n{shown}");
}

#[test]
fn the_import_of_what_was_selected_has_its_own_line_and_the_sign_of_what_keys_steer() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P esc space space I");
        let sent = vec!["3900000000".to_owned(), "3900000001".to_owned()];
        let accepted = crate::update::tests::accepted("j9");
        played.tell(Message::Started { what: crate::message::Start::Selected("j2".into()), sent, answer: Ok(accepted) });
        let progress = Progress { current: 1, total: 2, percentage: 50, ..Progress::default() };
        let importing = Job { progress, args: serde_json::json!({"urls": ["1", "2"]}), ..job("j9", FETCH, JobStatus::Processing) };
        played.tell(Message::Told(Box::new(sluice_api::Told::Job(Box::new(importing)))));
    }));
}

#[test]
fn more_than_one_import_takes_is_asked_about() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P esc");
        let chosen = (0..1_200).map(|number| (format!("p{number}"), format!("{}", 3_900_000_000_u64 + number))).collect();
        played.tell(Message::Collected { job_id: "j2".into(), selects: true, answer: Ok(chosen) });
        played.press("I");
    }));
}

/// Titles of the messages that are drawn, from above.
fn titles(played: &mut Played) -> Vec<String> {
    let shown = text(&drawn(played));
    shown.lines().filter_map(|line| line.split_once("┌ ● ").map(|(_, rest)| rest.split(" ─").next().unwrap().trim().to_owned())).collect()
}

#[test]
fn the_newest_message_is_seen_whatever_the_room() {
    let mut played = Played::at(80, 14).begin();
    let now = played.state.now;
    for title in ["one", "two", "three"] {
        let draft =
            Draft::info(title).saying("It brought so much that it takes two lines to say of each what it was and what became of it.");
        played.state.toasts.show(draft.large(true).opening(Opens::Job("j1".into())), now);
    }
    // Keys mean the newest, so that is the one that is there.
    assert_eq!(titles(&mut played), ["three"]);
    played.press("D");
    assert_eq!(titles(&mut played), ["two"]);
    let mut low = Played::at(80, 10).begin();
    low.state.toasts = played.state.toasts.clone();
    assert_eq!(titles(&mut low), ["two"]);
}

#[test]
fn the_hint_of_a_message_says_what_works_now() {
    let mut played = Played::at(80, 24).begin();
    let now = played.state.now;
    played.state.toasts.show(Draft::error("Failed: Search").opening(Opens::Job("j1".into())), now);
    let hint = |played: &mut Played| {
        let shown = text(&drawn(played));
        let line = shown.lines().find(|line| line.contains(" dismiss ")).unwrap_or_default();
        line.split('│').find(|part| part.contains(" dismiss ")).unwrap_or_default().trim().to_owned()
    };
    assert_eq!(hint(&mut played), "O open  D dismiss  Z later");
    played.press("2 i");
    played.write("D");
    assert_eq!((hint(&mut played).as_str(), played.state.import.urls.editor.text()), ("Alt-O open  Alt-D dismiss  Alt-Z later", "D"));
    played.press("esc 1 n");
    assert_eq!(hint(&mut played), "Alt-O open  Alt-D dismiss  Alt-Z later");
    played.press("alt-d");
    assert_eq!((played.state.toasts.shown().len(), played.state.dialogs.len()), (0, 1));
}

#[test]
fn a_server_that_is_away() {
    insta::assert_snapshot!(shown(|played| {
        let why = Trouble { is_unreachable: true, ..Trouble::new("The server does not answer.") };
        played.tell(Message::Lost { why, again_in: std::time::Duration::from_secs(4) });
    }));
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let mut played = Played::at(39, 9).begin();
    let backend = drawn(&mut played);
    assert!(backend.to_string().contains("The terminal is too small"), "{backend}");
    for (width, height) in [(40, 10), (41, 11), (60, 12), (99, 24), (100, 24), (300, 80), (1, 1), (0, 0)] {
        for keys in ["", "enter", "2", "2 i", "P", "P esc", "3", "4", "t", "?", ":", "f", "n", "m", "3 j j j E"] {
            let mut played = Played::at(width, height).with_jobs(jobs()).begin();
            played.press(keys);
            drawn(&mut played);
        }
    }
}

#[test]
fn counts_have_their_colours_and_signs() {
    let mut played = Played::at(80, 24).with_jobs(jobs()).begin();
    let backend = drawn(&mut played);
    let row = 22;
    let at = |sign: &str| (0..80).find(|x| backend.buffer()[(*x, row)].symbol() == sign).unwrap();
    for (sign, colour) in [("○", Color::Yellow), ("◐", Color::Blue), ("●", Color::Green), ("×", Color::Red)] {
        assert_eq!(backend.buffer()[(at(sign), row)].fg, colour, "{sign}");
        assert_eq!(backend.buffer()[(at(sign) + 1, row)].symbol(), "1", "{sign}");
    }
}

#[test]
fn without_colour_nothing_is_coloured_and_everything_is_said() {
    for keys in ["", "enter", "2", "P", "3", "4", "t", "?"] {
        let mut coloured = Played::at(120, 40).with_jobs(jobs()).begin();
        let mut plain = Played::at(120, 40).with_jobs(jobs());
        plain.state.theme.colour = false;
        let mut plain = plain.begin();
        coloured.press(keys);
        plain.press(keys);
        let (coloured, plain) = (drawn(&mut coloured), drawn(&mut plain));
        assert_eq!(coloured.to_string(), plain.to_string(), "{keys}");
        let cells = plain.buffer().content();
        assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{keys}");
        // What is chosen is still to be seen.
        assert!(cells.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)), "{keys}");
    }
}

#[test]
fn only_the_terminals_own_sixteen_colours_are_used() {
    for keys in ["", "enter", "2", "P", "3", "4", "t", "?"] {
        let mut played = Played::at(120, 40).with_jobs(jobs()).begin();
        played.press(keys);
        for cell in drawn(&mut played).buffer().content() {
            for colour in [cell.fg, cell.bg] {
                assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{colour:?}");
            }
        }
    }
}

#[test]
fn a_title_with_commands_for_the_terminal_is_drawn_as_text() {
    let mut played = Played::at(80, 24).begin();
    for posting in played.state.postings.list.held_mut() {
        posting.title = Some("a\u{1b}]0;owned\u{7}\u{9b}2Jb".into());
    }
    let cells = drawn(&mut played);
    assert!(cells.buffer().content().iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
}

#[test]
fn the_same_state_is_drawn_the_same() {
    let mut played = Played::at(120, 40).with_jobs(jobs()).begin();
    assert_eq!(noon(), played.state.now);
    assert_eq!(drawn(&mut played).buffer(), drawn(&mut played).buffer());
}

#[test]
fn what_a_box_of_the_search_says_yes_to() {
    insta::assert_snapshot!(shown(|played| {
        played.press("P i");
        let form = &mut played.state.import.search.form;
        form.focus = form.inputs.iter().position(|input| input.name == "accept_unrelated").unwrap();
    }));
}

#[test]
fn help_begins_with_what_works_here_and_cuts_nothing_off() {
    for (keys, heading) in [("1", "Postings"), ("3", "Jobs"), ("U esc", "Import by address")] {
        let mut played = Played::at(80, 24).begin();
        played.press(keys);
        played.press("?");
        let text = text(&drawn(&mut played));
        assert!(text.lines().nth(2).is_some_and(|line| line.contains(&format!("│ {heading} "))), "{heading}: {text}");
        assert!(text.contains(" 0% "), "{text}");
    }
    let mut played = Played::at(80, 24).begin();
    played.press("? G");
    let text = text(&drawn(&mut played));
    for sign in ["withdrawn", "canceled", "a reminder is due"] {
        assert!(text.contains(sign), "{sign}: {text}");
    }
}

#[test]
fn a_failure_says_its_reason_once() {
    let reason = "LinkedIn refused the request (status 999). Wait some hours and choose Retry.";
    let error = sluice_api::JobError { code: "BLOCKED".into(), message: reason.into(), retryable: true };
    let job = Job {
        stop_message: Some(reason.into()),
        error: Some(error),
        progress: Progress { retries: 1, ..Progress::default() },
        ..failed("j4")
    };
    let state = Played::at(120, 40).state;
    let said: Vec<String> = super::jobs::story(&state, &job, 100).iter().map(ToString::to_string).collect();
    assert_eq!(said.iter().filter(|line| line.contains("status 999")).count(), 1, "{said:?}");
    assert!(said.contains(&"BLOCKED".to_owned()) && said.iter().any(|line| line.ends_with("1 call tried again")), "{said:?}");
}

#[test]
fn a_message_that_is_cut_says_that_there_is_more() {
    let mut played = Played::at(80, 24).begin();
    let long = "What was found is kept. Wait some hours and choose Retry, which goes on from here; save pages from a browser and import \
                the files; or use a licensed source.";
    played.state.toasts.show(Draft::error("Stopped early").saying(long), noon());
    let text = text(&drawn(&mut played));
    assert!(text.contains("browser and import the…") && !text.contains("licensed"), "{text}");
}

#[test]
fn a_form_that_does_not_fit_says_that_there_is_more_of_it() {
    let said = |height| {
        let mut played = Played::at(80, height).begin();
        played.press("P i");
        let text = text(&drawn(&mut played));
        (text.contains("↓ 1 more field below"), text.contains("Not from"))
    };
    assert_eq!((said(23), said(24)), ((true, false), (false, true)));
}
