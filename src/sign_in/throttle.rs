//! How often somebody may try to sign in. Delays grow with the failures and have an end, so that nobody is locked out for ever; a link or
//! a key gets in beside them.

use std::net::IpAddr;
use std::time::Duration;

use crate::sealing::KeyHasher;
use crate::store::sign_in_attempts::{self, Turn};
use crate::store::{Database, StoreError, Tx};

/// Failures without a delay, and the longest delay after more: it doubles from a second.
#[derive(Debug, Clone, Copy)]
struct Policy {
    free: i64,
    longest: Duration,
}

/// One address trying one account: the ordinary guesser.
const PAIR: Policy = Policy { free: 5, longest: Duration::from_secs(15 * 60) };
/// One address trying many accounts.
const CLIENT: Policy = Policy { free: 20, longest: Duration::from_secs(15 * 60) };
/// Many addresses trying one account. A minute at most, since its user stands behind the same delay.
const ACCOUNT: Policy = Policy { free: 20, longest: Duration::from_secs(60) };
/// Mails to one address.
const MAILED: Policy = Policy { free: 2, longest: Duration::from_secs(3600) };

impl Policy {
    fn delay_after(self, failures: i64) -> Duration {
        match u32::try_from(failures - self.free) {
            Ok(beyond @ 0..=30) => Duration::from_secs(1 << beyond).min(self.longest),
            Ok(_) => self.longest,
            Err(_) => Duration::ZERO,
        }
    }
}

/// One attempt, with all that it counts against. What was typed is kept as a hash alone: people type passwords into the wrong field.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Cleared by a success.
    own: Vec<(String, Policy)>,
    /// Given back by a success, with earlier failures still counted.
    shared: Vec<(String, Policy)>,
}

impl Attempt {
    /// E-mail and password.
    pub fn at_account(hasher: &KeyHasher, email: &str, client: Option<IpAddr>) -> Self {
        let account = short(hasher.hash(&format!("account {email}")));
        let from = named(client);
        Self {
            own: vec![(format!("pair:{account}:{from}"), PAIR), (format!("account:{account}"), ACCOUNT)],
            shared: vec![(format!("client:{from}"), CLIENT)],
        }
    }

    /// An API key, of which there is no name to count by.
    pub fn with_key(client: Option<IpAddr>) -> Self {
        Self { own: Vec::new(), shared: vec![(format!("client:{}", named(client)), CLIENT)] }
    }

    /// The wish for a mail to an address.
    pub fn at_mail(hasher: &KeyHasher, email: &str, client: Option<IpAddr>) -> Self {
        let mailed = short(hasher.hash(&format!("mailed {email}")));
        Self { own: vec![(format!("mailed:{mailed}"), MAILED)], shared: vec![(format!("mails:{}", named(client)), CLIENT)] }
    }

    /// Counts the attempt in a transaction of its own, unless one of its subjects has to wait.
    pub async fn begin(&self, database: &Database) -> Result<Turn, StoreError> {
        let mut subjects: Vec<&(String, Policy)> = self.own.iter().chain(&self.shared).collect();
        // In one order, so that two attempts at once wait for each other instead of locking each other out.
        subjects.sort_by(|one, other| one.0.cmp(&other.0));
        let mut tx = database.begin().await?;
        for (subject, policy) in subjects {
            if let Turn::In(wait) = sign_in_attempts::begin(&mut tx, subject, |failures| policy.delay_after(failures)).await? {
                return Ok(Turn::In(wait));
            }
        }
        tx.commit().await?;
        Ok(Turn::Now)
    }

    /// The attempt was right after all.
    pub async fn succeed(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for (subject, _) in &self.own {
            sign_in_attempts::clear(tx, subject).await?;
        }
        for (subject, _) in &self.shared {
            sign_in_attempts::give_back(tx, subject).await?;
        }
        Ok(())
    }
}

fn short(hash: String) -> String {
    hash.chars().take(32).collect()
}

/// An IPv6 client has a whole /64 to itself.
fn named(client: Option<IpAddr>) -> String {
    match client.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_and_have_an_end() {
        let delays = |policy: Policy, failures: &[i64]| failures.iter().map(|n| policy.delay_after(*n).as_secs()).collect::<Vec<_>>();
        assert_eq!(delays(PAIR, &[1, 4, 5, 6, 7, 14, 15, 1_000]), [0, 0, 1, 2, 4, 512, 900, 900]);
        assert_eq!(delays(ACCOUNT, &[19, 20, 25, 26, 100]), [0, 1, 32, 60, 60]);
    }

    #[test]
    fn an_attempt_keeps_nothing_of_what_was_typed() {
        let attempt =
            Attempt::at_account(&KeyHasher::new(&"secret".into()), "ada@example.com", Some("2001:db8::7".parse().expect("an address")));
        let told = format!("{attempt:?}");
        assert!(!told.contains("ada") && told.contains("2001:db8:0:0::/64"), "{told}");
    }
}
