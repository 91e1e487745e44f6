//! Which postings a filter matches, said to the database so that it reads no more than it must.

use super::terms;
use crate::domain::WorkspaceId;
use crate::domain::posting::terms::{Field, question};
use crate::domain::tracker::{ApplicationStatus, PostingFilter};
use crate::store::database::{Conn, Terms, list, sql};
use crate::store::error::StoreError;
use crate::store::matches::Matches;

/// How much a list reads before it takes another way. Tests set less, so that few rows go every way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Postings that are counted, and collected and sorted for a page. Where more match, a page of them is near in any order.
    pub counted: i64,
    /// Entries of the search index that are followed to their rows, when there are other conditions too.
    pub followed: i64,
}

impl Bounds {
    /// Totals are exact up to here.
    pub const USUAL: Bounds = Bounds { counted: 10_000, followed: 5_000 };
}

/// A filter in one workspace.
pub(super) struct Wanted<'f> {
    workspace: WorkspaceId,
    filter: &'f PostingFilter,
    /// The words, as the search index is asked for them.
    terms: Option<Terms>,
    /// The search index knows more of them than are followed one by one.
    is_common: bool,
}

/// How the matching rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Terms,
    Job,
    /// By an index of the rows.
    Index(&'static str),
}

impl<'f> Wanted<'f> {
    /// `None` when nothing can match, since nothing was ever stored.
    pub async fn new(
        conn: &mut Conn,
        workspace: WorkspaceId,
        filter: &'f PostingFilter,
        bounds: Bounds,
    ) -> Result<Option<Self>, StoreError> {
        let mut wanted = Self { workspace, filter, terms: None, is_common: false };
        if filter.words.trim().is_empty() && filter.location.trim().is_empty() {
            return Ok(Some(wanted));
        }
        let Some(number) = terms::workspace_number(conn, workspace).await? else { return Ok(None) };
        let mut asked = question(number, Field::Anywhere, &filter.words);
        asked.extend(question(number, Field::Location, &filter.location));
        if asked.is_empty() {
            // Signs alone are no words.
            return Ok(Some(wanted));
        }
        let asked = Terms(asked);
        if wanted.has_conditions() {
            let limit = bounds.followed + 1;
            let found =
                sql("SELECT count(*) AS found FROM (SELECT 1 FROM posting_terms WHERE {matches posting_terms $1} LIMIT $2) AS counted")
                    .bind(asked.clone())
                    .bind(limit)
                    .fetch_one(conn)
                    .await?;
            wanted.is_common = found.get::<i64>("found")? == limit;
        }
        wanted.terms = Some(asked);
        Ok(Some(wanted))
    }

    pub fn has_terms(&self) -> bool {
        self.terms.is_some()
    }

    /// Whether it asks for more than words.
    fn has_conditions(&self) -> bool {
        let words_alone = PostingFilter {
            words: self.filter.words.clone(),
            location: self.filter.location.clone(),
            hidden: self.filter.hidden,
            ..PostingFilter::default()
        };
        *self.filter != words_alone
    }

    /// The matching rows, found by the shortest way.
    pub fn found(&self) -> Matches {
        let way = if self.filter.company_id.is_some() {
            Way::Index("postings_by_company")
        } else if self.filter.reminder_before.is_some() {
            Way::Index("postings_by_reminder")
        } else if self.filter.job_id.is_some() {
            Way::Job
        } else if self.terms.is_some() && !self.is_common {
            Way::Terms
        } else {
            Way::Index("postings_by_filters")
        };
        self.by(way)
    }

    /// The matching rows in the order of the index, which has all postings.
    pub fn along(&self, index: &'static str) -> Matches {
        self.by(Way::Index(index))
    }

    /// The matching rows in the order of their numbers, as the search index has them.
    pub fn along_terms(&self) -> Matches {
        self.by(Way::Terms)
    }

    fn by(&self, way: Way) -> Matches {
        let mut found = match (way, &self.terms, self.filter.job_id) {
            (Way::Terms, Some(terms), _) => Matches {
                text: "posting_terms CROSS JOIN postings WHERE {matches posting_terms $1} AND postings.number = posting_terms.rowid \
                       AND workspace_id = $2"
                    .into(),
                values: vec![terms.clone().into(), self.workspace.into()],
                number: "posting_terms.rowid",
            },
            (Way::Job, _, Some(job)) => Matches {
                text: "(SELECT DISTINCT posting_number FROM posting_items WHERE job_id = $1 AND posting_number IS NOT NULL) AS of_job \
                       CROSS JOIN postings WHERE postings.number = of_job.posting_number AND workspace_id = $2"
                    .into(),
                values: vec![job.into(), self.workspace.into()],
                number: "postings.number",
            },
            (way, ..) => {
                let by = match way {
                    Way::Index(index) => format!("{{indexed_by {index}}} "),
                    Way::Terms | Way::Job => String::new(),
                };
                Matches {
                    text: format!("postings {by}WHERE workspace_id = $1"),
                    values: vec![self.workspace.into()],
                    number: "postings.number",
                }
            }
        };
        found.and("hidden = ", self.filter.hidden);
        self.narrow(&mut found);
        if let (Some(job), true) = (self.filter.job_id, way != Way::Job) {
            found.among(&Matches {
                text: "posting_items WHERE job_id = $1 AND posting_number IS NOT NULL".into(),
                values: vec![job.into()],
                number: "posting_number",
            });
        }
        if let (Some(terms), true) = (&self.terms, way != Way::Terms) {
            let argument = found.next();
            found.text.push_str(&format!(" AND {{number_among posting_terms ${argument}}}"));
            found.values.push(terms.clone().into());
        }
        found
    }

    /// What a row tells by itself.
    fn narrow(&self, found: &mut Matches) {
        let filter = self.filter;
        let statuses: Vec<ApplicationStatus> = filter.statuses.iter().copied().flatten().collect();
        let without = filter.statuses.len() > statuses.len();
        match (statuses.is_empty(), without) {
            (true, false) => {}
            (true, true) => found.text.push_str(" AND status IS NULL"),
            (false, _) => {
                let any = format!("status IN ({})", list(found.next(), statuses.len()));
                found.text.push_str(&if without { format!(" AND ({any} OR status IS NULL)") } else { format!(" AND {any}") });
                found.values.extend(statuses.into_iter().map(Into::into));
            }
        }
        if let Some(company) = filter.company_id {
            found.and("company_id = ", company);
        }
        if let Some(workplace) = filter.workplace {
            found.and("workplace = ", workplace);
        }
        if let Some(employment_type) = filter.employment_type {
            found.and("employment_type = ", employment_type);
        }
        if let Some(seniority) = filter.seniority {
            found.and("seniority = ", seniority);
        }
        match filter.easy_apply {
            None => {}
            Some(true) => found.text.push_str(" AND easy_apply = TRUE"),
            // Of some it is not known.
            Some(false) => found.text.push_str(" AND (easy_apply = FALSE OR easy_apply IS NULL)"),
        }
        if let Some(stars) = filter.stars {
            found.and("stars >= ", stars);
        }
        for (asked, column) in [(filter.closed, "closed_at"), (filter.new.map(|new| !new), "seen_at")] {
            match asked {
                None => {}
                Some(true) => found.text.push_str(&format!(" AND {column} IS NOT NULL")),
                Some(false) => found.text.push_str(&format!(" AND {column} IS NULL")),
            }
        }
        if let Some(until) = filter.reminder_before {
            found.and("next_reminder_at <= ", until);
        }
        if let Some(since) = filter.posted_after {
            found.and("posted_at >= ", since);
        }
    }
}
