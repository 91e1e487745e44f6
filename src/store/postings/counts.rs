//! How many postings there are in each status.

use crate::domain::WorkspaceId;
use crate::domain::tracker::ApplicationStatus;
use crate::store::database::{Conn, sql};
use crate::store::error::StoreError;

/// Hidden postings count only as hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostingCounts {
    pub without_status: i64,
    /// In the order of [`ApplicationStatus::ALL`].
    by_status: [i64; ApplicationStatus::ALL.len()],
    pub hidden: i64,
    /// Nobody has opened them.
    pub new: i64,
    /// Follow-ups that are due.
    pub reminders_due: i64,
    /// Postings with one or more of them.
    pub postings_due: i64,
}

impl PostingCounts {
    pub fn with(&self, status: ApplicationStatus) -> i64 {
        self.by_status[status as usize]
    }
}

/// Counted anew each time, from an index that has nothing but what is counted.
pub async fn counts(conn: &mut Conn, workspace: WorkspaceId) -> Result<PostingCounts, StoreError> {
    let rows =
        sql("SELECT hidden, status, count(*) AS postings, CAST(SUM(CASE WHEN seen_at IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unseen \
         FROM postings {indexed_by postings_by_filters} WHERE workspace_id = $1 GROUP BY hidden, status")
        .bind(workspace)
        .fetch_all(conn)
        .await?;
    let mut counts = PostingCounts::default();
    for row in rows {
        let postings: i64 = row.get("postings")?;
        if row.get("hidden")? {
            counts.hidden += postings;
            continue;
        }
        counts.new += row.get::<i64>("unseen")?;
        match row.get::<Option<ApplicationStatus>>("status")? {
            Some(status) => counts.by_status[status as usize] = postings,
            None => counts.without_status = postings,
        }
    }
    let due = sql(
        "SELECT count(*) AS due, count(DISTINCT number) AS postings FROM postings {indexed_by postings_by_reminder} CROSS JOIN posting_reminders \
         WHERE workspace_id = $1 AND hidden = FALSE AND next_reminder_at <= {now} \
         AND posting_number = number AND done_at IS NULL AND due_at <= {now}",
    );
    let due = due.bind(workspace).fetch_one(conn).await?;
    (counts.reminders_due, counts.postings_due) = (due.get("due")?, due.get("postings")?);
    Ok(counts)
}
