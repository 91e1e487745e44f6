//! Where chance comes from, so that tests can seed it.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Cheap to clone; clones draw from one generator, which is fit for keys when it comes from the system.
#[derive(Clone)]
pub struct Randomness {
    generator: Arc<Mutex<StdRng>>,
}

impl Randomness {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
    pub fn from_system() -> Self {
        Self { generator: Arc::new(Mutex::new(StdRng::from_rng(&mut rand::rng()))) }
    }

    /// The same draws every time, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self { generator: Arc::new(Mutex::new(StdRng::seed_from_u64(seed))) }
    }

    /// From 0 up to, and never, 1.
    pub fn fraction(&self) -> f64 {
        self.draw(|generator| generator.random::<f64>())
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.draw(|generator| generator.fill_bytes(&mut bytes));
        bytes
    }

    /// Letters and digits: nearly 6 bits each.
    pub fn token(&self, length: usize) -> String {
        self.draw(|generator| (0..length).map(|_| char::from(ALPHABET[generator.random_range(0..ALPHABET.len())])).collect())
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        // A panic while drawing leaves a generator that is as random as before.
        draw(&mut self.generator.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_draws_and_the_system_gives_others() {
        let (one, other) = (Randomness::seeded(7), Randomness::seeded(7));
        assert_eq!((one.token(40), one.bytes::<8>()), (other.token(40), other.bytes::<8>()));
        assert_ne!(Randomness::from_system().token(40), Randomness::from_system().token(40));
        assert!((0..1000).map(|_| one.fraction()).all(|drawn| (0.0..1.0).contains(&drawn)));
    }
}
