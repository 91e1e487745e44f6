//! The accounts through which postings can be had, to choose from.

use sluice_api::wording::numbers::duration;

use crate::domain::account::{Account, AccountState, ProviderName};
use crate::http::pages::visit::Visit;
use crate::http::problem::Failure;
use crate::http::wire;
use crate::store::{Conn, accounts};

const MOST: u32 = 200;

/// One of them, or why it cannot be used now.
pub struct Source {
    pub id: String,
    pub name: String,
    pub about: String,
    pub off: Option<String>,
    pub chosen: bool,
}

/// The sources of postings that the visitor may use, the chosen one marked.
pub async fn sources(visit: &Visit, conn: &mut Conn, chosen: &str) -> Result<Vec<Source>, Failure> {
    let caller = &visit.caller;
    let (usable, _) = accounts::usable_by(conn, caller.scope(), caller.user_id, MOST, 0).await?;
    let sources = usable.into_iter().filter(|account| account.provider.has_postings()).map(|account| Source {
        about: about(&account),
        chosen: account.id.to_string() == chosen,
        off: match account.state {
            AccountState::Connected => None,
            AccountState::Off => Some("It is switched off. Switch it on under Accounts.".to_owned()),
            AccountState::Trouble => {
                Some(account.state_message.clone().unwrap_or_else(|| "The provider refuses it. Test it under Accounts.".to_owned()))
            }
        },
        id: account.id.to_string(),
        name: account.name,
    });
    Ok(sources.collect())
}

fn about(account: &Account) -> String {
    let title = wire::provider(account.provider).title();
    match account.provider {
        ProviderName::Linkedin if account.pace.delay.is_zero() => format!("{title}, as fast as it goes"),
        ProviderName::Linkedin => format!("{title}, a page every {}", duration(account.pace.delay)),
        _ => format!("{title}, at a price for each record"),
    }
}

/// Whether anybody can be asked for postings now.
pub fn can_ask(sources: &[Source]) -> bool {
    sources.iter().any(|source| source.off.is_none())
}
