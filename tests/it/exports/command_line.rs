//! `sluice export` against a real server: the file is there whole, or not at all.

use std::process::Output;

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{OWNER_KEY, TestApp, each_database};

async fn sluice(app: &TestApp, folder: &TempDir, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command
        .env_clear()
        .env("SLUICE_URL", app.url(""))
        .env("SLUICE_API_KEY", OWNER_KEY)
        .current_dir(folder.path())
        .arg("export")
        .args(words);
    command.output().await.expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

each_database! {
    async fn an_export_is_waited_for_and_fetched(app: TestApp) {
        let folder = TempDir::new().expect("a folder");
        let body = json!({"csv": "name,company\nAda Invented,=1+1\nBo Invented,Umbrella\n", "review_name": "Köln"});
        let import = app.post(OWNER_KEY, "/api/v1/imports", body).await.ok();
        app.ended(OWNER_KEY, import["id"].as_str().expect("an id")).await;
        let review = import["review_id"].as_str().expect("an id");

        let done = sluice(&app, &folder, &["--review", review, "--columns", "name,company", "-o", "people.csv"]).await;
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert!(text(&done.stdout).ends_with("2 people in people.csv (59 bytes)\n"), "{}", text(&done.stdout));
        let written = std::fs::read_to_string(folder.path().join("people.csv")).expect("the file");
        assert_eq!(written, "\u{feff}name,company\r\nAda Invented,'=1+1\r\nBo Invented,Umbrella\r\n");

        // The same export is fetched again by its id, under the name that the server gave it.
        let export = app.get(OWNER_KEY, "/api/v1/exports").await.ok()["data"][0].clone();
        let again = sluice(&app, &folder, &[export["id"].as_str().expect("an id"), "--json"]).await;
        let told: Json = serde_json::from_slice(&again.stdout).expect("JSON");
        assert_eq!((&told["id"], &told["path"], &told["file"]["state"]), (&export["id"], &export["file"]["name"], &json!("ready")));
        assert_eq!(std::fs::read_to_string(folder.path().join(told["path"].as_str().expect("a name"))).expect("the file"), written);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/exports").await.ok()["pagination"]["total"], 1, "nothing was exported anew");

        let piped = sluice(&app, &folder, &["--review", review, "--format", "jsonl", "--columns", "name", "--find", "ada", "-o", "-"]).await;
        assert_eq!(text(&piped.stdout), "{\"name\":\"Ada Invented\"}\n");
        let refused = sluice(&app, &folder, &["--review", review, "--columns", "salary"]).await;
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        let nowhere = sluice(&app, &folder, &["--review", review, "-o", "no/such/folder/people.csv"]).await;
        assert!(nowhere.status.code() == Some(2) && text(&nowhere.stderr).contains("There is no folder no/such/folder"), "{nowhere:?}");
        let mut left: Vec<String> = std::fs::read_dir(folder.path()).expect("read").map(|file| file.expect("a file").file_name().into_string().expect("a name")).collect();
        left.sort();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}
