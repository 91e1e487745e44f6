//! When one posting repeats another: the same company, title and place, and nearly the same description.

use sha2::{Digest, Sha256};

use super::{Offer, company};
use crate::domain::text;

/// Descriptions whose hashes differ in no more bits than this are nearly equal. Changing a sentence of a description of 300 words moves 3 to 6
/// bits; two descriptions of different work lie around 32 apart.
pub const NEAR_BITS: u32 = 6;
/// Words of one shingle.
const SHINGLE: usize = 3;
/// Shorter descriptions say too little to be compared.
const FEWEST_WORDS: usize = 20;

/// What a repetition shares with the posting that it repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// Company, title and place, folded and hashed.
    pub key: String,
    /// A similarity hash of the description: near hashes mean nearly the same words.
    pub hash: u64,
}

impl Likeness {
    /// `None` while title, company or a description of some length is missing: nothing is taken for a repetition by what is not known.
    pub fn of(offer: &Offer) -> Option<Self> {
        let (title, name) = (offer.title.as_deref()?, offer.company_name.as_deref()?);
        let words = text::words(&offer.description.as_ref()?.text);
        if words.len() < FEWEST_WORDS {
            return None;
        }
        let place = text::fold(offer.location.as_deref().unwrap_or_default());
        let shared = format!("{}\n{}\n{place}", company::name_key(name), text::fold(title));
        Some(Self { key: hex::encode(&Sha256::digest(shared)[..16]), hash: similarity_hash(&words) })
    }
}

/// Whether two hashes are of nearly the same description.
pub fn is_near(one: u64, other: u64) -> bool {
    (one ^ other).count_ones() <= NEAR_BITS
}

/// Charikar's hash over overlapping shingles of words: each bit is what most shingles have there, so few changed words change few bits.
fn similarity_hash(words: &[String]) -> u64 {
    let mut votes = [0_i32; 64];
    for shingle in words.windows(SHINGLE) {
        let mut digest = Sha256::new();
        for word in shingle {
            digest.update(word);
            digest.update([0]);
        }
        let bits = digest.finalize()[..8].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for (n, vote) in votes.iter_mut().enumerate() {
            *vote += if bits >> n & 1 == 1 { 1 } else { -1 };
        }
    }
    votes.iter().enumerate().fold(0, |hash, (n, vote)| if *vote > 0 { hash | 1 << n } else { hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: [&str; 12] = [
        "You will design and run the services that move money between our branches every night",
        "Our team of nine writes Rust and reviews every change in pairs before it is released",
        "We measure what we build and would rather remove a feature than explain it twice",
        "You know how transactions behave when machines fail in the middle of them",
        "Experience with Postgres at some size is welcome and curiosity is required",
        "You will take part in a rota of eight people for calls outside working hours",
        "The office is by the river and two days a week are spent there together",
        "We pay a yearly bonus that depends on nothing but the company's result",
        "Thirty days of leave and a budget for conferences come with the position",
        "Please send a short letter that tells what you built and what you would build differently",
        "We answer every application within two weeks and tell the reasons of a refusal",
        "Applications from people who return after a longer pause are welcome here",
    ];

    fn offer(description: &str) -> Offer {
        Offer {
            title: Some("Backend Engineer".into()),
            company_name: Some("Alderbank Inc.".into()),
            location: Some("Ghent, Belgium".into()),
            description: sluice_providers::posting::Description::from_text(description),
            ..Offer::default()
        }
    }

    fn likeness(sentences: &[&str]) -> Likeness {
        Likeness::of(&offer(&sentences.join(". "))).expect("a likeness")
    }

    fn bits(one: &Likeness, other: &Likeness) -> u32 {
        (one.hash ^ other.hash).count_ones()
    }

    #[test]
    fn small_changes_of_a_description_stay_near_and_another_description_does_not() {
        let whole = likeness(&WORK);
        let mut dated = WORK.to_vec();
        dated[7] = "We pay a yearly bonus that depends on nothing but the result of 2027";
        let shouted: Vec<String> = WORK.iter().map(|sentence| format!("{}!", sentence.to_uppercase())).collect();
        let shouted: Vec<&str> = shouted.iter().map(String::as_str).collect();
        for (name, like) in [("one clause", likeness(&dated)), ("case and marks", likeness(&shouted))] {
            assert_eq!(like.key, whole.key);
            assert!(is_near(like.hash, whole.hash), "{name}: {} bits", bits(&like, &whole));
        }
        // Another team's posting by the same author: the second half is the company's boilerplate.
        let mut other = WORK.to_vec();
        other[..6].copy_from_slice(&[
            "You will sell our card terminals to shops and restaurants of the whole province",
            "Most of the day is spent on the road with a colleague who knows the customers",
            "You like to explain prices and you do not mind hearing no before lunch",
            "A driving licence is needed and a car is provided for private use as well",
            "Dutch and French are spoken by our customers and both are needed",
            "You plan your own week and report on Fridays what came of it",
        ]);
        let other = likeness(&other);
        assert!(!is_near(other.hash, whole.hash), "{} bits", bits(&other, &whole));
    }

    #[test]
    fn another_title_place_or_company_is_no_repetition_and_a_legal_form_does_not_count() {
        let text = WORK.join(". ");
        let key = |change: &dyn Fn(&mut Offer)| {
            let mut offer = offer(&text);
            change(&mut offer);
            Likeness::of(&offer).expect("a likeness").key
        };
        let own = key(&|_| {});
        assert_eq!(key(&|offer| offer.company_name = Some("alderbank".into())), own);
        assert_ne!(key(&|offer| offer.title = Some("Backend Engineer II".into())), own);
        assert_ne!(key(&|offer| offer.location = Some("Antwerp, Belgium".into())), own);
        assert_ne!(key(&|offer| offer.company_name = Some("Elmstone".into())), own);
    }

    #[test]
    fn a_card_or_a_short_description_is_compared_with_nothing() {
        assert_eq!(Likeness::of(&Offer { description: None, ..offer("") }), None);
        assert_eq!(Likeness::of(&offer("Apply now.")), None);
    }
}
