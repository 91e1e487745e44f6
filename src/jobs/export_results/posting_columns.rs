//! What a file says of one posting, column by column.

use serde::Serialize;
use serde_json::Value as Json;

use super::columns::{Cell, flag, number, text};
use crate::domain::Micros;
use crate::domain::export::ExportColumn;
use crate::store::postings::Posting;

pub fn cell(posting: &Posting, column: ExportColumn) -> Cell {
    let pay = &posting.pay;
    match column {
        ExportColumn::Title => text(&posting.title),
        ExportColumn::Company => text(&posting.company_name),
        ExportColumn::Location => text(&posting.location),
        ExportColumn::Country => text(&posting.country),
        ExportColumn::Workplace => word(posting.workplace),
        ExportColumn::EmploymentType => word(posting.employment_type),
        ExportColumn::Seniority => word(posting.seniority),
        ExportColumn::Functions => several(&posting.functions),
        ExportColumn::Industries => several(&posting.industries),
        ExportColumn::SalaryText => text(&pay.text),
        ExportColumn::SalaryMin => pay.min.map_or(Cell::Nothing, Cell::Amount),
        ExportColumn::SalaryMax => pay.max.map_or(Cell::Nothing, Cell::Amount),
        ExportColumn::SalaryCurrency => text(&pay.currency),
        ExportColumn::SalaryPeriod => word(pay.period),
        ExportColumn::PostedAt => time(posting.posted_at),
        ExportColumn::Applicants => number(posting.applicants),
        ExportColumn::EasyApply => flag(posting.easy_apply),
        ExportColumn::ApplyUrl => text(&posting.apply_url),
        ExportColumn::Url => Cell::Text(posting.url.clone()),
        ExportColumn::ClosedAt => time(posting.closed_at),
        ExportColumn::Status => word(posting.status),
        ExportColumn::AppliedAt => time(posting.applied_at),
        ExportColumn::Stars => number(posting.stars),
        ExportColumn::StarsReason => text(&posting.stars_reason),
        ExportColumn::Notes => text(&posting.notes),
        ExportColumn::NextReminderAt => time(posting.next_reminder_at),
        ExportColumn::Description => text(&posting.texts.plain),
        ExportColumn::Source => Cell::Text(posting.source.as_str().to_owned()),
        ExportColumn::CreatedAt => Cell::Time(posting.created_at.timestamp()),
        ExportColumn::UpdatedAt => Cell::Time(posting.updated_at.timestamp()),
        ExportColumn::LinkedinId => Cell::Text(posting.linkedin_id.clone()),
        ExportColumn::Id => Cell::Text(posting.id.to_string()),
        // The rest is said of people alone, and no export of postings has it.
        _ => Cell::Nothing,
    }
}

/// As the wire has it.
fn word(value: Option<impl Serialize>) -> Cell {
    match value.map(serde_json::to_value) {
        Some(Ok(Json::String(word))) => Cell::Text(word),
        _ => Cell::Nothing,
    }
}

fn several(texts: &[String]) -> Cell {
    if texts.is_empty() { Cell::Nothing } else { Cell::Text(texts.join(", ")) }
}

fn time(at: Option<Micros>) -> Cell {
    at.map_or(Cell::Nothing, |at| Cell::Time(at.timestamp()))
}
