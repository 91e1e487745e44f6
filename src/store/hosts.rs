//! One circuit breaker a host, for all workspaces, in the row that also keeps the host's pace.
//!
//! A block opens it: nobody asks there any more but jobs that a person has started or retried since. The first of them that is answered closes
//! it for all.

use url::Url;

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use super::paces::{self, Door};
use crate::domain::{Micros, ProviderName};

/// What a host's row is called: its name alone at the provider's usual address, else the provider, the name and the port where that is not
/// the scheme's. However an address is written, it is one host, and two servers on one machine are two.
pub fn key(provider: ProviderName, address: &Url) -> String {
    let name = name(address);
    match address.port() {
        _ if is_usual(provider, address) => name,
        Some(port) => format!("{} {name}:{port}", provider.as_str()),
        None => format!("{} {name}", provider.as_str()),
    }
}

/// Whether the address is the provider's one and only, however it is written.
pub fn is_usual(provider: ProviderName, address: &Url) -> bool {
    let usual = provider.usual_address().and_then(|usual| Url::parse(usual).ok());
    usual.is_some_and(|usual| name(&usual) == name(address))
}

fn name(address: &Url) -> String {
    address.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
}

/// Why nobody asks a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub at: Micros,
    /// What the host said, and what to do.
    pub message: String,
}

/// The block of a host, while its breaker is open.
pub async fn blocked(conn: &mut Conn, host: &str) -> Result<Option<Block>, StoreError> {
    let row = sql("SELECT opened_at, opened_message FROM hosts WHERE host = $1 AND opened_at IS NOT NULL")
        .bind(host)
        .fetch_optional(conn)
        .await?;
    let read = |row: &super::database::Row| {
        Ok(Block { at: row.get("opened_at")?, message: row.get::<Option<String>>("opened_message")?.unwrap_or_default() })
    };
    row.as_ref().map(read).transpose()
}

/// Opens the breaker, or keeps it open from now on.
pub async fn block(tx: &mut Tx, host: &str, message: &str) -> Result<(), StoreError> {
    paces::hold(tx, Door::Host(host)).await?;
    sql("UPDATE hosts SET opened_at = {now}, opened_message = $2, strikes = 0 WHERE host = $1")
        .bind(host)
        .bind(message)
        .execute(tx)
        .await?;
    Ok(())
}

/// A job that was let through since a person wanted it at `wanted_at` has been answered: closes a breaker that was opened before that.
pub async fn reopen(tx: &mut Tx, host: &str, wanted_at: Micros) -> Result<bool, StoreError> {
    let closed = sql("UPDATE hosts SET opened_at = NULL, opened_message = NULL WHERE host = $1 AND opened_at <= $2")
        .bind(host)
        .bind(wanted_at)
        .execute(tx)
        .await?;
    Ok(closed > 0)
}

/// When the next call may start there, by its pace and by what it asked for; in the past when it may go now. `None` while nobody has asked.
pub async fn next_call_at(conn: &mut Conn, host: &str) -> Result<Option<Micros>, StoreError> {
    sql("SELECT CASE WHEN blocked_until > next_at THEN blocked_until ELSE next_at END AS next_call_at FROM hosts WHERE host = $1")
        .bind(host)
        .fetch_optional(conn)
        .await?
        .map(|row| row.get("next_call_at"))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_row_however_its_address_is_written_and_two_servers_have_two() {
        let key = |provider, address: &str| key(provider, &address.parse().expect("an address"));
        let (linkedin, brightdata) = (ProviderName::Linkedin, ProviderName::Brightdata);
        // These are the rows of before, in which an open block may stand.
        assert_eq!(key(linkedin, "https://www.linkedin.com"), "www.linkedin.com");
        assert_eq!(key(brightdata, "https://api.brightdata.com"), "api.brightdata.com");
        for address in ["https://WWW.LinkedIn.com", "https://www.linkedin.com.", "https://www.linkedin.com:443/", "http://www.linkedin.com"]
        {
            assert_eq!(key(linkedin, address), "www.linkedin.com", "{address}");
        }
        assert_eq!(key(linkedin, "http://127.0.0.1:9000"), "linkedin 127.0.0.1:9000");
        assert_eq!(key(brightdata, "http://127.0.0.1:9000"), "brightdata 127.0.0.1:9000");
        assert_eq!(key(linkedin, "https://Jobs.example."), "linkedin jobs.example");
    }
}
