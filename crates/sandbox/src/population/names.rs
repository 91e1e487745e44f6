//! How people are called: by culture, in their own script or in Latin letters.

use crate::draws::{Draws, Weighted};
use crate::facts::names_latin::{LATIN, Names};
use crate::facts::names_scripts::SCRIPTS;

pub struct Name {
    pub own: String,
    pub latin: String,
}

pub struct Culture {
    pub key: &'static str,
    pub family_first: bool,
    pub blank: bool,
    pub language: Option<&'static str>,
    women: std::ops::Range<u16>,
    men: std::ops::Range<u16>,
    /// Places of the men's and the women's form in `NameBook::families`.
    families: Vec<[u16; 2]>,
}

pub struct NameBook {
    pub cultures: Vec<Culture>,
    pub given: Vec<Name>,
    pub families: Vec<Name>,
}

impl NameBook {
    pub fn load() -> NameBook {
        let mut book = NameBook { cultures: Vec::new(), given: Vec::new(), families: Vec::new() };
        for names in LATIN.iter().chain(SCRIPTS) {
            let women = book.add_given(names.women);
            let men = book.add_given(names.men);
            let families = names.families.split_whitespace().map(|entry| book.add_family(entry)).collect();
            let Names { culture: key, family_first, blank, language, .. } = *names;
            book.cultures.push(Culture { key, family_first, blank, language, women, men, families });
        }
        book
    }

    /// The cultures of a country by weight, as indices.
    pub fn weights(&self, cultures: &[(&str, u32)]) -> Weighted {
        Weighted::new(
            self.cultures.iter().map(|culture| cultures.iter().find(|(key, _)| *key == culture.key).map_or(0, |(_, weight)| *weight)),
        )
    }

    /// A given and a family name.
    pub fn draw(&self, culture: usize, draws: &mut Draws) -> (u16, u16) {
        let culture = &self.cultures[culture];
        let woman = draws.chance(1, 2);
        let range = if woman { &culture.women } else { &culture.men };
        let given = range.start + draws.below(range.len()) as u16;
        (given, draws.pick(&culture.families)[usize::from(woman)])
    }

    fn add_given(&mut self, list: &str) -> std::ops::Range<u16> {
        let start = self.given.len() as u16;
        self.given.extend(list.split_whitespace().map(|entry| {
            let (own, latin) = entry.split_once('=').unwrap_or((entry, entry));
            Name { own: spaced(own), latin: spaced(latin) }
        }));
        start..self.given.len() as u16
    }

    fn add_family(&mut self, entry: &str) -> [u16; 2] {
        let (own, latin) = entry.split_once('=').unwrap_or((entry, entry));
        let (own_man, own_woman) = own.split_once(',').unwrap_or((own, own));
        let (latin_man, latin_woman) = latin.split_once(',').unwrap_or((latin, latin));
        let man = self.families.len() as u16;
        self.families.push(Name { own: spaced(own_man), latin: spaced(latin_man) });
        if own_man == own_woman && latin_man == latin_woman {
            return [man, man];
        }
        self.families.push(Name { own: spaced(own_woman), latin: spaced(latin_woman) });
        [man, man + 1]
    }
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
