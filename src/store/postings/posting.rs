//! One posting as it is stored.

use sluice_providers::posting::{EmploymentType, PayPeriod, PostingSeniority, Workplace};

use crate::domain::posting::PostingSource;
use crate::domain::tracker::ApplicationStatus;
use crate::domain::{CompanyId, Micros, PostingId, Scope};
use crate::store::database::{Conn, Row, list, sql};
use crate::store::error::StoreError;

/// Other postings of a chain of reposts that are shown with one.
const MOST_REPOSTS: i64 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its short name within the database; later postings have larger ones.
    pub number: i64,
    pub id: PostingId,
    pub linkedin_id: String,
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub company_id: Option<CompanyId>,
    pub location: Option<String>,
    pub country: Option<String>,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    pub employment_type_text: Option<String>,
    pub seniority: Option<PostingSeniority>,
    pub seniority_text: Option<String>,
    pub functions: Vec<String>,
    pub industries: Vec<String>,
    pub pay: Pay,
    pub posted_at: Option<Micros>,
    pub applicants: Option<i64>,
    pub apply_url: Option<String>,
    pub easy_apply: Option<bool>,
    pub closed_at: Option<Micros>,
    pub url: String,
    pub source: PostingSource,
    pub detailed_at: Option<Micros>,
    pub repost_of: Option<PostingId>,
    pub status: Option<ApplicationStatus>,
    pub status_at: Option<Micros>,
    pub applied_at: Option<Micros>,
    pub notes: Option<String>,
    pub stars: Option<i64>,
    pub stars_reason: Option<String>,
    pub hidden: bool,
    pub next_reminder_at: Option<Micros>,
    pub seen_at: Option<Micros>,
    pub created_at: Micros,
    pub updated_at: Micros,
    /// Empty where they were not asked for.
    pub texts: Texts,
}

/// Pay as it was stated; empty where nothing was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pay {
    pub text: Option<String>,
    /// In hundredths of the currency's unit.
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub currency: Option<String>,
    pub period: Option<PayPeriod>,
}

/// The description, three times over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub plain: Option<String>,
    pub html: Option<String>,
    pub markdown: Option<String>,
}

/// A posting in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingName {
    pub id: PostingId,
    pub linkedin_id: String,
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub posted_at: Option<Micros>,
}

const COLUMNS: &str = "number, id, linkedin_id, title, company_name, company_id, location, country, workplace, employment_type, \
     employment_type_text, seniority, seniority_text, functions, industries, salary_text, salary_min, salary_max, salary_currency, \
     salary_period, posted_at, applicants, apply_url, easy_apply, closed_at, url, source, detailed_at, repost_of, status, status_at, \
     applied_at, notes, stars, stars_reason, hidden, next_reminder_at, seen_at, created_at, updated_at";
const TEXTS: &str = "description_text, description_html, description_markdown";

/// With its description.
pub async fn find(conn: &mut Conn, scope: Scope, id: PostingId) -> Result<Option<Posting>, StoreError> {
    let row = sql(format!(
        "SELECT {COLUMNS}, {TEXTS} FROM postings LEFT JOIN posting_texts ON posting_number = number \
         WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')"
    ))
    .bind(id)
    .bind(scope)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(|row| read(row, true)).transpose()
}

/// The postings with these numbers, which the caller has found in its scope, in the order of the numbers.
pub(super) async fn of_numbers(conn: &mut Conn, numbers: &[i64], with_texts: bool) -> Result<Vec<Posting>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let from = if with_texts {
        format!("SELECT {COLUMNS}, {TEXTS} FROM postings LEFT JOIN posting_texts ON posting_number = number")
    } else {
        format!("SELECT {COLUMNS} FROM postings")
    };
    let mut statement = sql(format!("{from} WHERE number IN ({})", list(1, numbers.len())));
    for number in numbers {
        statement = statement.bind(*number);
    }
    let mut postings = statement.fetch_all(conn).await?.iter().map(|row| read(row, with_texts)).collect::<Result<Vec<_>, _>>()?;
    postings.sort_by_cached_key(|posting| numbers.iter().position(|number| *number == posting.number));
    Ok(postings)
}

/// The other postings of the same chain of reposts, newest first: LinkedIn's numbers grow with time.
pub async fn reposts(conn: &mut Conn, posting: &Posting) -> Result<Vec<PostingName>, StoreError> {
    sql("SELECT id, linkedin_id, title, company_name, posted_at FROM postings WHERE (repost_of = $1 OR id = $1) AND id <> $2 \
         ORDER BY LENGTH(linkedin_id) DESC, linkedin_id DESC LIMIT $3")
    .bind(posting.repost_of.unwrap_or(posting.id))
    .bind(posting.id)
    .bind(MOST_REPOSTS)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        Ok(PostingName {
            id: row.get("id")?,
            linkedin_id: row.get("linkedin_id")?,
            title: row.get("title")?,
            company_name: row.get("company_name")?,
            posted_at: row.get("posted_at")?,
        })
    })
    .collect()
}

fn read(row: &Row, with_texts: bool) -> Result<Posting, StoreError> {
    let texts = if with_texts {
        Texts { plain: row.get("description_text")?, html: row.get("description_html")?, markdown: row.get("description_markdown")? }
    } else {
        Texts::default()
    };
    Ok(Posting {
        number: row.get("number")?,
        id: row.get("id")?,
        linkedin_id: row.get("linkedin_id")?,
        title: row.get("title")?,
        company_name: row.get("company_name")?,
        company_id: row.get("company_id")?,
        location: row.get("location")?,
        country: row.get("country")?,
        workplace: row.get("workplace")?,
        employment_type: row.get("employment_type")?,
        employment_type_text: row.get("employment_type_text")?,
        seniority: row.get("seniority")?,
        seniority_text: row.get("seniority_text")?,
        functions: row.json("functions")?,
        industries: row.json("industries")?,
        pay: Pay {
            text: row.get("salary_text")?,
            min: row.get("salary_min")?,
            max: row.get("salary_max")?,
            currency: row.get("salary_currency")?,
            period: row.get("salary_period")?,
        },
        posted_at: row.get("posted_at")?,
        applicants: row.get("applicants")?,
        apply_url: row.get("apply_url")?,
        easy_apply: row.get("easy_apply")?,
        closed_at: row.get("closed_at")?,
        url: row.get("url")?,
        source: row.get("source")?,
        detailed_at: row.get("detailed_at")?,
        repost_of: row.get("repost_of")?,
        status: row.get("status")?,
        status_at: row.get("status_at")?,
        applied_at: row.get("applied_at")?,
        notes: row.get("notes")?,
        stars: row.get("stars")?,
        stars_reason: row.get("stars_reason")?,
        hidden: row.get("hidden")?,
        next_reminder_at: row.get("next_reminder_at")?,
        seen_at: row.get("seen_at")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        texts,
    })
}
