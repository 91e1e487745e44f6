//! The terminal application in a pseudo-terminal, against a real server and the sandbox, as people use it.

use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;
use sluice_api::{AccountRequest, ApplicationStatus, Client, JobStatus, JobsQuery, Pace, Posting, PostingsQuery, Provider};
use sluice_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::screen::Screen;
use crate::support::{OWNER_KEY, TestApp};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sluice");

/// A server, a source of postings, and the application in front of somebody.
struct Stage {
    server: TestApp,
    sandbox: Sandbox,
    client: Client,
    url: String,
}

impl Stage {
    async fn new(faults: &str, pace: Pace) -> Self {
        let options =
            sluice_sandbox::Options { faults: faults.parse().expect("faults"), people: 1_000, ..sluice_sandbox::Options::default() };
        let sandbox = sluice_sandbox::start(options).await.expect("a sandbox");
        let server = TestApp::sqlite().await;
        let url = server.url("");
        let client = Client::new(url.parse().expect("a url"), OWNER_KEY.into()).expect("a client");
        let request = AccountRequest { base_url: Some(sandbox.base_url()), pace: Some(pace), ..AccountRequest::new(Provider::Linkedin) };
        client.create_account(&request).await.expect("the public pages are switched on");
        Stage { server, sandbox, client, url }
    }

    async fn quick() -> Self {
        Stage::new("", Pace { delay_ms: 0, jitter_pct: 0 }).await
    }

    fn open(&self, size: (u16, u16)) -> Screen {
        self.open_with(&[], size)
    }

    fn open_with(&self, environment: &[(&str, &str)], size: (u16, u16)) -> Screen {
        self.open_as(&["tui"], environment, size)
    }

    fn open_as(&self, words: &[&str], environment: &[(&str, &str)], size: (u16, u16)) -> Screen {
        let mut all = vec![("SLUICE_URL", self.url.as_str()), ("SLUICE_API_KEY", OWNER_KEY)];
        all.extend_from_slice(environment);
        Screen::start(Path::new(PROGRAM), words, &all, size)
    }

    async fn postings(&self, query: PostingsQuery) -> Vec<Posting> {
        self.client.postings(&query).await.expect("postings").data
    }

    async fn newest_job(&self) -> sluice_api::Job {
        let jobs = self.client.jobs(&JobsQuery { limit: Some(1), ..JobsQuery::default() }).await.expect("jobs");
        jobs.data.into_iter().next().expect("a job")
    }

    /// Numbers of postings that the sandbox has.
    async fn numbers(&self) -> Vec<String> {
        let url = format!("{}/jobs-guest/jobs/api/seeMoreJobPostings/search?keywords=engineer&start=0", self.sandbox.base_url());
        #[expect(clippy::disallowed_methods, reason = "the test looks at the sandbox's page as anybody could")]
        let page = reqwest::get(url).await.expect("a page").text().await.expect("its text");
        let ids = page.split("urn:li:jobPosting:").skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
        ids.collect()
    }
}

/// Searches through the form, as the first thing that somebody does.
async fn search(screen: &mut Screen, keywords: &str) {
    screen.press("P").await;
    screen.shows("Search postings").await;
    screen.press(keywords).await;
    screen.shows(keywords).await;
    screen.press("\r").await;
    screen.shows("Found · by added").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_pasted_checked_imported_and_told_one_by_one() {
    let stage = Stage::quick().await;
    let numbers = stage.numbers().await;
    let mut screen = stage.open((80, 24));
    screen.shows("No postings yet").await;
    let pasted =
        format!("https://www.linkedin.com/jobs/view/{}?trk=x\nhttps://www.linkedin.com/in/ada-invented\n{}", numbers[0], numbers[1]);
    screen.paste(&pasted).await;
    screen.shows("Import 2 postings").await;
    screen.shows("× This is a person's profile.").await;
    screen.press("\u{13}").await;
    screen.until("tells both outcomes", |text| text.matches("● New").count() == 2).await;
    screen.shows("Done: Import").await;
    // The one that could not be imported is still there to be corrected.
    screen.shows("https://www.linkedin.com/in/ada-invented").await;
    let stored = stage.postings(PostingsQuery::default()).await;
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().all(|posting| posting.status == Some(ApplicationStatus::Saved)), "{stored:?}");
    screen.press("\u{1b}").await;
    screen.shows("i write").await;
    screen.press("1").await;
    screen.shows(stored[0].company_name.as_deref().expect("a company")).await;
    screen.press("q").await;
    assert_eq!(screen.ends().await, Some(0));
    assert_eq!(screen.is_taken(), (false, false));
    stage.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_is_run_results_are_selected_by_rule_and_imported() {
    let stage = Stage::quick().await;
    let mut screen = stage.open((120, 40));
    screen.shows("No postings yet").await;
    search(&mut screen, "engineer").await;
    screen.shows("Done: Search").await;
    let found = stage.postings(PostingsQuery { limit: Some(100), ..PostingsQuery::default() }).await;
    assert!(found.len() > 20 && found.iter().all(|posting| posting.status.is_none()), "{}", found.len());
    // One by hand, then all by a rule, then one off again.
    screen.press(" ").await;
    screen.shows("1 selected").await;
    // The choice has walked on to the second row.
    assert!(screen.reversed_rows(60).contains(&6), "{:?}", screen.reversed_rows(60));
    screen.press("v").await;
    screen.press("all\r").await;
    screen.shows(&format!("{} selected", found.len())).await;
    screen.press("g ").await;
    let left = found.len() - 1;
    screen.shows(&format!("{left} selected")).await;
    screen.press("I").await;
    screen.shows("Done: Import").await;
    let imported = stage.newest_job().await;
    assert_eq!((imported.kind.as_str(), imported.status, imported.progress.total), ("fetch_postings", JobStatus::Completed, left as u64));
    let result: sluice_api::PostingStatistics = serde_json::from_value(imported.result.expect("statistics")).expect("statistics");
    assert_eq!((result.fresh, result.new + result.updated), (left as u64, 0), "what was read a moment ago is not asked for again");
    let saved = stage.postings(PostingsQuery { status: Some("saved".into()), limit: Some(100), ..PostingsQuery::default() }).await;
    assert_eq!(saved.len(), left);
    screen.press("\u{3}").await;
    assert_eq!(screen.ends().await, Some(0));
    stage.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_is_paused_resumed_and_canceled_from_the_results() {
    let stage = Stage::new("", Pace { delay_ms: 300, jitter_pct: 0 }).await;
    let mut screen = stage.open((80, 24));
    screen.shows("No postings yet").await;
    search(&mut screen, "engineer").await;
    screen.shows("◐ Running").await;
    screen.press("p").await;
    screen.shows("‖ Paused").await;
    assert_eq!(stage.newest_job().await.status, JobStatus::Paused);
    screen.press("p").await;
    screen.shows("◐ Running").await;
    screen.press("X").await;
    screen.shows("Cancel Search").await;
    screen.press("\r").await;
    screen.shows("– Canceled").await;
    assert_eq!(stage.newest_job().await.status, JobStatus::Canceled);
    screen.press("q").await;
    assert_eq!(screen.ends().await, Some(0));
    stage.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posting_is_marked_noted_rated_and_hidden_and_that_is_taken_back() {
    let stage = Stage::quick().await;
    let numbers = stage.numbers().await;
    let mut screen = stage.open((80, 24));
    screen.shows("No postings yet").await;
    screen.paste(&numbers[0]).await;
    screen.press("2").await;
    // Outside the import only what looks like an address is taken for one.
    screen.shows("Nothing has been imported").await;
    screen.paste(&numbers[0]).await;
    screen.shows("Import 1 posting ").await;
    screen.press("\u{13}").await;
    screen.shows("● New").await;
    screen.press("1").await;
    screen.until("lists it", |text| text.contains("Postings ·") && text.contains("1–1 of 1")).await;
    let one = || async { stage.postings(PostingsQuery::default()).await.into_iter().next() };
    let id = one().await.expect("the posting").id;
    screen.press("a").await;
    screen.shows("Applied: ").await;
    screen.press("n").await;
    screen.shows("Note: ").await;
    screen.press("Ada knows somebody\rthere\u{13}").await;
    screen.shows("Noted: ").await;
    screen.press("++").await;
    screen.press("r").await;
    screen.shows("Reminder: ").await;
    screen.press("\r").await;
    screen.shows("The reminder is set").await;
    screen.press("\r").await;
    // Nothing stands before the facts when the messages are dismissed.
    screen.press("DDD").await;
    screen.shows("Reminders").await;
    let text = screen.shows("★★☆☆☆").await;
    assert!(text.contains("▸ Applied") && text.contains("Ada knows somebody") && text.contains("Reminders"), "{text}");
    let kept = one().await.expect("the posting");
    assert_eq!(
        (kept.status, kept.stars, kept.notes.as_deref()),
        (Some(ApplicationStatus::Applied), Some(2), Some("Ada knows somebody\nthere"))
    );
    assert!(kept.applied_at.is_some() && kept.next_reminder_at.is_some() && kept.seen_at.is_some(), "{kept:?}");
    screen.press("\u{1b}").await;
    screen.shows("1–1 of 1").await;
    screen.press("x").await;
    screen.shows("No postings yet").await;
    assert!(stage.client.posting(&id).await.expect("it").posting.hidden);
    screen.press("z").await;
    screen.shows("1–1 of 1").await;
    assert!(!stage.client.posting(&id).await.expect("it").posting.hidden);
    // Quitting at once waits for what was just changed.
    screen.press("+q").await;
    assert_eq!(screen.ends().await, Some(0));
    assert_eq!(one().await.expect("the posting").stars, Some(3));
    stage.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_is_told_with_its_reason_and_retry_goes_on() {
    let stage = Stage::new("postings/999@3", Pace { delay_ms: 0, jitter_pct: 0 }).await;
    let mut screen = stage.open((80, 24));
    screen.shows("No postings yet").await;
    search(&mut screen, "engineer").await;
    screen.shows("× Stopped early, ").await;
    screen.press("O").await;
    let text = screen.shows("Retry goes on from where it stopped.").await;
    assert!(text.contains("◒ Stopped early, ") && text.contains("999"), "{text}");
    let stopped = stage.newest_job().await;
    assert_eq!((stopped.status, stopped.stop_reason), (JobStatus::Failed, Some(sluice_api::StopReason::Blocked)));
    screen.press("r").await;
    screen.shows("Done: Search").await;
    screen.shows("1–16 of 100").await;
    assert_eq!(stage.newest_job().await.id, stopped.id);
    screen.press("q").await;
    assert_eq!(screen.ends().await, Some(0));
    stage.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mouse_a_new_size_and_no_colour_work_as_keys_do() {
    let stage = Stage::quick().await;
    let mut screen = stage.open_with(&[("NO_COLOR", "1")], (80, 24));
    screen.shows("No postings yet").await;
    assert!(!screen.is_coloured());
    // "3 Jobs" in the title line.
    screen.click(34, 0).await;
    screen.shows("No jobs here").await;
    screen.resize(120, 40);
    screen.until("draws the wide form", |text| text.lines().count() >= 39).await;
    screen.resize(30, 5);
    screen.shows("too small").await;
    screen.resize(80, 24);
    screen.shows("No jobs here").await;
    screen.press("?").await;
    screen.shows("Where a job is in front").await;
    screen.press("\u{1b}").await;
    screen.hides("Where a job is in front").await;
    screen.press(":").await;
    screen.press("quit\r").await;
    assert_eq!(screen.ends().await, Some(0));
    stage.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_it_runs_one_inside_and_gives_the_terminal_back_when_it_is_stopped() {
    // The second is what a terminal sends that is closed.
    for signal in ["-TERM", "-HUP"] {
        let folder = TempDir::new().expect("a folder");
        let data = folder.path().join("data");
        let environment = [("SLUICE_DATA_DIR", data.to_str().expect("a path"))];
        let mut screen = Screen::start(Path::new(PROGRAM), &["tui"], &environment, (80, 24));
        screen.shows("server inside").await;
        screen.shows("No postings yet").await;
        assert_eq!(screen.is_taken(), (true, true));
        assert!(screen.is_coloured());
        let stopped = tokio::process::Command::new("kill").args([signal, &screen.id().to_string()]).status().await;
        assert!(stopped.expect("kill").success());
        assert_eq!(screen.ends().await, Some(0), "{signal}");
        assert_eq!(screen.is_taken(), (false, false));
        assert!(data.join("sluice.log").exists(), "its log goes to a file");
    }
}

#[tokio::test]
async fn a_pipe_is_refused_with_what_works_instead() {
    let output = tokio::process::Command::new(PROGRAM).arg("tui").env_clear().output().await.expect("the program");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("needs a terminal") && said.contains("sluice jobs"), "{said}");
}

/// Not a test: what `a_panic_gives_the_terminal_back` runs in its pseudo-terminal.
#[tokio::test]
#[ignore = "it panics on purpose, in a terminal that another test looks at"]
async fn panics_in_a_terminal() {
    let _first = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new("http://127.0.0.1:9".parse().expect("a url"), OWNER_KEY.into()).expect("a client");
    let options = sluice_tui::Options { colour: true, zone: TimeZone::UTC, inside: false };
    sluice_tui::run(client, options, None, panic_once_it_is_drawn()).await.expect("a terminal");
}

async fn panic_once_it_is_drawn() {
    tokio::time::sleep(Duration::from_millis(300)).await;
    panic!("nobody expected this");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_gives_the_terminal_back_and_is_told_on_it() {
    let this = std::env::current_exe().expect("the tests");
    let words = ["--exact", "terminal_application::panics_in_a_terminal", "--ignored", "--nocapture"];
    let mut screen = Screen::start(&this, &words, &[], (80, 24));
    screen.until("takes the terminal", |text| text.contains("1 Postings")).await;
    assert_ne!(screen.ends().await, Some(0));
    assert_eq!(screen.is_taken(), (false, false));
    let text = screen.text();
    assert!(text.contains("nobody expected this") && !text.contains("1 Postings"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_and_the_screen_are_there_again_after_quitting() {
    let stage = Stage::quick().await;
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sluice/terminal.json");
    let state = [("XDG_STATE_HOME", folder.path().to_str().expect("a path"))];
    let mut screen = stage.open_with(&state, (80, 24));
    screen.shows("No postings yet").await;
    screen.paste("https://www.linkedin.com/in/ada-invented").await;
    screen.shows("× This is a person's profile.").await;
    screen.press("\u{3}").await;
    assert_eq!(screen.ends().await, Some(0));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("it was kept").permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(!std::fs::read_to_string(&file).expect("its text").contains(OWNER_KEY));

    let mut screen = stage.open_with(&state, (80, 24));
    screen.shows("× This is a person's profile.").await;
    // Killed by the system, it keeps what it had as well.
    screen.press("i\u{15}3912345678").await;
    screen.shows("Import 1 posting ").await;
    let stopped = tokio::process::Command::new("kill").args(["-TERM", &screen.id().to_string()]).status().await;
    assert!(stopped.expect("kill").success());
    screen.ends().await;
    assert!(std::fs::read_to_string(&file).expect("its text").contains("3912345678"));

    let mut screen = stage.open_as(&["tui", "--fresh"], &state, (80, 24));
    screen.shows("No postings yet").await;
    screen.press("\u{3}").await;
    assert_eq!(screen.ends().await, Some(0));
    std::fs::write(&file, "{").expect("it breaks");
    let mut screen = stage.open_with(&state, (80, 24));
    screen.shows("Nothing of the last time is taken up").await;
    screen.press("q").await;
    assert_eq!(screen.ends().await, Some(0));
    stage.server.stop().await;
}
