//! The program with nothing but a data directory: it serves, attaches to the server that is there, or runs one inside.

use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

fn sluice(folder: &TempDir, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_clear().env("SLUICE_DATA_DIR", folder.path().join("data")).env("SLUICE_BIND", "127.0.0.1:0").args(words);
    command.kill_on_drop(true);
    command
}

async fn run(folder: &TempDir, words: &[&str]) -> Output {
    sluice(folder, words).output().await.expect("the program starts")
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// A server of the folder, once it answers, and what it printed.
async fn serve(folder: &TempDir) -> (Child, String) {
    let mut server = sluice(folder, &["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let first = lines.next_line().await.expect("readable").expect("a line");
    (server, first)
}

async fn stop(mut server: Child) -> Option<i32> {
    let pid = server.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill").success());
    server.wait().await.expect("it ends").code()
}

#[tokio::test]
async fn without_a_server_a_command_runs_one_inside_and_leaves_it_whole() {
    let folder = TempDir::new().expect("a folder");
    let keys = told(&run(&folder, &["keys", "list", "--json"]).await);
    assert_eq!(keys.as_array().map(Vec::len), Some(1), "the first start made the owner's key: {keys}");
    assert!(folder.path().join("data/sluice.log").exists(), "its log goes to a file");
    let created = told(&run(&folder, &["keys", "create", "nightly", "--role", "viewer", "--json"]).await);
    assert_eq!(created["role"], "viewer");
    let keys = told(&run(&folder, &["keys", "list", "--json"]).await);
    assert_eq!(keys.as_array().map(Vec::len), Some(2), "what one command stored, the next one finds");
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_attaches_to_the_server_of_the_data_directory() {
    let folder = TempDir::new().expect("a folder");
    let (server, greeting) = serve(&folder).await;
    let url = greeting.split_whitespace().find_map(|word| word.strip_suffix(',').filter(|word| word.starts_with("http"))).expect("a url");
    let accounts = run(&folder, &["accounts", "list", "--json"]).await;
    assert_eq!(told(&accounts), Value::Array(Vec::new()));
    assert!(!folder.path().join("data/sluice.log").exists(), "no second server was started");

    let second = run(&folder, &["serve"]).await;
    let refusal = String::from_utf8(second.stderr).expect("text");
    assert_eq!(second.status.code(), Some(1));
    assert!(refusal.contains(url) && refusal.lines().count() <= 3, "{refusal}");

    let doctor = told(&run(&folder, &["doctor", "--json"]).await);
    let server_says = doctor.as_array().expect("findings").iter().find(|finding| finding["check"] == "server").expect("a server").clone();
    assert!(server_says["verdict"] == "good" && server_says["says"].as_str().expect("text").contains(url), "{server_says}");
    assert_eq!(stop(server).await, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_was_stopped_starts_again_with_the_same_keys() {
    let folder = TempDir::new().expect("a folder");
    let (server, _) = serve(&folder).await;
    assert_eq!(stop(server).await, Some(0));
    let migrated = told(&run(&folder, &["migrate", "--json"]).await);
    assert_eq!(migrated, serde_json::json!({"migrations_run": 0, "up_to_date": true}));
    let (server, greeting) = serve(&folder).await;
    assert!(greeting.starts_with("Sluice at http://127.0.0.1:"), "{greeting}");
    assert_eq!(told(&run(&folder, &["keys", "list", "--json"]).await).as_array().map(Vec::len), Some(1));
    assert_eq!(stop(server).await, Some(0));
}

#[tokio::test]
async fn workers_alone_refuse_a_file_that_one_process_owns() {
    let folder = TempDir::new().expect("a folder");
    let output = run(&folder, &["work"]).await;
    let refusal = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1));
    assert!(refusal.contains("Postgres") && refusal.contains("sluice serve"), "{refusal}");
}

/// A provider with the faults, and an account of it that does not pace itself.
async fn provider(folder: &TempDir, faults: &str) -> sluice_sandbox::Sandbox {
    let faults = faults.parse().expect("faults");
    let options = sluice_sandbox::Options { people: 20_000, faults, ..sluice_sandbox::Options::default() };
    let sandbox = sluice_sandbox::start(options).await.expect("a sandbox");
    let words = ["accounts", "add", "unipile", "--name", "Nav", "--external-id", "acc_sales_navigator", "--delay-ms", "0", "--base-url"];
    let added = sluice(folder, &words).arg(sandbox.base_url()).env("SLUICE_PROVIDER_KEY", "any").output().await.expect("it starts");
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    sandbox
}

#[tokio::test]
async fn a_search_inside_one_command_is_found_by_the_next() {
    let folder = TempDir::new().expect("a folder");
    let sandbox = provider(&folder, "500@2").await;
    let search = run(&folder, &["search", "people", "--title", "manager", "--count", "250", "--account", "nav", "--watch"]).await;
    let said = String::from_utf8(search.stdout.clone()).expect("text");
    assert_eq!(search.status.code(), Some(0), "{search:?}");
    assert!(said.contains("page 3/3: 50 new") && said.contains("● Done: 250 prospects"), "{said}");
    assert!(said.contains("500"), "the fault is told: {said}");

    let jobs = told(&run(&folder, &["jobs", "list", "--status", "completed", "--json"]).await);
    assert_eq!((&jobs[0]["progress"]["current"], &jobs[0]["progress"]["retries"]), (&250.into(), &1.into()));
    let id = jobs[0]["id"].as_str().expect("an id");
    let csv = String::from_utf8(run(&folder, &["results", id, "--format", "csv"]).await.stdout).expect("text");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let addresses: std::collections::BTreeSet<String> = reader.records().map(|row| row.expect("a row")[12].to_owned()).collect();
    assert_eq!(addresses.len(), 250, "everybody once");
    let shown = String::from_utf8(run(&folder, &["jobs", "show", id]).await.stdout).expect("text");
    assert!(shown.contains("stored    250 of 250 (100%)") && shown.contains("page 1 stored"), "{shown}");
    assert_eq!(run(&folder, &["jobs", "pause", id]).await.status.code(), Some(1), "what is done cannot be paused");
    sandbox.stop().await;
}

#[tokio::test]
async fn immunity_05_a_search_that_is_cut_short_keeps_its_rows_and_exits_with_three() {
    let folder = TempDir::new().expect("a folder");
    let sandbox = provider(&folder, "401@2").await;
    let search = run(&folder, &["search", "people", "--title", "manager", "--count", "250", "--watch"]).await;
    let said = String::from_utf8(search.stdout.clone()).expect("text");
    assert_eq!(search.status.code(), Some(3), "{search:?}");
    assert!(said.contains("◒ Stopped early, 100 prospects kept.") && said.contains("sluice jobs retry "), "{said}");
    sandbox.stop().await;
}

#[tokio::test]
async fn the_demo_survives_its_faults_and_goes_on_with_what_is_there() {
    let folder = TempDir::new().expect("a folder");
    for (round, begins) in [(1, "Results"), (2, "The search of an earlier run has ended")] {
        let demo = run(&folder, &["demo", "--once", "--count", "300", "--json"]).await;
        assert_eq!(demo.status.code(), Some(0), "round {round} ({begins}): {demo:?}");
        let job = told(&demo);
        assert_eq!((&job["progress"]["current"], &job["stop_reason"]), (&300.into(), &"target_reached".into()));
    }
}
