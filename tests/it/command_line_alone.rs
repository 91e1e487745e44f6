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
