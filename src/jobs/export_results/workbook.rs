//! A workbook, built from the collected rows.

use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::columns::holds_times;
use super::unreadable;
use crate::domain::export::{ExportArgs, ExportColumn};
use crate::domain::{FileId, Micros};
use crate::jobs::engine::StepError;
use crate::store::{Database, files};

/// Parts that wait for the builder.
const AHEAD: usize = 2;

/// Builds the workbook on a thread of its own, to which the parts are handed one by one. The same parts give the same bytes.
pub async fn build(database: &Database, parts: FileId, args: &ExportArgs, made_at: Micros) -> Result<Vec<u8>, StepError> {
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let (columns, title) = (args.columns.clone(), args.source.of().title());
    let builder = tokio::task::spawn_blocking(move || write(&columns, title, made_at, &mut receiver));
    let mut offset = 0;
    while let Some(part) = files::chunk_at(&mut database.read().await?, parts, offset).await? {
        offset = part.end();
        // A builder that has gone says why below.
        if sender.send(Some(part.content)).await.is_err() {
            break;
        }
    }
    // Told apart from a step that was dropped half-way, whose workbook nobody wants.
    let _told = sender.send(None).await;
    match builder.await {
        Ok(Ok(content)) => Ok(content),
        Ok(Err(error)) => {
            tracing::error!(%error, "a workbook could not be built");
            Err(unreadable("the workbook could not be built (the server's log says why)"))
        }
        Err(error) => Err(StepError::Retry { message: format!("building the workbook broke off: {error}") }),
    }
}

#[derive(Debug, thiserror::Error)]
enum BuildError {
    #[error("nobody waits for the workbook any more")]
    Dropped,
    #[error("a part is not JSON: {0}")]
    Part(#[from] serde_json::Error),
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
}

fn write(
    columns: &[ExportColumn],
    title: &str,
    made_at: Micros,
    parts: &mut mpsc::Receiver<Option<Vec<u8>>>,
) -> Result<Vec<u8>, BuildError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(made_at.timestamp().as_second())?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made_at));
    // Rows go to a temporary file, so that memory stays small however many there are.
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(title)?;
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    head(sheet, columns)?;
    let mut row = 0;
    loop {
        let Some(part) = parts.blocking_recv() else { return Err(BuildError::Dropped) };
        let Some(part) = part else { break };
        for line in part.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            row += 1;
            let cells: Vec<Json> = serde_json::from_slice(line)?;
            for ((column, value), place) in columns.iter().zip(&cells).zip(0..) {
                put(sheet, row, place, *column, value, &time)?;
            }
        }
    }
    if let (1.., Some(last)) = (row, u16::try_from(columns.len()).ok().and_then(|columns| columns.checked_sub(1))) {
        sheet.autofilter(0, 0, row, last)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn head(sheet: &mut Worksheet, columns: &[ExportColumn]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Left);
    for (column, place) in columns.iter().zip(0..) {
        sheet.set_column_width(place, width(*column))?;
        sheet.write_string_with_format(0, place, column.as_str(), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, place: u16, column: ExportColumn, value: &Json, time: &Format) -> Result<(), XlsxError> {
    match value {
        Json::Number(number) => sheet.write_number(row, place, number.as_f64().unwrap_or_default())?,
        Json::Bool(flag) => sheet.write_boolean(row, place, *flag)?,
        Json::String(text) => match text.parse::<Timestamp>() {
            // A workbook knows no zones; its times are UTC.
            Ok(at) if holds_times(column) => {
                sheet.write_datetime_with_format(row, place, ExcelDateTime::from_timestamp(at.as_second())?, time)?
            }
            _ => sheet.write_string(row, place, text)?,
        },
        Json::Null | Json::Array(_) | Json::Object(_) => return Ok(()),
    };
    Ok(())
}

/// In characters, as wide as such values usually are.
fn width(column: ExportColumn) -> f64 {
    match column {
        ExportColumn::Headline
        | ExportColumn::Summary
        | ExportColumn::ProfileUrl
        | ExportColumn::Url
        | ExportColumn::ApplyUrl
        | ExportColumn::Notes
        | ExportColumn::Description => 48.0,
        ExportColumn::Name
        | ExportColumn::Title
        | ExportColumn::Company
        | ExportColumn::Location
        | ExportColumn::Reason
        | ExportColumn::StarsReason
        | ExportColumn::SalaryText
        | ExportColumn::Functions
        | ExportColumn::Industries => 28.0,
        ExportColumn::Id => 38.0,
        ExportColumn::FirstName
        | ExportColumn::LastName
        | ExportColumn::Industry
        | ExportColumn::Country
        | ExportColumn::PublicIdentifier
        | ExportColumn::DecidedBy
        | ExportColumn::DecidedAt
        | ExportColumn::FetchedAt
        | ExportColumn::PostedAt
        | ExportColumn::ClosedAt
        | ExportColumn::AppliedAt
        | ExportColumn::NextReminderAt
        | ExportColumn::CreatedAt
        | ExportColumn::UpdatedAt => 20.0,
        ExportColumn::NetworkDistance
        | ExportColumn::SharedConnections
        | ExportColumn::Premium
        | ExportColumn::OpenToWork
        | ExportColumn::Decision
        | ExportColumn::Provider
        | ExportColumn::Api
        | ExportColumn::Batch
        | ExportColumn::Position
        | ExportColumn::Workplace
        | ExportColumn::EmploymentType
        | ExportColumn::Seniority
        | ExportColumn::SalaryMin
        | ExportColumn::SalaryMax
        | ExportColumn::SalaryCurrency
        | ExportColumn::SalaryPeriod
        | ExportColumn::Applicants
        | ExportColumn::EasyApply
        | ExportColumn::Status
        | ExportColumn::Stars
        | ExportColumn::Source
        | ExportColumn::LinkedinId => 16.0,
    }
}
