//! `files`: importing people from CSV files and exporting them in each format, from the order to the completed job.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sluice::domain::export::{ExportFormat, ExportSource};
use sluice::domain::import::ImportArgs;
use sluice::domain::review::ItemFilter;
use sluice::domain::{ReviewId, Scope};
use sluice::jobs::export_results::start::{self as export, ExportOrder};
use sluice::jobs::import_people::start::{self as import, ImportOrder, Target};
use sluice::jobs::import_people::{Upload, preview};
use sluice::store::jobs::MAX_ATTEMPTS;

use crate::bench::Bench;
use crate::machine;
use crate::report::Row;
use crate::stage::{Kind, Stage, Worker};

/// As in the product.
const KEPT: Duration = Duration::from_secs(7 * 86_400);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let (small, large) = if bench.brief { (250, 1_000) } else { (2_500, 50_000) };
    for kind in bench.kinds() {
        let stage = Stage::new(bench, kind).await?;
        let worker = Worker::start(&stage.database, stage.engine());
        let mut times = Vec::new();
        let mut review = None;
        for run in 0..bench.runs(5, 2) {
            let begin = run as i64 * small;
            let (took, made) = bring_in(&stage, None, begin, begin + small).await?;
            times.push(took);
            review = Some(made);
        }
        rows.push(Row::times(said("import", small, kind), times));
        let review = review.context("a review")?;
        for format in ExportFormat::ALL {
            let mut times = Vec::new();
            for _ in 0..bench.runs(5, 2) {
                times.push(take_out(&stage, review, *format, small).await?);
            }
            rows.push(Row::times(said(&format!("export as {}", format.as_str()), small, kind), times));
        }
        // Two files make the review of twice as many.
        let first = 1_000_000;
        machine::forget_peak()?;
        let before = machine::resident_bytes(std::process::id())?;
        let (took, review) = bring_in(&stage, None, first, first + large).await?;
        let (again, _) = bring_in(&stage, Some(review), first + large, first + 2 * large).await?;
        rows.push(Row::times(said("import", large, kind), vec![took, again]).note(peak(before)?));
        for format in ExportFormat::ALL {
            machine::forget_peak()?;
            let before = machine::resident_bytes(std::process::id())?;
            let took = take_out(&stage, review, *format, 2 * large).await?;
            rows.push(Row::times(said(&format!("export as {}", format.as_str()), 2 * large, kind), vec![took]).note(peak(before)?));
        }
        worker.stop().await?;
        stage.database.close().await;
    }
    Ok(rows)
}

fn said(what: &str, people: i64, kind: Kind) -> String {
    format!("{what} of {} people on {}", sluice_api::wording::numbers::thousands(people.unsigned_abs()), kind.name())
}

/// What the program took beyond what it had before.
fn peak(before: u64) -> Result<String> {
    let peak = machine::peak_bytes(std::process::id())?;
    Ok(format!("peak {:.0} MB resident, {:.0} MB more than before", peak as f64 / 1e6, peak.saturating_sub(before) as f64 / 1e6))
}

async fn bring_in(stage: &Stage, review: Option<ReviewId>, from: i64, to: i64) -> Result<(Duration, ReviewId)> {
    let content = people(from, to);
    let started = Instant::now();
    let mut upload = Upload::begin(&stage.database, stage.workspace, stage.user, "people.csv", KEPT).await?;
    for piece in content.as_bytes().chunks(64 * 1024) {
        upload.take(piece).await?;
    }
    let file_id = upload.finish().await?;
    let look = preview(&stage.database, Scope::Workspace(stage.workspace), file_id, 0).await?;
    let target = review.map_or_else(|| Target::NewReview { name: "people".into() }, Target::Review);
    let order = ImportOrder { workspace_id: stage.workspace, user_id: stage.user, file_id, mapping: None, target };
    let mut tx = stage.database.begin().await?;
    let job = import::start(&mut tx, &order, &look, KEPT, MAX_ATTEMPTS).await?;
    tx.commit().await?;
    stage.completed(job.id, to - from).await?;
    let args: ImportArgs = serde_json::from_value(job.args)?;
    Ok((started.elapsed(), args.review_id.context("a review")?))
}

async fn take_out(stage: &Stage, review_id: ReviewId, format: ExportFormat, rows: i64) -> Result<Duration> {
    let started = Instant::now();
    let order = ExportOrder {
        workspace_id: stage.workspace,
        user_id: stage.user,
        source: ExportSource::Review { review_id, filter: ItemFilter::default(), sort: "position".into(), descending: false },
        format,
        columns: None,
        byte_order_mark: true,
    };
    let mut tx = stage.database.begin().await?;
    let job = export::start(&mut tx, order, KEPT, MAX_ATTEMPTS).await?;
    tx.commit().await?;
    stage.completed(job.id, rows).await?;
    Ok(started.elapsed())
}

/// A header and invented people, about as wide as real lists are.
fn people(from: i64, to: i64) -> String {
    let mut text = String::from("First Name,Last Name,Headline,Position,Company,Location,Profile URL,Connected On\r\n");
    for number in from..to {
        text.push_str(&format!(
            "Person {number},Invented,\"Head of Growth, tools and {}\",Chief executive officer,Company {},\"Berlin, Germany\",\
             https://www.linkedin.com/in/person-{number}/?trk=list,01 Feb 2026\r\n",
            number % 97,
            number % 1_013,
        ));
    }
    text
}
