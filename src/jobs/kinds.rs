//! The one list of job kinds.

use std::sync::Arc;

use super::engine::{Engine, EngineSettings};
use super::export_results::ExportResults;
use super::fetch_postings::FetchPostings;
use super::import_people::ImportPeople;
use super::postings::Desk;
use super::search_postings::SearchPostings;
use super::search_prospects::SearchProspects;
use super::send_mail::{SendMail, TellUser};
use crate::accounts::Accounts;
use crate::randomness::Randomness;
use crate::store::Database;

/// Work that nobody waits for: it shows in the list of jobs, and neither in the tray nor on Home.
pub const QUIET: &str = "send_mail";

/// An engine that knows every kind; without `mail`, all but that one.
pub fn engine(
    database: &Database,
    accounts: &Arc<Accounts>,
    settings: EngineSettings,
    randomness: &Randomness,
    mail: Option<SendMail>,
) -> Engine {
    let desk = Desk { database: database.clone(), accounts: accounts.clone(), randomness: randomness.clone() };
    let mut builder = Engine::builder()
        .kind(SearchProspects { database: database.clone(), accounts: accounts.clone(), randomness: randomness.clone() })
        .kind(SearchPostings { desk: desk.clone() })
        .kind(FetchPostings::new(desk))
        .kind(ExportResults::new(database.clone()))
        .kind(ImportPeople { database: database.clone() });
    if let Some(mail) = mail {
        if mail.mailer.is_some() {
            builder = builder.when_ended(TellUser);
        }
        builder = builder.kind(mail);
    }
    builder.build(database.clone(), settings, randomness.clone())
}
