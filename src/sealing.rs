//! Secrets at rest: credentials are encrypted, API keys are hashed, both with keys derived from the server's one secret.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::randomness::Randomness;

/// The first byte of what is sealed, so that another cipher can come later.
const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;

/// Seals credentials with XChaCha20-Poly1305. What is sealed opens only for the row and the workspace that it was sealed for.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    randomness: Randomness,
}

/// Turns an API key into what is stored and looked up. Keyed, so that a stolen table cannot be tried against short keys.
#[derive(Clone)]
pub struct KeyHasher {
    mac: Hmac<Sha256>,
}

/// Whose secret it is; moved to another row, it does not open.
#[derive(Debug, Clone, Copy)]
pub struct Belongs<'a> {
    pub workspace_id: &'a str,
    pub row_id: &'a str,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// Another SLUICE_SECRET_KEY sealed it, or it was changed, or it belongs to another row.
    #[error("stored credentials do not open with this SLUICE_SECRET_KEY; start with the one that sealed them, or enter them again")]
    WrongKey,
    #[error("stored credentials have an unknown format ({0}); a newer program wrote them")]
    UnknownVersion(u8),
}

impl Sealer {
    pub fn new(secret: &SecretString, randomness: Randomness) -> Self {
        let key = derive(secret, "sluice credentials v1");
        Self { cipher: XChaCha20Poly1305::new(&Key::from(*key)), randomness }
    }

    /// Version, nonce, ciphertext with its tag.
    pub fn seal(&self, plain: &[u8], belongs: Belongs<'_>) -> Vec<u8> {
        let nonce = self.randomness.bytes::<NONCE_LEN>();
        let payload = Payload { msg: plain, aad: &belongs.associated() };
        let ciphertext = self.cipher.encrypt(&XNonce::from(nonce), payload).expect("credentials are far below the cipher's 256 GiB");
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    pub fn open(&self, sealed: &[u8], belongs: Belongs<'_>) -> Result<Zeroizing<Vec<u8>>, SealError> {
        match sealed.first() {
            Some(&VERSION) => {}
            Some(&other) => return Err(SealError::UnknownVersion(other)),
            None => return Err(SealError::WrongKey),
        }
        let Some((nonce, ciphertext)) = sealed[1..].split_first_chunk::<NONCE_LEN>() else { return Err(SealError::WrongKey) };
        let payload = Payload { msg: ciphertext, aad: &belongs.associated() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| SealError::WrongKey)
    }
}

impl Belongs<'_> {
    fn associated(&self) -> Vec<u8> {
        // Ids hold no zero byte, so the two cannot run into each other.
        [self.workspace_id.as_bytes(), b"\0", self.row_id.as_bytes()].concat()
    }
}

impl KeyHasher {
    pub fn new(secret: &SecretString) -> Self {
        let key = derive(secret, "sluice api keys v1");
        Self { mac: <Hmac<Sha256> as KeyInit>::new_from_slice(&key[..]).expect("HMAC takes a key of any length") }
    }

    /// HMAC-SHA256 of the key's text, in hex.
    pub fn hash(&self, key: &str) -> String {
        let mut mac = self.mac.clone();
        mac.update(key.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

/// Tells one secret from another without telling anything else; the database keeps it.
pub fn fingerprint(secret: &SecretString) -> String {
    hex::encode(&derive(secret, "sluice fingerprint v1")[..16])
}

fn derive(secret: &SecretString, purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes())
        .expand(purpose.as_bytes(), &mut key[..])
        .expect("32 bytes are within what HKDF-SHA256 gives");
    key
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl std::fmt::Debug for KeyHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyHasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Belongs<'_> = Belongs { workspace_id: "w1", row_id: "a1" };

    fn sealer(secret: &str) -> Sealer {
        Sealer::new(&secret.into(), Randomness::seeded(1))
    }

    #[test]
    fn what_is_sealed_opens_again_and_shows_nothing() {
        let sealer = sealer("a secret of some 32 characters…");
        let sealed = sealer.seal(b"provider-key", HERE);
        assert_eq!(sealed[0], VERSION);
        assert!(!sealed.windows(12).any(|window| window == b"provider-key"));
        assert_eq!(sealer.open(&sealed, HERE).expect("it opens").as_slice(), b"provider-key");
        assert_ne!(sealed, sealer.seal(b"provider-key", HERE), "a nonce serves once");
    }

    #[test]
    fn another_key_or_row_or_a_changed_byte_opens_nothing() {
        let sealed = sealer("one").seal(b"provider-key", HERE);
        assert_eq!(sealer("other").open(&sealed, HERE), Err(SealError::WrongKey));
        for elsewhere in [Belongs { row_id: "a2", ..HERE }, Belongs { workspace_id: "w2", ..HERE }] {
            assert_eq!(sealer("one").open(&sealed, elsewhere), Err(SealError::WrongKey));
        }
        let mut changed = sealed.clone();
        *changed.last_mut().expect("it is not empty") ^= 1;
        assert_eq!(sealer("one").open(&changed, HERE), Err(SealError::WrongKey));
        assert_eq!(sealer("one").open(&sealed[..20], HERE), Err(SealError::WrongKey));
        assert_eq!(sealer("one").open(&[], HERE), Err(SealError::WrongKey));
        assert_eq!(sealer("one").open(&[9, 1, 2], HERE), Err(SealError::UnknownVersion(9)));
    }

    #[test]
    fn a_hash_is_the_same_for_the_same_key_and_secret_only() {
        let hasher = KeyHasher::new(&"one".into());
        assert_eq!(hasher.hash("sk_x"), hasher.hash("sk_x"));
        assert_ne!(hasher.hash("sk_x"), hasher.hash("sk_y"));
        assert_ne!(hasher.hash("sk_x"), KeyHasher::new(&"other".into()).hash("sk_x"));
        assert_ne!(fingerprint(&"one".into()), fingerprint(&"other".into()));
    }

    #[test]
    fn immunity_24_neither_prints_its_key() {
        assert_eq!(format!("{:?} {:?}", sealer("one"), KeyHasher::new(&"one".into())), "Sealer KeyHasher");
    }
}
