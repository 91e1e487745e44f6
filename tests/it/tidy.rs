//! The rules of the house that the compiler cannot keep, read off the sources.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::source::{Piece, Source, code, pieces, root, rust_sources, sources, words};

mod source;

const LONGEST_FILE: usize = 600;

/// Faults that real systems of this kind have shipped. Each is tried by at least one test called `immunity_NN_…`.
const FAULTS: &[(u32, &str)] = &[
    (1, "two writers of one status"),
    (2, "jobs that lived in memory"),
    (3, "jobs queued or processing for ever"),
    (4, "two runners of one job"),
    (5, "errors that looked like success"),
    (6, "a finished job processed again"),
    (7, "the cursor read from the wrong place"),
    (8, "endless paging"),
    (9, "the target dropped on the way"),
    (10, "totals of one page, filters after paging"),
    (11, "counters that drift"),
    (12, "pages of postings stepped over"),
    (14, "ids that collide"),
    (15, "one bad row that fails its batch"),
    (16, "everyone inserted again by a re-run"),
    (17, "loosely typed answers"),
    (18, "a poorer answer that overwrites a richer one"),
    (19, "a stale address that leads to somebody or something else"),
    (20, "one person under three ids"),
    (21, "a fallback that hides a lost question"),
    (23, "rows of other tenants"),
    (24, "keys in logs and errors"),
    (25, "an isolation rule that another one cancels"),
    (26, "limits that are forgotten or raced"),
    (27, "a limit on work that costs none"),
    (28, "a long wait that holds a worker"),
    (36, "cells that a spreadsheet runs"),
    (37, "a browser that sees the first page alone"),
];

/// Fails with one line for each breach, so that all of them are seen at once.
fn expect_none(rule: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{rule}\n  {}\n", breaches.join("\n  "));
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let written_by_hand = |source: &Source| {
        let shell = source.text.starts_with("#!");
        shell || [".rs", ".js", ".mjs", ".ts", ".css", ".html", ".sh", ".py", ".sql"].iter().any(|ending| source.path.ends_with(ending))
    };
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| written_by_hand(source)) {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            breaches.push(format!("{}: {lines} lines", source.path));
        }
    }
    expect_none("A file has one purpose and at most 600 lines; make a folder of it:", breaches);
}

#[test]
fn every_rust_file_says_first_what_it_is_for() {
    let mut breaches = Vec::new();
    for source in rust_sources() {
        if !source.text.trim_start().starts_with("//! ") && source.text.lines().count() > 1 {
            breaches.push(source.path);
        }
    }
    expect_none("A Rust file starts with its module line (//! …):", breaches);
}

#[test]
fn modules_are_named_after_what_they_are_responsible_for() {
    let vague = ["util", "utils", "common", "misc", "helper", "helpers", "manager", "managers"];
    let mut breaches = Vec::new();
    for source in rust_sources() {
        for part in source.path.trim_end_matches(".rs").split('/') {
            if vague.iter().any(|name| part == *name || part.ends_with(&format!("_{name}")) || part.starts_with("new_")) {
                breaches.push(source.path.clone());
            }
        }
    }
    expect_none("Name the responsibility instead:", breaches);
}

#[test]
fn nothing_is_left_for_later_in_a_comment() {
    // Spelled in two halves, so that this file passes its own check.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| source.name() != "package-lock.json") {
        for (number, line) in source.text.lines().enumerate() {
            if words(line).any(|word| marks.contains(&word)) {
                breaches.push(format!("{}:{}", source.path, number + 1));
            }
        }
    }
    expect_none("Do it, or write an issue:", breaches);
}

#[test]
fn sql_is_written_in_the_store_alone() {
    let verbs =
        ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH ", "CREATE ", "ALTER ", "DROP ", "PRAGMA ", "BEGIN ", "LISTEN "];
    let mut breaches = Vec::new();
    for source in product_sources().into_iter().filter(|source| !source.is_under("src/store")) {
        for piece in pieces(&source.text) {
            if let Piece::Text(line, text) = piece
                && verbs.iter().any(|verb| text.trim_start().starts_with(verb))
            {
                breaches.push(format!("{}:{line}", source.path));
            }
        }
        if words(&code(&source.text)).any(|word| word == "sqlx") {
            breaches.push(format!("{}: names sqlx", source.path));
        }
    }
    expect_none("SQL belongs in src/store, one aggregate a file:", breaches);
}

#[test]
fn only_the_database_module_knows_which_database_is_open() {
    let arms = ["Engine::Sqlite", "Engine::Postgres", "Link::Sqlite", "Link::Postgres", "Cells::Sqlite", "Cells::Postgres"];
    let mut breaches = Vec::new();
    for source in product_sources() {
        if source.path == "src/store/database.rs" || source.is_under("src/store/database") {
            continue;
        }
        let code = code(&source.text);
        for arm in arms.iter().filter(|arm| code.contains(*arm)) {
            breaches.push(format!("{}: {arm}", source.path));
        }
    }
    expect_none("What differs between the databases is a fragment in src/store/database:", breaches);
}

#[test]
fn the_engine_knows_no_kind() {
    let all = product_sources();
    let kinds: Vec<&Source> = all
        .iter()
        .filter(|source| source.is_under("src/jobs") && !in_engine(source) && words(&code(&source.text)).any(|word| word == "KIND"))
        .collect();
    let mut breaches = Vec::new();
    for source in all.iter().filter(|source| in_engine(source)) {
        let code = code(&source.text);
        for kind in &kinds {
            let named_in_text = pieces(&source.text).iter().any(|piece| matches!(piece, Piece::Text(_, text) if text == kind.stem()));
            if named_in_text || words(&code).any(|word| word == kind.stem()) {
                breaches.push(format!("{}: names the kind {}", source.path, kind.stem()));
            }
        }
        for foreign in
            ["crate::http", "crate::jobs::kinds", "crate::scoring", "crate::model", "sluice_providers", "sluice_sandbox", "sluice_api"]
        {
            if code.contains(foreign) {
                breaches.push(format!("{}: uses {foreign}", source.path));
            }
        }
    }
    expect_none("A kind is a step function; the engine is told about it:", breaches);
}

#[test]
fn immunity_01_only_the_engine_writes_job_status() {
    let mut breaches = Vec::new();
    for source in product_sources() {
        let in_jobs_table = source.path == "src/store/jobs.rs" || source.is_under("src/store/jobs");
        let writes = |text: &str| text.contains("UPDATE jobs ") || text.contains("INSERT INTO jobs ") || text.contains("DELETE FROM jobs ");
        for piece in pieces(&source.text) {
            if let Piece::Text(line, text) = piece
                && writes(&text)
                && !in_jobs_table
            {
                breaches.push(format!("{}:{line}: writes the jobs table", source.path));
            }
        }
        // The statements themselves are called by the engine, and by the one place that grants what people wish.
        let may_call = source.is_under("src/store") || in_engine(&source) || source.path == "src/jobs/control.rs";
        for writer in ["jobs::leases", "jobs::control::{self", "jobs::{self, control}"] {
            if !may_call && code(&source.text).contains(&format!("store::{writer}")) {
                breaches.push(format!("{}: calls store::{writer}", source.path));
            }
        }
    }
    expect_none("A request asks, and the engine's own transitions write a job's status:", breaches);
}

fn in_engine(source: &Source) -> bool {
    source.path == "src/jobs/engine.rs" || source.is_under("src/jobs/engine")
}

/// What is built into the program: not its tests.
fn product_sources() -> Vec<Source> {
    let in_product = |source: &Source| source.is_under("src") || (source.is_under("crates") && source.path.contains("/src/"));
    rust_sources().into_iter().filter(in_product).collect()
}

#[test]
fn the_crates_depend_on_what_the_architecture_allows() {
    let forbidden: &[(&str, &[&str])] = &[
        ("addresses", &["sluice", "sluice-api", "sluice-providers", "sluice-sandbox", "sluice-tui", "reqwest", "sqlx", "axum"]),
        ("api", &["sluice", "sluice-providers", "sluice-sandbox", "sluice-tui", "sqlx", "axum"]),
        ("providers", &["sluice", "sluice-api", "sluice-sandbox", "sluice-tui", "sqlx", "axum"]),
        ("sandbox", &["sluice", "sluice-api", "sluice-providers", "sluice-tui", "sqlx"]),
        ("tui", &["sluice", "sluice-providers", "sluice-sandbox", "sqlx", "axum", "reqwest"]),
    ];
    let mut breaches = Vec::new();
    for (name, banned) in forbidden {
        let path = root().join("crates").join(name).join("Cargo.toml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let manifest: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for dependency in manifest.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys) {
            if banned.contains(&dependency.as_str()) {
                breaches.push(format!("crates/{name} depends on {dependency}"));
            }
        }
    }
    expect_none("These boundaries are crates so that they hold; another dependency needs an ADR:", breaches);
}

#[test]
fn every_migration_exists_for_both_databases() {
    let of = |database: &str| -> BTreeSet<String> {
        let folder = format!("migrations/{database}");
        sources().iter().filter(|source| source.is_under(&folder)).map(|source| source.name().to_owned()).collect()
    };
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    let breaches = sqlite.symmetric_difference(&postgres).map(|name| format!("{name} is on one side only")).collect();
    expect_none("The same number and name in migrations/sqlite and migrations/postgres:", breaches);

    let mut numbers = BTreeSet::new();
    for name in &sqlite {
        let (number, rest) = name.split_once('_').unwrap_or_else(|| panic!("{name}: a migration is called NNNN_name.sql"));
        assert!(number.len() == 4 && number.chars().all(|c| c.is_ascii_digit()) && rest.ends_with(".sql"), "{name}: NNNN_name.sql");
        assert!(numbers.insert(number.to_owned()), "{name}: the number is taken");
    }
}

#[test]
fn every_snapshot_belongs_to_a_test() {
    let all = sources();
    let by_path: BTreeMap<&str, &Source> = all.iter().map(|source| (source.path.as_str(), source)).collect();
    let mut breaches = Vec::new();
    for snapshot in all.iter().filter(|source| source.path.contains("/snapshots/") || source.path.ends_with(".snap.new")) {
        if snapshot.path.ends_with(".snap.new") {
            breaches.push(format!("{}: accept or delete it", snapshot.path));
        } else if !is_mentioned(snapshot, &by_path) {
            breaches.push(format!("{}: its source does not mention it", snapshot.path));
        }
    }
    expect_none("A snapshot without a test proves nothing:", breaches);
}

/// `module__name-2.snap` says in its head which file made it; that file holds the test or the name.
fn is_mentioned(snapshot: &Source, by_path: &BTreeMap<&str, &Source>) -> bool {
    let made_by = snapshot.text.lines().find_map(|line| line.strip_prefix("source: ")).unwrap_or_default().trim_matches('"');
    let Some(source) = by_path.get(made_by) else { return false };
    let name = snapshot.name().trim_end_matches(".snap");
    let name = name.rsplit("__").next().unwrap_or(name);
    let unnumbered = match name.rsplit_once('-') {
        Some((before, number)) if number.chars().all(|c| c.is_ascii_digit()) => before,
        _ => name,
    };
    let named_in_text = |name: &str| pieces(&source.text).iter().any(|piece| matches!(piece, Piece::Text(_, text) if text == name));
    let is_function = words(&code(&source.text)).any(|word| word.strip_prefix("test_").unwrap_or(word) == unnumbered);
    is_function || named_in_text(name) || named_in_text(unnumbered)
}

#[test]
fn every_known_fault_has_its_test() {
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for source in rust_sources() {
        for word in words(&code(&source.text)) {
            let Some((number, fault)) = word.strip_prefix("immunity_").and_then(|rest| rest.split_once('_')) else { continue };
            let number = number.parse().unwrap_or_else(|_| panic!("{}: {word}: a test is called immunity_NN_fault", source.path));
            found.entry(number).or_default().push(fault.to_owned());
        }
    }
    let mut breaches = Vec::new();
    for (number, fault) in FAULTS {
        if !found.contains_key(number) {
            breaches.push(format!("immunity_{number:02}_…: nothing tries \"{fault}\""));
        }
    }
    for (number, tests) in &mut found {
        tests.sort_unstable();
        for pair in tests.windows(2).filter(|pair| pair[0] == pair[1]) {
            breaches.push(format!("immunity_{number:02}_{}: two tests have this name", pair[0]));
        }
    }
    expect_none("What has gone wrong elsewhere is tried here by name:", breaches);
}

#[test]
fn every_mutant_finds_its_guard() {
    let all = sources();
    let mut breaches = Vec::new();
    for mutant in all.iter().filter(|source| source.is_under("scripts/mutants.d")) {
        for change in mutant.text.split("--- in ").skip(1) {
            let (file, rest) = change.split_once('\n').expect("a change of lines");
            let (find, _) = rest.split_once("\n--- becomes").expect("a change of two parts");
            let found = all.iter().find(|source| source.path == file.trim()).map_or(0, |source| source.text.matches(find).count());
            if found != 1 {
                breaches.push(format!(
                    "{}: found {found} times in {file}: {}",
                    mutant.path,
                    find.trim().lines().next().unwrap_or_default()
                ));
            }
        }
    }
    expect_none("Whoever rewrites a guard moves its mutant along:", breaches);
}

#[test]
fn every_decision_is_listed_in_the_architecture() {
    let Ok(architecture) = std::fs::read_to_string(root().join("ARCHITECTURE.md")) else { return };
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| source.is_under("docs/adr")) {
        if !architecture.contains(source.name()) {
            breaches.push(source.path.clone());
        }
    }
    expect_none("ARCHITECTURE.md links every decision:", breaches);
}
