//! What a provider said of a posting becomes a row: each posting once a workspace, richer by every answer and poorer by none.

use sluice_providers::PostingRecord;
use sluice_providers::posting::{Description, Salary};

use super::companies::{self, CompanySaid};
use super::history::{self, By, Line};
use super::{likeness, terms};
use crate::domain::posting::PostingSource;
use crate::domain::posting::likeness::Likeness;
use crate::domain::posting::offer::{Completeness, Offer};
use crate::domain::review::sort_key;
use crate::domain::tracker::{ApplicationStatus, HistoryKind};
use crate::domain::{CompanyId, JobId, Micros, PostingId, WorkspaceId};
use crate::store::database::{Row, Tx, sql};
use crate::store::error::StoreError;

/// The right to write postings of one workspace within one transaction: imports of a workspace take turns, so that what one of them finds or
/// makes (companies, chains of reposts) no other finds missing.
#[derive(Debug, Clone, Copy)]
pub struct Importing {
    workspace: WorkspaceId,
    job: JobId,
    source: PostingSource,
    /// Whether postings without a status become saved.
    saves: bool,
}

/// A posting that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub number: i64,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// A posting as it was stored before.
struct Known {
    number: i64,
    company_id: Option<CompanyId>,
    offer: Offer,
    closed_at: Option<Micros>,
    detailed_at: Option<Micros>,
    status: Option<ApplicationStatus>,
}

impl Importing {
    pub async fn begin(tx: &mut Tx, workspace: WorkspaceId, job: JobId, source: PostingSource, saves: bool) -> Result<Self, StoreError> {
        sql("INSERT INTO workspace_numbers (workspace_id) VALUES ($1) ON CONFLICT (workspace_id) DO NOTHING")
            .bind(workspace)
            .execute(tx)
            .await?;
        sql("SELECT number FROM workspace_numbers WHERE workspace_id = $1 {for_update}").bind(workspace).fetch_one(tx).await?;
        Ok(Self { workspace, job, source, saves })
    }

    /// Stores what the record says, or adds it to what is known. The record must have its required fields.
    pub async fn save(self, tx: &mut Tx, record: &PostingRecord) -> Result<Imported, StoreError> {
        match self.known(tx, &record.posting_id).await? {
            Some(known) => self.update(tx, known, record).await,
            None => self.insert(tx, record).await,
        }
    }

    /// Saves a posting that need not be read again: gives it the status `saved` if it has none.
    pub async fn keep(self, tx: &mut Tx, number: i64) -> Result<(), StoreError> {
        let saved = sql("UPDATE postings SET status = 'saved', status_at = {now}, updated_at = {now} WHERE number = $1 AND status IS NULL")
            .bind(number)
            .execute(tx)
            .await?;
        if saved > 0 {
            history::note(tx, By::Job(self.job), number, HistoryKind::Status, "Saved by an import.").await?;
        }
        Ok(())
    }

    /// The provider no longer has it: notes that it is closed. Whether it is known here.
    pub async fn close(self, tx: &mut Tx, linkedin_id: &str) -> Result<bool, StoreError> {
        let Some(known) = self.known(tx, linkedin_id).await? else { return Ok(false) };
        if known.closed_at.is_none() {
            self.set_closed(tx, known.number, true).await?;
            let line = "LinkedIn no longer shows it.";
            history::note(tx, By::Job(self.job), known.number, HistoryKind::Closed, line).await?;
        }
        Ok(true)
    }

    /// Takes back a posting that this job stored and then did not want, unless somebody has looked at it or another job knows it.
    /// Whether it went.
    pub async fn withdraw(self, tx: &mut Tx, number: i64) -> Result<bool, StoreError> {
        let unwanted = sql("SELECT company_id FROM postings WHERE number = $1 AND status IS NULL AND notes IS NULL AND stars IS NULL \
               AND seen_at IS NULL AND NOT hidden \
               AND NOT EXISTS (SELECT 1 FROM posting_items WHERE posting_number = $1 AND job_id <> $2) \
               AND NOT EXISTS (SELECT 1 FROM posting_contacts WHERE posting_number = $1) \
               AND NOT EXISTS (SELECT 1 FROM posting_reminders WHERE posting_number = $1) {for_update}")
        .bind(number)
        .bind(self.job)
        .fetch_optional(tx)
        .await?;
        let Some(row) = unwanted else { return Ok(false) };
        likeness::leave(tx, number).await?;
        sql("DELETE FROM postings WHERE number = $1").bind(number).execute(tx).await?;
        if let Some(company) = row.get::<Option<CompanyId>>("company_id")? {
            companies::delete_if_empty(tx, company).await?;
        }
        Ok(true)
    }

    async fn known(self, tx: &mut Tx, linkedin_id: &str) -> Result<Option<Known>, StoreError> {
        sql("SELECT number, company_id, title, company_name, location, country, workplace, employment_type, employment_type_text, seniority, \
                 seniority_text, functions, industries, salary_text, salary_min, salary_max, salary_currency, salary_period, posted_at, \
                 applicants, apply_url, easy_apply, closed_at, detailed_at, status, description_text, description_html, description_markdown \
             FROM postings LEFT JOIN posting_texts ON posting_texts.posting_number = postings.number \
             WHERE workspace_id = $1 AND linkedin_id = $2")
        .bind(self.workspace)
        .bind(linkedin_id)
        .fetch_optional(tx)
        .await?
        .as_ref()
        .map(read)
        .transpose()
    }

    async fn insert(self, tx: &mut Tx, record: &PostingRecord) -> Result<Imported, StoreError> {
        let offer = Offer::of(record);
        let company = self.company(tx, record, None, false).await?;
        let whole = Completeness::of(record) == Completeness::Whole;
        let status = self.saves.then_some(ApplicationStatus::Saved);
        let row =
            sql("INSERT INTO postings (id, workspace_id, linkedin_id, url, functions, industries, source, hidden, status, status_at, \
                 closed_at, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, '[]', '[]', $5, FALSE, $6, CASE WHEN $6 IS NULL THEN NULL ELSE {now} END, \
                 CASE WHEN $7 THEN {now} ELSE NULL END, {now}, {now}) RETURNING number")
            .bind(PostingId::new())
            .bind(self.workspace)
            .bind(&record.posting_id)
            .bind(&record.url)
            .bind(self.source)
            .bind(status)
            .bind(record.closed == Some(true))
            .fetch_one(tx)
            .await?;
        let number = row.get("number")?;
        self.write(tx, number, company, &offer, whole).await?;
        self.write_texts(tx, number, &offer, Some(record)).await?;
        if let Some(likeness) = Likeness::of(&offer) {
            likeness::link(tx, self.workspace, number, Some(&likeness)).await?;
        }
        terms::index(tx, number).await?;
        let (kind, message) = if self.saves { (HistoryKind::Imported, "Imported.") } else { (HistoryKind::Found, "Found by a search.") };
        let mut lines = vec![Line { posting: number, kind, message: message.into() }];
        if record.closed == Some(true) {
            lines.push(Line { posting: number, kind: HistoryKind::Closed, message: "It takes no more applications.".into() });
        }
        history::note_all(tx, By::Job(self.job), &lines).await?;
        Ok(Imported { number, is_new: true })
    }

    async fn update(self, tx: &mut Tx, known: Known, record: &PostingRecord) -> Result<Imported, StoreError> {
        let number = known.number;
        let before = if known.detailed_at.is_some() { Completeness::Whole } else { Completeness::Part };
        let now = Completeness::of(record);
        let offer = known.offer.clone().with(Offer::of(record), before, now);
        let company = self.company(tx, record, known.company_id, now < before).await?;
        let whole = now == Completeness::Whole;
        let differences = known.offer.differences(&offer);
        if offer != known.offer || company != known.company_id || whole {
            self.write(tx, number, company, &offer, whole).await?;
        }
        if now >= before {
            self.write_texts(tx, number, &offer, Some(record)).await?;
            sql("UPDATE postings SET source = $2 WHERE number = $1 AND source <> $2").bind(number).bind(self.source).execute(tx).await?;
        } else if offer.description != known.offer.description {
            self.write_texts(tx, number, &offer, None).await?;
        }
        if !differences.is_empty() {
            likeness::link(tx, self.workspace, number, Likeness::of(&offer).as_ref()).await?;
            terms::index(tx, number).await?;
        }
        self.tell_update(tx, &known, &differences, record.closed).await?;
        if self.saves && known.status.is_none() {
            self.keep(tx, number).await?;
        }
        Ok(Imported { number, is_new: false })
    }

    async fn tell_update(self, tx: &mut Tx, known: &Known, differences: &[&str], closed: Option<bool>) -> Result<(), StoreError> {
        let number = known.number;
        let mut lines = Vec::new();
        if !differences.is_empty() {
            lines.push(Line { posting: number, kind: HistoryKind::Updated, message: changed(differences) });
            sql("UPDATE postings SET updated_at = {now} WHERE number = $1").bind(number).execute(tx).await?;
        }
        match (closed, known.closed_at) {
            (Some(true), None) => {
                self.set_closed(tx, number, true).await?;
                lines.push(Line { posting: number, kind: HistoryKind::Closed, message: "It takes no more applications.".into() });
            }
            (Some(false), Some(_)) => {
                self.set_closed(tx, number, false).await?;
                lines.push(Line { posting: number, kind: HistoryKind::Reopened, message: "It takes applications again.".into() });
            }
            _ => {}
        }
        history::note_all(tx, By::Job(self.job), &lines).await
    }

    async fn set_closed(self, tx: &mut Tx, number: i64, closed: bool) -> Result<(), StoreError> {
        sql("UPDATE postings SET closed_at = CASE WHEN $2 THEN {now} ELSE NULL END, updated_at = {now} WHERE number = $1")
            .bind(number)
            .bind(closed)
            .execute(tx)
            .await?;
        Ok(())
    }

    /// The company that the record means; the one that is known where the record says less.
    async fn company(
        self,
        tx: &mut Tx,
        record: &PostingRecord,
        known: Option<CompanyId>,
        is_poorer: bool,
    ) -> Result<Option<CompanyId>, StoreError> {
        match (&record.company, known) {
            (Some(_), Some(known)) if is_poorer => Ok(Some(known)),
            (None, known) => Ok(known),
            // Many are called alike: where no number says otherwise, it is the one that it was.
            (Some(name), Some(known)) if record.company_id.is_none() && companies::is_called(tx, known, name).await? => Ok(Some(known)),
            (Some(name), known) => {
                let said = CompanySaid {
                    name,
                    linkedin_id: record.company_id.as_deref(),
                    url: record.company_url.as_deref(),
                    logo_url: record.company_logo_url.as_deref(),
                };
                Ok(companies::resolve(tx, self.workspace, said).await?.or(known))
            }
        }
    }

    async fn write(self, tx: &mut Tx, number: i64, company: Option<CompanyId>, offer: &Offer, whole: bool) -> Result<(), StoreError> {
        let salary = offer.salary.as_ref();
        let hundredths = |amount: Option<u64>| amount.and_then(|amount| i64::try_from(amount).ok());
        sql("UPDATE postings SET company_id = $2, title = $3, company_name = $4, location = $5, country = $6, workplace = $7, \
                 employment_type = $8, employment_type_text = $9, seniority = $10, seniority_text = $11, functions = $12, industries = $13, \
                 salary_text = $14, salary_min = $15, salary_max = $16, salary_currency = $17, salary_period = $18, posted_at = $19, \
                 applicants = $20, apply_url = $21, easy_apply = $22, title_key = $23, company_key = $24, location_key = $25, \
                 detailed_at = CASE WHEN $26 THEN {now} ELSE detailed_at END \
             WHERE number = $1")
        .bind(number)
        .bind(company)
        .bind(offer.title.clone())
        .bind(offer.company_name.clone())
        .bind(offer.location.clone())
        .bind(offer.country.clone())
        .bind(offer.workplace)
        .bind(offer.employment_type)
        .bind(offer.employment_type_text.clone())
        .bind(offer.seniority)
        .bind(offer.seniority_text.clone())
        .bind(serde_json::json!(offer.functions).to_string())
        .bind(serde_json::json!(offer.industries).to_string())
        .bind(offer.salary_text.clone())
        .bind(salary.and_then(|salary| hundredths(salary.min_hundredths)))
        .bind(salary.and_then(|salary| hundredths(salary.max_hundredths)))
        .bind(salary.and_then(|salary| salary.currency.clone()))
        .bind(salary.and_then(|salary| salary.period))
        .bind(offer.posted_at)
        .bind(offer.applicants)
        .bind(offer.apply_url.clone())
        .bind(offer.easy_apply)
        .bind(sort_key(&offer.title))
        .bind(sort_key(&offer.company_name))
        .bind(sort_key(&offer.location))
        .bind(whole)
        .execute(tx)
        .await?;
        Ok(())
    }

    /// Writes the description, and what the provider sent where a record is given.
    async fn write_texts(self, tx: &mut Tx, number: i64, offer: &Offer, record: Option<&PostingRecord>) -> Result<(), StoreError> {
        let description = offer.description.as_ref();
        sql("INSERT INTO posting_texts (posting_number, description_text, description_html, description_markdown, record) \
             VALUES ($1, $2, $3, $4, COALESCE($5, 'null')) \
             ON CONFLICT (posting_number) DO UPDATE SET description_text = excluded.description_text, \
                 description_html = excluded.description_html, description_markdown = excluded.description_markdown, \
                 record = COALESCE($5, posting_texts.record)")
        .bind(number)
        .bind(description.map(|description| description.text.clone()))
        .bind(description.map(|description| description.html.clone()))
        .bind(description.map(|description| description.markdown.clone()))
        .bind(record.map(|record| record.raw.to_string()))
        .execute(tx)
        .await?;
        Ok(())
    }
}

/// A posting whose page was read lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    pub number: i64,
    pub title: Option<String>,
    pub company_name: Option<String>,
}

/// The posting, when its page was read less than `within_us` microseconds ago.
pub async fn fresh(tx: &mut Tx, workspace: WorkspaceId, linkedin_id: &str, within_us: i64) -> Result<Option<Fresh>, StoreError> {
    let row = sql("SELECT number, title, company_name FROM postings \
         WHERE workspace_id = $1 AND linkedin_id = $2 AND detailed_at > {now} - $3")
    .bind(workspace)
    .bind(linkedin_id)
    .bind(within_us)
    .fetch_optional(tx)
    .await?;
    row.map(|row| Ok(Fresh { number: row.get("number")?, title: row.get("title")?, company_name: row.get("company_name")? })).transpose()
}

fn read(row: &Row) -> Result<Known, StoreError> {
    let unsigned = |amount: Option<i64>| amount.and_then(|amount| u64::try_from(amount).ok());
    let (min, max) = (unsigned(row.get("salary_min")?), unsigned(row.get("salary_max")?));
    let salary = match (min, max) {
        (None, None) => None,
        _ => Some(Salary {
            min_hundredths: min,
            max_hundredths: max,
            currency: row.get("salary_currency")?,
            period: row.get("salary_period")?,
        }),
    };
    let description = match row.get::<Option<String>>("description_text")? {
        Some(text) => Some(Description {
            text,
            html: row.get::<Option<String>>("description_html")?.unwrap_or_default(),
            markdown: row.get::<Option<String>>("description_markdown")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Known {
        number: row.get("number")?,
        company_id: row.get("company_id")?,
        offer: Offer {
            title: row.get("title")?,
            company_name: row.get("company_name")?,
            location: row.get("location")?,
            country: row.get("country")?,
            workplace: row.get("workplace")?,
            employment_type: row.get("employment_type")?,
            employment_type_text: row.get("employment_type_text")?,
            seniority: row.get("seniority")?,
            seniority_text: row.get("seniority_text")?,
            functions: row.json("functions")?,
            industries: row.json("industries")?,
            salary,
            salary_text: row.get("salary_text")?,
            posted_at: row.get("posted_at")?,
            applicants: row.get("applicants")?,
            apply_url: row.get("apply_url")?,
            easy_apply: row.get("easy_apply")?,
            description,
        },
        closed_at: row.get("closed_at")?,
        detailed_at: row.get("detailed_at")?,
        status: row.get("status")?,
    })
}

/// "Title and salary changed."
fn changed(differences: &[&str]) -> String {
    let (last, rest) = differences.split_last().map_or(("", &[][..]), |(last, rest)| (*last, rest));
    let listed = if rest.is_empty() { last.to_owned() } else { format!("{} and {last}", rest.join(", ")) };
    let mut letters = listed.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{} changed.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_in_a_sentence() {
        assert_eq!(changed(&["salary"]), "Salary changed.");
        assert_eq!(changed(&["title", "location", "where to apply"]), "Title, location and where to apply changed.");
    }
}
