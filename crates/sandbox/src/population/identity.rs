//! The ids of one person: a member number, one id for each api, and a vanity name. All can be turned back into the person without a table.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Population;
use super::person::Person;
use crate::draws::{Draws, mix};
use crate::matching::words::{romanise, slug};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    Classic,
    SalesNavigator,
    Recruiter,
}

const MEMBER_BITS: u32 = 28;
const MEMBER_MASK: u32 = (1 << MEMBER_BITS) - 1;
const FIRST_MEMBER: u32 = 10_000_000;
/// Odd, so that multiplying by it can be undone; the inverse is modulo 2^32.
const SPREAD: u32 = 0x9E37_79B1;
const GATHER: u32 = inverse(SPREAD);
const PREFIX: usize = 5;

impl Api {
    pub const ALL: [Api; 3] = [Api::Classic, Api::SalesNavigator, Api::Recruiter];

    pub fn name(self) -> &'static str {
        match self {
            Api::Classic => "classic",
            Api::SalesNavigator => "sales_navigator",
            Api::Recruiter => "recruiter",
        }
    }

    pub fn parse(name: &str) -> Option<Api> {
        Api::ALL.into_iter().find(|api| api.name() == name)
    }

    /// How the person ids of this api begin.
    pub fn prefix(self) -> &'static str {
        match self {
            Api::Classic => "ACoAA",
            Api::SalesNavigator => "ACwAA",
            Api::Recruiter => "AEMAA",
        }
    }

    /// The most people that one query hands out.
    pub fn cap(self) -> usize {
        if self == Api::Classic { 1_000 } else { 2_500 }
    }

    /// The largest page, in people.
    pub fn page_size(self) -> usize {
        if self == Api::Classic { 50 } else { 100 }
    }
}

impl Population {
    /// The person's number over all apis.
    pub fn member(&self, index: u32) -> u32 {
        FIRST_MEMBER + (index.wrapping_add(self.member_offset()).wrapping_mul(SPREAD) & MEMBER_MASK)
    }

    /// The person's id in one api: its prefix, then 25 bytes that begin with the member number.
    pub fn provider_id(&self, index: u32, api: Api) -> String {
        let mut bytes = [0; 25];
        bytes[..4].copy_from_slice(&self.member(index).to_be_bytes());
        let mut draws = Draws::new(mix(self.people[index as usize].seed, 100 + api as u64));
        for chunk in bytes[4..].chunks_mut(8) {
            chunk.copy_from_slice(&draws.draw().to_be_bytes()[..chunk.len()]);
        }
        format!("{}{}", api.prefix(), URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The name in the profile's URL, decoded.
    pub fn vanity(&self, index: u32) -> String {
        let person = &self.people[index as usize];
        let (given, family) = (&self.names.given[usize::from(person.given)], &self.names.families[usize::from(person.family)]);
        let member = self.member(index);
        let tag = member.wrapping_mul(SPREAD);
        match mix(person.seed, 3) % 40 {
            0 if person.own_script => format!("{}-{}-{tag:08x}", slug(&family.own), slug(&given.own)),
            0..10 => format!("{}{}{member}", romanise(&given.latin).replace('-', ""), romanise(&family.latin).replace('-', "")),
            10..14 => format!("{}-{}-{tag:08x}", romanise(&family.latin), romanise(&given.latin)),
            _ => format!("{}-{}-{tag:08x}", romanise(&given.latin), romanise(&family.latin)),
        }
    }

    /// The person with this id of any api, or with this vanity name.
    pub fn find(&self, identifier: &str) -> Option<u32> {
        if let Some(api) = Api::ALL.into_iter().find(|api| identifier.starts_with(api.prefix())) {
            let bytes = URL_SAFE_NO_PAD.decode(&identifier[PREFIX..]).ok()?;
            let index = self.index_of(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))?;
            return (self.provider_id(index, api) == identifier).then_some(index);
        }
        let tag = identifier.rsplit('-').next().and_then(|tag| u32::from_str_radix(tag, 16).ok()).map(|tag| tag.wrapping_mul(GATHER));
        let digits = identifier.trim_start_matches(|letter: char| !letter.is_ascii_digit()).parse().ok();
        let wanted = identifier.to_lowercase();
        [tag, digits]
            .into_iter()
            .flatten()
            .filter_map(|member| self.index_of(member))
            .find(|index| self.vanity(*index).to_lowercase() == wanted)
    }

    fn index_of(&self, member: u32) -> Option<u32> {
        let spread = member.checked_sub(FIRST_MEMBER)?;
        let index = spread.wrapping_mul(GATHER).wrapping_sub(self.member_offset()) & MEMBER_MASK;
        ((index as usize) < self.people.len() && self.member(index) == member).then_some(index)
    }

    fn member_offset(&self) -> u32 {
        mix(self.seed, 7) as u32 & MEMBER_MASK
    }
}

/// Newton's iteration doubles the number of correct bits each time.
const fn inverse(odd: u32) -> u32 {
    let mut inverse = odd;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(inverse)));
        round += 1;
    }
    inverse
}

/// What the owner of a person's row may tell: the seed decides, the same way each time.
pub fn coin(person: &Person, purpose: u64, parts: u64, whole: u64) -> bool {
    mix(person.seed, purpose) % whole < parts
}
