//! Asking for one posting, and what its answer means for the job.

use sluice_providers::{PostingFetcher, ProviderError};

use super::Desk;
use super::details::Details;
use super::fault::{self, Called};
use super::gate::Passed;
use super::keeping::Keeping;
use super::streak::{Streak, UNREACHABLE, Verdict};
use crate::accounts::postings::PostingAccount;
use crate::domain::job::Job;
use crate::domain::posting::Reason;
use crate::jobs::engine::{StepError, Write};
use crate::store::postings::items::Wanting;

/// A posting to be asked for, by a call that may start.
pub(in crate::jobs) struct Asking<'a> {
    pub desk: &'a Desk,
    pub job: &'a Job,
    pub account: &'a PostingAccount,
    pub fetcher: &'a dyn PostingFetcher,
    pub item: Wanting,
    pub streak: Streak,
    pub keeping: Keeping,
    pub passed: Passed,
}

/// Asks for the posting; the commit goes on with the cursor that `cursor` makes of the streak.
pub(in crate::jobs) async fn read_one<C: Clone + Send + Sync + 'static>(
    asking: Asking<'_>,
    cursor: impl FnOnce(Streak) -> C + Send,
) -> Result<Box<dyn Write<C>>, StepError> {
    let Asking { desk, job, account, fetcher, item, streak, keeping, passed } = asking;
    let called = Called { desk, account, passed, collection: None };
    let (answer, streak, verdict) = match fetcher.fetch_posting(&account.login, &item.linkedin_id).await {
        Ok(answer) => {
            let (streak, verdict) = streak.after(&item, &answer);
            (Ok(answer), streak, verdict)
        }
        // A host that is in trouble whenever it is asked for this one, and goes on to answer other questions, has its trouble with this one.
        Err(ProviderError::Unreachable { status: Some(500..=599), detail }) if job.attempt >= job.max_attempts => {
            if item.doubted.as_deref() != Some(UNREACHABLE) {
                return Ok(fault::given_up(&called, job, item.position, &detail));
            }
            let message = format!("It could not be had, however often it was asked for: {}.", detail.trim_end_matches('.'));
            (Err(Reason::new(UNREACHABLE, message)), streak, Verdict::Settle { gone: Vec::new() })
        }
        Err(error) => return fault::answer(&called, error).await,
    };
    let (source, host) = (account.source, account.host.clone());
    Ok(Box::new(Details { cursor: cursor(streak), item, answer, verdict, keeping, source, host, passed }))
}
