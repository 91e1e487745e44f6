//! Sends one mail. A server that is away is asked again by the engine's retries; what it refuses for good ends the job.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use url::Url;

use super::engine::kind::{JobKind, WhenEnded};
use super::engine::{Next, Outcome, StepContext, StepError, Write};
use super::{export_results, import_people, search_prospects};
use crate::domain::job::{Job, JobState, Progress, StopReason};
use crate::domain::{Role, Scope};
use crate::mail::letters::{self, Letter};
use crate::mail::queue::{self, Mail};
use crate::mail::{MailError, Mailer};
use crate::sealing::Sealer;
use crate::sign_in::links;
use crate::store::{Database, StoreError, Tx, jobs, sign_in_links, users, workspaces};

pub const KIND: &str = "send_mail";

/// A job that took less is not worth a mail.
const LONG: Duration = Duration::from_secs(120);

/// What it takes to write and send.
#[derive(Clone)]
pub struct SendMail {
    pub database: Database,
    pub sealer: Sealer,
    /// `None` since the settings were taken away: what is queued ends with a word.
    pub mailer: Option<Mailer>,
    /// Where the links lead.
    pub address: Url,
}

/// Queues a mail when a job ends that took long or needs its user.
pub struct TellUser;

struct Sent;

#[async_trait]
impl JobKind for SendMail {
    const KIND: &'static str = KIND;
    type Args = Mail;
    type Cursor = ();

    async fn step(&self, cx: &StepContext, mail: &Mail, (): ()) -> Result<Box<dyn Write<()>>, StepError> {
        let Some(mailer) = &self.mailer else {
            return Err(fatal(
                "MAIL_NOT_SET_UP",
                "No mail is set up on this server; set SLUICE_SMTP_URL and SLUICE_MAIL_FROM, then Retry.",
            ));
        };
        let (to, letter) = self.write(&cx.job, mail).await?;
        match mailer.send(&to, &cx.job.id.to_string(), &letter).await {
            Ok(()) => Ok(Box::new(Sent)),
            Err(MailError::Later(why)) => {
                tracing::warn!(job = %cx.job.id, why, "a mail did not go out yet");
                Err(StepError::Retry { message: "The mail server did not take the mail. It is tried again.".into() })
            }
            Err(MailError::Refused(why)) => {
                tracing::warn!(job = %cx.job.id, why, "a mail was refused");
                Err(fatal("MAIL_REFUSED", "The mail server refused the mail; the log says why. `sluice doctor` tries its settings."))
            }
        }
    }
}

impl SendMail {
    /// To whom, and what.
    async fn write(&self, job: &Job, mail: &Mail) -> Result<(String, Letter), StepError> {
        let mut conn = self.database.read().await?;
        let scope = Scope::Workspace(job.workspace_id);
        match mail {
            Mail::Invitation { link_id, sealed } => {
                let link = sign_in_links::find(&mut conn, *link_id).await?.ok_or_else(gone)?;
                let token = queue::unseal(&self.sealer, job.workspace_id, *link_id, sealed).ok_or_else(unreadable)?;
                let workspace = workspaces::find(&mut conn, scope, job.workspace_id).await?.ok_or_else(gone)?;
                let by = users::find(&mut conn, job.user_id).await?.map_or_else(|| "An owner".to_owned(), |user| user.name);
                let role = link.role.unwrap_or(Role::Viewer);
                let url = links::url(&self.address, link.kind, &token);
                Ok((link.email.ok_or_else(gone)?, letters::invitation(&workspace.name, &by, role, url)))
            }
            Mail::Reset { link_id, sealed } => {
                let link = sign_in_links::find(&mut conn, *link_id).await?.ok_or_else(gone)?;
                let token = queue::unseal(&self.sealer, job.workspace_id, *link_id, sealed).ok_or_else(unreadable)?;
                let user = users::find(&mut conn, job.user_id).await?.ok_or_else(gone)?;
                Ok((user.email.ok_or_else(gone)?, letters::reset(links::url(&self.address, link.kind, &token))))
            }
            Mail::JobEnded { job_id } => {
                let ended = jobs::find(&mut conn, scope, *job_id).await?.ok_or_else(gone)?;
                let user = users::find(&mut conn, ended.user_id).await?.ok_or_else(gone)?;
                let what = match ended.kind.as_str() {
                    search_prospects::KIND => "Your search",
                    export_results::KIND => "Your export",
                    import_people::KIND => "Your import",
                    _ => "Your job",
                };
                Ok((user.email.ok_or_else(gone)?, letters::job_ended(&ended, what, &self.address)))
            }
        }
    }
}

#[async_trait]
impl Write<()> for Sent {
    async fn write(&self, _: &mut Tx, _: &Job) -> Result<Outcome<()>, StoreError> {
        let sent = Next::Done { reason: StopReason::TargetReached, result: Some(json!({ "sent": true })) };
        Ok(Outcome { progress: Some(Progress { current: 1, total: 1, message: Some("sent".into()) }), ..Outcome::new(sent) })
    }
}

#[async_trait]
impl WhenEnded for TellUser {
    async fn ended(&self, tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
        let took = job.completed_at.zip(job.started_at).map_or(Duration::ZERO, |(end, start)| end.since(start));
        let is_news = letters::needs_user(job) || (took >= LONG && job.state != JobState::Canceled);
        if job.kind == KIND || !is_news {
            return Ok(());
        }
        match users::find(tx, job.user_id).await? {
            Some(user) if user.notified && user.email.is_some() => {
                queue::put(tx, job.workspace_id, job.user_id, &Mail::JobEnded { job_id: job.id }).await
            }
            _ => Ok(()),
        }
    }
}

fn gone() -> StepError {
    fatal("NOTHING_TO_TELL", "What the mail was to tell of is gone by now.")
}

fn unreadable() -> StepError {
    fatal("WRONG_SECRET_KEY", "The link in the mail was sealed with another SLUICE_SECRET_KEY. Make the link anew.")
}

fn fatal(code: &'static str, message: &str) -> StepError {
    StepError::Fatal { reason: StopReason::Error, code, message: message.into(), retryable: true }
}
