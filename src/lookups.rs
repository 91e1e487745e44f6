//! What a person's words may mean at a provider: asked politely, and remembered for all.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sluice_providers::{Api, Choice, LookupCache, LookupKind};

use crate::accounts::{Accounts, Usable};
use crate::domain::account::Account;
use crate::domain::text::fold;
use crate::domain::{Micros, UserId, WorkspaceId};
use crate::jobs::engine::StepError;
use crate::jobs::search_prospects::{draw_gap, fault};
use crate::randomness::Randomness;
use crate::store::paces::{self, Start};
use crate::store::{Database, StoreError, lookups};

/// Choices that one answer has at most.
const MOST: usize = 20;
/// The fewest letters that a provider is asked with.
pub const FEWEST_LETTERS: usize = 2;

/// What is needed to look words up.
pub struct Lookups {
    pub database: Database,
    pub accounts: Arc<Accounts>,
    pub randomness: Randomness,
}

/// Whose words, and among what they are looked up.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub account: &'a Account,
    pub kind: LookupKind,
    pub words: &'a str,
}

/// What the words may mean, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub choices: Vec<Choice>,
    /// Why this is only what is remembered, as one plain sentence; none for a whole answer.
    pub note: Option<String>,
    /// When the provider may be asked again, from now.
    pub wait: Option<Duration>,
}

impl Lookups {
    /// From what is remembered; else the provider is asked, if the account may start a call now. Where it may not, or the provider does
    /// not answer, what is remembered of shorter words is all there is, with the reason.
    pub async fn look_up(&self, question: &Question<'_>) -> Result<Answered, StoreError> {
        let api = question.account.api.unwrap_or(Api::Classic);
        let provider = provider_of(question.account.provider.as_str(), api);
        let name = name(question.kind);
        let words = fold(question.words);
        if let Some(choices) = stored(&self.database, &provider, &name, &words).await? {
            return Ok(whole(choices));
        }
        let account = match self.accounts.usable(question.workspace_id, question.user_id, question.account.id).await? {
            Ok(account) => account,
            Err(why) => return self.remembered(&provider, &name, &words, why, None).await,
        };
        let now = Micros(self.database.now_us().await?);
        if let Some(opens) = account.working_hours.as_ref().map(|hours| hours.next_open(now, &account.time_zone)).filter(|at| *at > now) {
            let why = "The account is outside its working hours, so LinkedIn is not asked now. Words are looked up when the search starts.";
            return self.remembered(&provider, &name, &words, why.into(), Some(opens.since(now))).await;
        }
        if let Some(wait) = self.not_yet(&account).await? {
            let why = "The account keeps its pace, so LinkedIn is asked again in a moment.".to_owned();
            return self.remembered(&provider, &name, &words, why, Some(wait)).await;
        }
        match account.provider.look_up(&account.login, question.kind, question.words.trim()).await {
            Ok(choices) => {
                // What is unknown today may be known tomorrow, so only findings are remembered.
                if !choices.is_empty() {
                    let mut tx = self.database.begin().await?;
                    lookups::save(&mut tx, &provider, &name, &words, &written(&choices)?).await?;
                    tx.commit().await?;
                }
                Ok(whole(choices))
            }
            Err(error) => {
                // Everybody on the account is told, as by a job.
                let (why, wait) = match fault::answer(&self.database, &self.randomness, &account, None, error).await? {
                    StepError::RateLimited { wait, .. } => ("LinkedIn asked us to slow down.".to_owned(), Some(wait)),
                    StepError::Fatal { message, .. } | StepError::Retry { message } => (message, None),
                    StepError::Store(error) => return Err(error),
                };
                self.remembered(&provider, &name, &words, why, wait).await
            }
        }
    }

    /// How long until the account may start a call; `None` when this one has started. What would have to wait reserves nothing.
    async fn not_yet(&self, account: &Usable) -> Result<Option<Duration>, StoreError> {
        let mut tx = self.database.begin().await?;
        match paces::start(&mut tx, account.id, None, draw_gap(account.pace, self.randomness.fraction())).await? {
            Start::Go => {
                tx.commit().await?;
                Ok(None)
            }
            // The transaction is dropped, and the promised slot with it.
            Start::Wait { wait, .. } => Ok(Some(wait)),
        }
    }

    async fn remembered(
        &self,
        provider: &str,
        kind: &str,
        words: &str,
        note: String,
        wait: Option<Duration>,
    ) -> Result<Answered, StoreError> {
        let beginnings = beginnings(words);
        let mut choices = Vec::new();
        if let Some(found) = lookups::longest(&mut self.database.read().await?, provider, kind, &beginnings).await? {
            choices = read(&found)?;
            choices.retain(|choice| words.split(' ').all(|word| fold(&choice.title).contains(word)));
        }
        choices.truncate(MOST);
        Ok(Answered { choices, note: Some(note), wait })
    }
}

fn whole(mut choices: Vec<Choice>) -> Answered {
    choices.truncate(MOST);
    Answered { choices, note: None, wait: None }
}

/// "be", "ber", "berl" for "berli": what may have been asked while it was typed.
fn beginnings(words: &str) -> Vec<String> {
    let letters: Vec<char> = words.chars().take(64).collect();
    (FEWEST_LETTERS..letters.len()).map(|count| letters[..count].iter().collect::<String>().trim_end().to_owned()).collect()
}

/// Look-ups remembered in the database, under the folded words.
pub struct StoredLookups {
    database: Database,
    provider: String,
}

impl StoredLookups {
    pub fn new(database: &Database, provider: &str, api: Api) -> Self {
        Self { database: database.clone(), provider: provider_of(provider, api) }
    }
}

/// The name under which the answers of a provider's api are kept.
fn provider_of(provider: &str, api: Api) -> String {
    format!("{provider}/{}", api.as_str())
}

#[async_trait]
impl LookupCache for StoredLookups {
    async fn get(&self, kind: LookupKind, words: &str) -> Result<Option<Vec<Choice>>, anyhow::Error> {
        Ok(stored(&self.database, &self.provider, &name(kind), &fold(words)).await?)
    }

    async fn put(&self, kind: LookupKind, words: &str, choices: &[Choice]) -> Result<(), anyhow::Error> {
        let mut tx = self.database.begin().await?;
        lookups::save(&mut tx, &self.provider, &name(kind), &fold(words), &written(choices)?).await?;
        Ok(tx.commit().await?)
    }
}

async fn stored(database: &Database, provider: &str, kind: &str, words: &str) -> Result<Option<Vec<Choice>>, StoreError> {
    let found = lookups::find(&mut database.read().await?, provider, kind, words).await?;
    found.map(|choices| read(&choices)).transpose()
}

fn read(choices: &str) -> Result<Vec<Choice>, StoreError> {
    serde_json::from_str(choices).map_err(|error| StoreError::Refused(format!("remembered choices cannot be read: {error}")))
}

fn written(choices: &[Choice]) -> Result<String, StoreError> {
    serde_json::to_string(choices).map_err(|error| StoreError::Refused(format!("choices cannot be written as JSON: {error}")))
}

fn name(kind: LookupKind) -> String {
    match kind {
        LookupKind::Location => "LOCATION",
        LookupKind::Company => "COMPANY",
        LookupKind::Industry => "INDUSTRY",
        LookupKind::SalesIndustry => "SALES_INDUSTRY",
        LookupKind::School => "SCHOOL",
        LookupKind::JobTitle => "JOB_TITLE",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_while_typing_are_the_beginnings() {
        assert_eq!(beginnings("berli"), ["be", "ber", "berl"]);
        assert_eq!(beginnings("são p"), ["sã", "são", "são"]);
        assert_eq!(beginnings("be"), Vec::<String>::new());
    }
}
