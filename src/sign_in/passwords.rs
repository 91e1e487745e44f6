//! Passwords: which are taken, and their hashes (argon2id).

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::randomness::Randomness;

/// What OWASP's cheat sheet asks for at least: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at the same time: each takes a core and the memory above.
const AT_ONCE: usize = 2;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

pub const SHORTEST: usize = 10;
const LONGEST: usize = 512;

/// Of ten characters and more, those that guessers try first. Shorter ones are refused anyway.
const WORST: &[&str] = &[
    "0123456789",
    "1234567890",
    "0987654321",
    "123456789a",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "abcdefghij",
    "asdfghjkl;",
    "basketball",
    "changeme123",
    "football123",
    "iloveyou123",
    "letmein123",
    "monkey12345",
    "p@ssw0rd123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "qazwsxedcr",
    "qwerty12345",
    "qwertyuiop",
    "qwertzuiop",
    "starwars123",
    "sunshine123",
    "superman123",
    "welcome123",
];

/// Hashes on the blocking pool, a bounded number at a time.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    randomness: Randomness,
    /// What a password is compared with when there is nobody to compare it with, so that it takes as long.
    nobodys: Arc<str>,
}

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign in at this moment.
    #[error("too many passwords are being checked at this moment")]
    Busy,
    /// A stored hash cannot be read, or the library refused; a defect of ours.
    #[error("a password cannot be hashed or compared: {0}")]
    Broken(String),
}

impl Passwords {
    pub fn new(randomness: Randomness) -> Self {
        // Shaped like every other hash, of a password that nobody knows.
        let nobodys = hash_now(&randomness.token(40).into(), &randomness.bytes()).expect("the parameters are valid").into();
        Self { slots: Arc::new(Semaphore::new(AT_ONCE)), randomness, nobodys }
    }

    /// A PHC text with a salt of its own.
    pub async fn hash(&self, password: &SecretString) -> Result<String, PasswordError> {
        let turn = self.turn().await?;
        let (password, salt) = (password.clone(), self.randomness.bytes::<16>());
        let hashed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_now(&password, &salt)
        });
        hashed.await.map_err(|error| PasswordError::Broken(error.to_string()))?
    }

    /// Whether the password is the one of the hash. Without a hash it is not, after the same work.
    pub async fn verify(&self, password: &SecretString, hash: Option<String>) -> Result<bool, PasswordError> {
        let turn = self.turn().await?;
        let (password, known) = (password.clone(), hash.is_some());
        let hash = hash.unwrap_or_else(|| self.nobodys.to_string());
        let verified = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let parsed = PasswordHash::new(&hash).map_err(|error| PasswordError::Broken(error.to_string()))?;
            Ok(argon2().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok() && known)
        });
        verified.await.map_err(|error| PasswordError::Broken(error.to_string()))?
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, PasswordError> {
        match tokio::time::timeout(PATIENCE, self.slots.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(PasswordError::Busy),
        }
    }
}

/// Whether a password is taken; if not, why, as words beside the field.
pub fn check(password: &SecretString, email: &str) -> Result<(), String> {
    let password = password.expose_secret();
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(format!("Use {SHORTEST} characters or more; a few words in a row are good."));
    }
    if length > LONGEST {
        return Err(format!("Use {LONGEST} characters at most."));
    }
    let folded = password.to_lowercase();
    let name = email.split('@').next().unwrap_or_default();
    if folded == email || folded == name {
        return Err("Use something else than your e-mail address.".to_owned());
    }
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 || WORST.contains(&folded.as_str()) {
        return Err("This is one of the first that anybody would try; use something else.".to_owned());
    }
    Ok(())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &SecretString, salt: &[u8; 16]) -> Result<String, PasswordError> {
    let hashed: Result<PasswordHash, _> = argon2().hash_password_with_salt(password.expose_secret().as_bytes(), salt);
    hashed.map(|hash| hash.to_string()).map_err(|error| PasswordError::Broken(error.to_string()))
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_argon2id_with_the_parameters_of_owasp_and_fits_its_password_alone() {
        let passwords = Passwords::new(Randomness::seeded(1));
        let right: SecretString = "correct horse battery".into();
        let hash = passwords.hash(&right).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash(&right).await.expect("another"), "a salt serves once");
        assert!(passwords.verify(&right, Some(hash.clone())).await.expect("an answer"));
        assert!(!passwords.verify(&"correct horse batterY".into(), Some(hash)).await.expect("an answer"));
        assert!(!passwords.verify(&right, None).await.expect("an answer"));
        assert!(matches!(passwords.verify(&right, Some("plain".into())).await, Err(PasswordError::Broken(_))));
    }

    #[test]
    fn short_and_guessable_passwords_are_refused_with_the_reason() {
        let refused = |password: &str| check(&password.into(), "ada.invented@example.com").expect_err(password);
        assert_eq!(refused("nine char"), "Use 10 characters or more; a few words in a row are good.");
        assert_eq!(refused("Ada.Invented@example.com"), "Use something else than your e-mail address.");
        assert_eq!(refused("ada.invented"), "Use something else than your e-mail address.");
        for worst in ["Password123", "1234567890", "aaaaaaaaaaaa", "qwertyuiop"] {
            assert!(refused(worst).starts_with("This is one of the first"), "{worst}");
        }
        assert!(refused(&"long".repeat(200)).starts_with("Use 512"));
        for good in ["ten chars!", "correct horse", "ψηφιακό κλειδί"] {
            assert_eq!(check(&good.into(), "ada@example.com"), Ok(()), "{good}");
        }
    }
}
