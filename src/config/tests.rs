//! Settings from their four sources, and what is said when they are wrong.

use clap::Parser;
use tempfile::TempDir;

use super::*;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

fn flags(words: &[&str]) -> Settings {
    let line = std::iter::once("sluice").chain(words.iter().copied());
    Flags::try_parse_from(line).expect("the flags parse").settings
}

fn in_folder(folder: &TempDir) -> Settings {
    Settings { data_dir: Some(folder.path().to_owned()), ..Settings::default() }
}

#[test]
fn without_any_setting_the_defaults_hold() {
    let folder = TempDir::new().expect("a folder");
    let config = Config::load(&in_folder(&folder)).expect("the defaults are valid");
    assert_eq!(config.http.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database.url.expose_secret(), format!("sqlite://{}/sluice.db", folder.path().display()));
    assert!(config.database.is_sqlite() && config.is_local() && config.allows_private_providers());
    assert_eq!((config.http.body_limit, config.http.request_timeout), (1_048_576, Duration::from_secs(30)));
    assert_eq!(config.files.kept, Duration::from_secs(7 * 86_400));
    let engine = config.engine;
    assert_eq!((engine.lease.as_secs(), engine.heartbeat.as_secs(), engine.grace.as_secs(), engine.poll.as_secs()), (30, 10, 10, 1));
    assert_eq!((engine.max_attempts, engine.slots, config.database.postgres_connections), (5, 8, 10));
}

#[test]
fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
    let folder = TempDir::new().expect("a folder");
    let file =
        "bind = \"127.0.0.1:9001\"\nslots = 3\nallowed_origins = [\"https://app.example.com/\"]\nowner_key = \"sixteen characters\"\n";
    std::fs::write(folder.path().join("sluice.toml"), file).expect("the file is written");
    let data_dir = folder.path().display().to_string();
    let config = Config::load(&flags(&["--data-dir", &data_dir, "--bind", "localhost:9002"])).expect("valid settings");
    assert_eq!(config.http.bind.to_string(), "127.0.0.1:9002");
    assert_eq!((config.engine.slots, config.engine.max_attempts), (3, 5));
    assert_eq!(config.http.allowed_origins, ["https://app.example.com"]);
    assert_eq!(config.identity.owner_key.map(|key| key.expose_secret().to_owned()).as_deref(), Some("sixteen characters"));
}

#[test]
fn everything_wrong_is_named_at_once_with_its_remedy() {
    let folder = TempDir::new().expect("a folder");
    let settings = Settings {
        database_url: Some("postgres://db/sluice".into()),
        owner_key: Some("short".into()),
        bind: Some("8080".into()),
        heartbeat_ms: Some(20_000),
        allowed_origins: vec!["https://app.example.com/page".into()],
        llm_base_url: Some("localhost".into()),
        ..in_folder(&folder)
    };
    let error = Config::load(&settings).expect_err("nothing of this is valid");
    for variable in
        ["SLUICE_OWNER_KEY", "SLUICE_SECRET_KEY", "SLUICE_BIND", "SLUICE_HEARTBEAT_MS", "SLUICE_ALLOWED_ORIGINS", "SLUICE_LLM_BASE_URL"]
    {
        assert!(error.problems.iter().any(|problem| problem.starts_with(variable)), "{variable} is missing in:\n{error}");
    }
}

#[test]
fn immunity_24_secrets_show_neither_in_debug_nor_in_errors() {
    let folder = TempDir::new().expect("a folder");
    let settings = Settings {
        secret_key: Some("a-secret-of-32-characters-or-more".into()),
        owner_key: Some("the-owners-own-key".into()),
        database_url: Some("postgres://sluice:hunter22@db/sluice".into()),
        ..in_folder(&folder)
    };
    let told = format!("{settings:?} {:?}", Config::load(&settings).expect("valid settings"));
    for secret in ["a-secret-of-32", "the-owners-own-key", "hunter22"] {
        assert!(!told.contains(secret), "{told}");
    }
    std::fs::write(folder.path().join("sluice.toml"), "owner_key = [\"the-owners-own-key\"]\n").expect("the file is written");
    let error = Config::load(&in_folder(&folder)).expect_err("a list is no key").to_string();
    assert!(error.contains("sluice.toml line 1") && !error.contains("the-owners-own-key"), "{error}");
}

#[test]
fn an_unknown_name_in_the_file_is_refused() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("sluice.toml"), "\nbnid = \"x\"\n").expect("the file is written");
    let error = Config::load(&in_folder(&folder)).expect_err("an unknown name").to_string();
    assert!(error.contains("line 2") && error.contains("bnid"), "{error}");
}
