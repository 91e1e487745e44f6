//! What a file says of one posting, column by column.

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
        ExportColumn::Workplace => word(posting.workplace.map(|workplace| workplace.as_str())),
        ExportColumn::EmploymentType => word(posting.employment_type.map(|kind| kind.as_str())),
        ExportColumn::Seniority => word(posting.seniority.map(|seniority| seniority.as_str())),
        ExportColumn::Functions => several(&posting.functions),
        ExportColumn::Industries => several(&posting.industries),
        ExportColumn::SalaryText => text(&pay.text),
        ExportColumn::SalaryMin => pay.min.map_or(Cell::Nothing, Cell::Amount),
        ExportColumn::SalaryMax => pay.max.map_or(Cell::Nothing, Cell::Amount),
        ExportColumn::SalaryCurrency => text(&pay.currency),
        ExportColumn::SalaryPeriod => word(pay.period.map(|period| period.as_str())),
        ExportColumn::PostedAt => time(posting.posted_at),
        ExportColumn::Applicants => number(posting.applicants),
        ExportColumn::EasyApply => flag(posting.easy_apply),
        ExportColumn::ApplyUrl => text(&posting.apply_url),
        ExportColumn::Url => Cell::Text(posting.url.clone()),
        ExportColumn::ClosedAt => time(posting.closed_at),
        ExportColumn::Status => word(posting.status.map(|status| status.as_str())),
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

fn word(word: Option<&'static str>) -> Cell {
    word.map_or(Cell::Nothing, |word| Cell::Text(word.to_owned()))
}

fn several(texts: &[String]) -> Cell {
    if texts.is_empty() { Cell::Nothing } else { Cell::Text(texts.join(", ")) }
}

fn time(at: Option<Micros>) -> Cell {
    at.map_or(Cell::Nothing, |at| Cell::Time(at.timestamp()))
}
