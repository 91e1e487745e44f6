//! Postings, and what is noted of them, as the wire has them.

use sluice_api as api;

use super::{application_status, count, employment_type, pay_period, posting_seniority, posting_source, small, workplace};
use crate::domain::Micros;
use crate::domain::tracker::{ApplicationStatus, PostingFilter};
use crate::store::postings::contacts::{self, Contact};
use crate::store::postings::history::{self, HistoryEntry};
use crate::store::postings::listed_companies::{self, ListedCompany};
use crate::store::postings::reminders::{self, Reminder};
use crate::store::postings::{self, Pay, Posting, PostingCounts, PostingName};
use crate::store::{Conn, StoreError};

pub fn show(posting: Posting) -> api::Posting {
    let at = |at: Option<Micros>| at.map(Micros::timestamp);
    api::Posting {
        id: posting.id.to_string(),
        linkedin_id: posting.linkedin_id,
        title: posting.title,
        company_name: posting.company_name,
        company_id: posting.company_id.map(|id| id.to_string()),
        location: posting.location,
        country: posting.country,
        workplace: posting.workplace.map(workplace),
        employment_type: posting.employment_type.map(employment_type),
        employment_type_text: posting.employment_type_text,
        seniority: posting.seniority.map(posting_seniority),
        seniority_text: posting.seniority_text,
        functions: posting.functions,
        industries: posting.industries,
        salary: salary(posting.pay),
        description_text: posting.texts.plain,
        description_html: posting.texts.html,
        description_markdown: posting.texts.markdown,
        posted_at: at(posting.posted_at),
        applicants: posting.applicants.map(small),
        apply_url: posting.apply_url,
        easy_apply: posting.easy_apply,
        closed_at: at(posting.closed_at),
        repost_of: posting.repost_of.map(|id| id.to_string()),
        url: posting.url,
        source: posting_source(posting.source),
        detailed_at: at(posting.detailed_at),
        status: posting.status.map(application_status),
        status_at: at(posting.status_at),
        applied_at: at(posting.applied_at),
        notes: posting.notes,
        stars: stars(posting.stars),
        stars_reason: posting.stars_reason,
        hidden: posting.hidden,
        next_reminder_at: at(posting.next_reminder_at),
        seen_at: at(posting.seen_at),
        created_at: posting.created_at.timestamp(),
        updated_at: posting.updated_at.timestamp(),
    }
}

/// The filter as a list is asked for it.
pub fn query(filter: &PostingFilter) -> api::PostingsQuery {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.map_or("none", ApplicationStatus::as_str)).collect();
    api::PostingsQuery {
        job_id: filter.job_id.map(|id| id.to_string()),
        linkedin_id: filter.linkedin_id.clone(),
        status: some(&statuses.join(",")),
        q: some(&filter.words),
        company_id: filter.company_id.map(|id| id.to_string()),
        location: some(&filter.location),
        workplace: filter.workplace.map(workplace),
        employment_type: filter.employment_type.map(employment_type),
        seniority: filter.seniority.map(posting_seniority),
        easy_apply: filter.easy_apply,
        stars: stars(filter.stars),
        hidden: filter.hidden.then_some(true),
        closed: filter.closed,
        new: filter.new,
        reminder_before: filter.reminder_before.map(Micros::timestamp),
        posted_after: filter.posted_after.map(Micros::timestamp),
        ..api::PostingsQuery::default()
    }
}

/// From 1 to 5.
fn stars(stars: Option<i64>) -> Option<u8> {
    stars.and_then(|stars| u8::try_from(stars).ok())
}

fn salary(pay: Pay) -> Option<api::Salary> {
    if pay == Pay::default() {
        return None;
    }
    // Hundredths are exact in this type far beyond what anybody earns.
    let units = |hundredths: i64| hundredths as f64 / 100.0;
    Some(api::Salary {
        text: pay.text,
        min: pay.min.map(units),
        max: pay.max.map(units),
        currency: pay.currency,
        period: pay.period.map(pay_period),
    })
}

/// With all that belongs to it. The caller has found the posting in its scope.
pub async fn whole(conn: &mut Conn, posting: Posting) -> Result<api::PostingWhole, StoreError> {
    let company = match posting.company_id {
        Some(id) => listed_companies::find(conn, id).await?.map(company),
        None => None,
    };
    Ok(api::PostingWhole {
        company,
        contacts: contacts::of_posting(conn, posting.number).await?.into_iter().map(contact).collect(),
        reminders: reminders::of_posting(conn, posting.number).await?.into_iter().map(reminder).collect(),
        history: history::of_posting(conn, posting.number).await?.into_iter().map(entry).collect(),
        reposts: postings::reposts(conn, &posting).await?.into_iter().map(name).collect(),
        posting: show(posting),
    })
}

fn name(posting: PostingName) -> api::PostingName {
    api::PostingName {
        id: posting.id.to_string(),
        linkedin_id: posting.linkedin_id,
        title: posting.title,
        company_name: posting.company_name,
        posted_at: posting.posted_at.map(Micros::timestamp),
    }
}

pub fn company(company: ListedCompany) -> api::Company {
    api::Company {
        id: company.id.to_string(),
        linkedin_id: company.linkedin_id,
        name: company.name,
        url: company.url,
        postings: count(company.postings),
    }
}

pub fn contact(contact: Contact) -> api::Contact {
    api::Contact {
        id: contact.id.to_string(),
        name: contact.said.name,
        role: contact.said.role,
        email: contact.said.email,
        phone: contact.said.phone,
        url: contact.said.url,
        notes: contact.said.notes,
        created_at: contact.created_at.timestamp(),
        updated_at: contact.updated_at.timestamp(),
    }
}

pub fn reminder(reminder: Reminder) -> api::Reminder {
    api::Reminder {
        id: reminder.id.to_string(),
        due_at: reminder.due_at.timestamp(),
        note: reminder.note,
        done_at: reminder.done_at.map(Micros::timestamp),
        created_at: reminder.created_at.timestamp(),
    }
}

fn entry(entry: HistoryEntry) -> api::HistoryEntry {
    api::HistoryEntry {
        id: entry.id.to_string(),
        at: entry.at.timestamp(),
        kind: entry.kind.as_str().to_owned(),
        message: entry.message,
        user_id: entry.user_id.map(|id| id.to_string()),
        job_id: entry.job_id.map(|id| id.to_string()),
    }
}

pub fn counts(counts: &PostingCounts) -> api::PostingCounts {
    let with = |status| count(counts.with(status));
    api::PostingCounts {
        without_status: count(counts.without_status),
        saved: with(ApplicationStatus::Saved),
        applied: with(ApplicationStatus::Applied),
        interviewing: with(ApplicationStatus::Interviewing),
        offer: with(ApplicationStatus::Offer),
        rejected: with(ApplicationStatus::Rejected),
        withdrawn: with(ApplicationStatus::Withdrawn),
        hidden: count(counts.hidden),
        new: count(counts.new),
        reminders_due: count(counts.reminders_due),
        postings_due: count(counts.postings_due),
    }
}
