//! What is in the files.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value as Json;
use sluice::domain::Scope;
use sluice::domain::export::{ExportColumn, ExportFormat, ExportOf, ExportSource, SearchFilter};
use sluice::domain::file::{FilePurpose, FileState, StoredFile};
use sluice::domain::job::{Job, JobState, StopReason};
use sluice::jobs::engine::SliceEnd;
use sluice::jobs::export_results::start::{self, ExportOrder};
use sluice::store::prospects::{self, FieldsAsked, ProspectQuery, ProspectSort};
use sluice::store::{Database, files, timeline};

use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, job, read};
use crate::support::people::{add_page, search_of, some_people};
use crate::support::worker::settings;

pub const KEPT: Duration = Duration::from_secs(7 * 86_400);

pub fn order(home: Home, search: &Job, format: ExportFormat) -> ExportOrder {
    ExportOrder {
        workspace_id: home.workspace,
        user_id: home.user,
        source: ExportSource::Search { search_id: search.id, filter: SearchFilter::default(), sort: "found".into(), descending: false },
        format,
        columns: None,
        byte_order_mark: true,
    }
}

pub async fn start(database: &Database, order: ExportOrder) -> Job {
    let mut tx = begin(database).await;
    let job = start::start(&mut tx, order, KEPT, 5).await.expect("it can be exported");
    commit(tx).await;
    job
}

pub async fn export(database: &Database, order: ExportOrder) -> (Job, StoredFile, Vec<u8>) {
    let queued = start(database, order).await;
    let ended = super::takeover::engine(database, settings()).run_slice(queued.id).await.expect("a slice");
    assert_eq!(ended, Some(SliceEnd::Settled(JobState::Completed)));
    let (file, content) = content(database, &queued).await;
    (job(database, queued.id).await, file, content)
}

pub async fn content(database: &Database, job: &Job) -> (StoredFile, Vec<u8>) {
    let mut conn = read(database).await;
    let file = files::of_job(&mut conn, Scope::System, job.id, FilePurpose::Export).await.expect("read").expect("a file");
    let mut content = Vec::new();
    while let Some(chunk) = files::chunk_at(&mut conn, file.id, content.len() as i64).await.expect("a piece") {
        assert_eq!(chunk.starts_at, content.len() as i64, "pieces follow each other");
        content.extend(chunk.content);
    }
    (file, content)
}

fn csv_rows(content: &[u8]) -> Vec<Vec<String>> {
    let text = content.strip_prefix(b"\xef\xbb\xbf").expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn json_rows(content: &[u8]) -> Vec<Json> {
    let text = std::str::from_utf8(content).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

pub fn sheet_rows(content: Vec<u8>) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(content)).expect("a workbook");
    let sheet = workbook.worksheet_range("People").expect("a sheet");
    sheet.rows().map(<[Data]>::to_vec).collect()
}

each_database! {
    async fn immunity_16_every_format_has_every_row_once_and_in_order(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let people = some_people(1_234);
        let search = search_of(&database, home, &people).await;
        let names: Vec<String> = people.iter().filter_map(|person| person.name.clone()).collect();
        let header: Vec<&str> = ExportColumn::usual(ExportOf::Search).iter().map(|column| column.as_str()).collect();

        let (job, file, content) = export(&database, order(home, &search, ExportFormat::Csv)).await;
        assert_eq!((job.stop_reason, job.rows_kept, job.progress.current, job.progress.total), (Some(StopReason::Exhausted), 1_234, 1_234, 1_234));
        assert_eq!((file.state, file.rows, file.size), (FileState::Ready, 1_234, content.len() as i64));
        assert!(file.name.starts_with("ceo-tools-koln-") && file.name.ends_with(".csv"), "{}", file.name);
        let rows = csv_rows(&content);
        assert_eq!(rows[0], header);
        assert_eq!(rows[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>(), names);

        let (_, file, content) = export(&database, order(home, &search, ExportFormat::Jsonl)).await;
        assert_eq!((file.rows, file.media_type.as_str()), (1_234, "application/jsonl"));
        let rows = json_rows(&content);
        assert_eq!(rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>(), names);
        assert!(rows.iter().all(|row| row.as_object().expect("an object").keys().eq(header.iter())), "every row has every column");
        assert_eq!((&rows[0]["network_distance"], &rows[1]["premium"], &rows[0]["headline"]), (&Json::from(1), &Json::from(true), &Json::Null));

        let (job, file, content) = export(&database, order(home, &search, ExportFormat::Xlsx)).await;
        assert_eq!((file.rows, file.size, job.rows_kept), (1_234, content.len() as i64, 1_234));
        let rows = sheet_rows(content);
        assert_eq!(rows[0], header.iter().map(|name| Data::String((*name).into())).collect::<Vec<_>>());
        assert_eq!(rows[1..].iter().map(|row| row[0].to_string()).collect::<Vec<_>>(), names);
        let parts = files::of_job(&mut read(&database).await, Scope::System, job.id, FilePurpose::Parts).await.expect("read");
        assert_eq!(parts, None, "what was collected for the workbook is gone");
    }

    async fn a_workbook_has_numbers_dates_and_flags(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let search = search_of(&database, home, &some_people(3)).await;
        use ExportColumn::{Company, FetchedAt, Headline, NetworkDistance, Premium, ProfileUrl};
        let columns = Some(vec![NetworkDistance, FetchedAt, Premium, Company, ProfileUrl, Headline]);
        let (_, _, content) = export(&database, ExportOrder { columns, ..order(home, &search, ExportFormat::Xlsx) }).await;
        let rows = sheet_rows(content);
        assert!(matches!(&rows[1][..], [Data::Float(1.0), Data::DateTime(_), Data::Empty, Data::Empty, Data::Empty, Data::Empty]), "{:?}", rows[1]);
        assert!(matches!(&rows[2][2..4], [Data::Bool(true), Data::String(_)]), "{:?}", rows[2]);
        assert_eq!(rows[2][4], Data::String("https://www.linkedin.com/in/person-1".into()), "a link is text, since a sheet holds 65,530 links at most");
    }

    async fn immunity_36_nothing_in_an_export_runs_in_a_spreadsheet(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let mut people = some_people(8);
        let evil = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", " =1", "=cmd|' /C calc'!A0", "a=b"];
        people.extend(evil.iter().zip(100..).map(|(headline, number)| {
            let person = crate::support::toy::person(number);
            sluice_providers::PersonRecord { headline: Some((*headline).to_owned()), company: Some((*headline).to_owned()), ..person }
        }));
        let search = search_of(&database, home, &people).await;
        let is_harmless = |cell: &str| !cell.trim_start_matches([' ', '\u{a0}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);

        let (_, _, content) = export(&database, order(home, &search, ExportFormat::Csv)).await;
        let rows = csv_rows(&content);
        for cell in rows.iter().flatten() {
            assert!(is_harmless(cell), "{cell:?}");
        }
        // What was put in front is one apostrophe, and nothing else was changed.
        let headline = rows[0].iter().position(|name| name == "headline").expect("the column");
        let read: Vec<&str> = rows[9..].iter().map(|row| row[headline].as_str()).collect();
        let expected: Vec<String> = evil.iter().map(|cell| if *cell == "a=b" { (*cell).to_owned() } else { format!("'{cell}") }).collect();
        assert_eq!(read, expected);

        let (_, _, content) = export(&database, order(home, &search, ExportFormat::Xlsx)).await;
        for cell in sheet_rows(content).iter().flatten() {
            assert!(!matches!(cell, Data::String(text) if !is_harmless(text)), "{cell:?}");
        }
    }

    async fn the_rows_are_those_of_the_list_in_its_order(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let search = search_of(&database, home, &some_people(1_100)).await;
        for (sort, descending, words) in [
            (ProspectSort::Found, false, None), (ProspectSort::Found, true, None), (ProspectSort::Name, false, Some("lagos")),
            (ProspectSort::Company, true, None), (ProspectSort::Title, false, None), (ProspectSort::Location, true, Some("invented")),
        ] {
            let words = words.map(str::to_owned);
            let query = ProspectQuery { scope: home.scope(), job_id: search.id, words: words.clone(), fields: FieldsAsked::default(), sort, descending };
            let (listed, total) = prospects::page_by_number(&mut read(&database).await, &query, 10_000, 0).await.expect("the list");
            let source = ExportSource::Search { search_id: search.id, filter: SearchFilter { words, ..SearchFilter::default() }, sort: sort.as_str().into(), descending };
            let columns = Some(vec![ExportColumn::Id]);
            let (job, _, content) = export(&database, ExportOrder { source, columns, ..order(home, &search, ExportFormat::Jsonl) }).await;
            let exported: Vec<String> = json_rows(&content).iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect();
            assert_eq!(exported, listed.iter().map(|prospect| prospect.id.to_string()).collect::<Vec<_>>(), "{sort:?} {descending}");
            assert_eq!((job.progress.current, job.progress.total), (total, total));
        }
    }

    async fn whoever_is_found_meanwhile_is_left_out(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let people = some_people(1_400);
        let search = search_of(&database, home, &people[..1_100]).await;
        for (sort, batch) in [("found", 12), ("name", 13)] {
            let source = ExportSource::Search { search_id: search.id, filter: SearchFilter::default(), sort: sort.into(), descending: false };
            let before = people[..1_100].len() + (batch - 12) * 100;
            let queued = start(&database, ExportOrder { source, ..order(home, &search, ExportFormat::Jsonl) }).await;
            let held = super::takeover::Held::at_step(&database, 2);
            let engine = held.engine(settings());
            let running = tokio::spawn(async move { engine.run_slice(queued.id).await });
            held.is_held().await;
            let late = 1_100 + (batch - 12) * 100;
            add_page(&database, &search, batch as i64, &people[late..late + 100]).await;
            held.let_go();
            assert_eq!(running.await.expect("no panic").expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
            let (_, content) = content(&database, &queued).await;
            let names: BTreeSet<String> = json_rows(&content).iter().map(|row| row["name"].to_string()).collect();
            assert_eq!((names.len(), json_rows(&content).len()), (before, before), "{sort}");
            let told = timeline::list(&mut read(&database).await, queued.id, 100).await.expect("the story");
            assert!(told.iter().any(|line| line.message.contains("is left out")), "{told:?}");
        }
    }

    async fn an_export_of_nobody_is_a_file_with_a_header(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let search = search_of(&database, home, &[]).await;
        for (format, rows) in [(ExportFormat::Csv, 1), (ExportFormat::Jsonl, 0), (ExportFormat::Xlsx, 1)] {
            let (job, file, content) = export(&database, order(home, &search, format)).await;
            assert_eq!((job.progress.current, job.progress.total, file.rows, file.state), (0, 0, 0, FileState::Ready));
            let found = match format {
                ExportFormat::Csv => csv_rows(&content).len(),
                ExportFormat::Jsonl => json_rows(&content).len(),
                ExportFormat::Xlsx => sheet_rows(content).len(),
            };
            assert_eq!(found, rows, "{format:?}");
        }
    }
}
