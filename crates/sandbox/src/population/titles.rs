//! Titles and their seniorities, and the ladders that careers climb.

use crate::draws::{Draws, Weighted};
use crate::facts::{rows, titles};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seniority {
    Training,
    Entry,
    Senior,
    Manager,
    Director,
    Vp,
    Cxo,
    Partner,
    Owner,
}

pub struct Title {
    /// Our own id, for searches by title id.
    pub id: u64,
    pub text: &'static str,
    /// Another name of the same title; it is searched, never shown.
    pub alias: &'static str,
    pub seniority: Seniority,
    /// The ladder that it belongs to; leaders come from any.
    pub ladder: Option<u8>,
}

pub struct Ladder {
    pub function_id: u64,
    pub function: &'static str,
    pub skills: Vec<&'static str>,
    pub specialties: Vec<&'static str>,
    /// For each rung its seniority and the titles on it, the lowest first.
    pub rungs: Vec<(Seniority, Vec<u16>)>,
}

pub struct Titles {
    pub titles: Vec<Title>,
    pub ladders: Vec<Ladder>,
    pub small_leaders: Vec<u16>,
    pub large_leaders: Vec<u16>,
    pub self_employed: Vec<u16>,
    ladder_weights: Weighted,
    rung_weights: Weighted,
}

const FIRST_ID: u64 = 20_001;
/// People of a hundred on each rung of a ladder, training first.
const RUNG_WEIGHTS: [u32; 7] = [4, 28, 34, 20, 8, 4, 2];

impl Titles {
    pub fn load() -> Titles {
        let mut all = Vec::new();
        let mut ladders = Vec::new();
        for (index, ladder) in titles::LADDERS.iter().enumerate() {
            ladders.push(Ladder {
                function_id: u64::from(ladder.id),
                function: ladder.function,
                skills: ladder.skills.split(',').collect(),
                specialties: ladder.specialties.split(',').collect(),
                rungs: add(&mut all, ladder.rungs, Some(index as u8)),
            });
        }
        let mut flat = |table| add(&mut all, table, None).into_iter().flat_map(|(_, titles)| titles).collect();
        Titles {
            small_leaders: flat(titles::SMALL_COMPANY_LEADERS),
            large_leaders: flat(titles::LARGE_COMPANY_LEADERS),
            self_employed: flat(titles::SELF_EMPLOYED),
            titles: all,
            ladders,
            ladder_weights: Weighted::new(titles::LADDERS.iter().map(|ladder| ladder.weight)),
            rung_weights: Weighted::new(RUNG_WEIGHTS),
        }
    }

    pub fn get(&self, title: u16) -> &Title {
        &self.titles[usize::from(title)]
    }

    pub fn draw_ladder(&self, draws: &mut Draws) -> u8 {
        self.ladder_weights.pick(draws) as u8
    }

    /// A title on the ladder, by how common each rung is.
    pub fn draw_title(&self, ladder: u8, draws: &mut Draws) -> u16 {
        let rungs = &self.ladders[usize::from(ladder)].rungs;
        let rung = self.rung_weights.pick(draws).min(rungs.len() - 1);
        *draws.pick(&rungs[rung].1)
    }

    /// A title that someone held who was later `then`: on the same ladder, no higher, and seldom more than one rung lower.
    pub fn draw_earlier(&self, ladder: u8, then: Seniority, draws: &mut Draws) -> u16 {
        let rungs = &self.ladders[usize::from(ladder)].rungs;
        let top = rungs.iter().rposition(|(seniority, _)| *seniority <= then).unwrap_or(0);
        let rung = top.saturating_sub(usize::from(draws.chance(3, 5)));
        *draws.pick(&rungs[rung.max(usize::from(top > 0))].1)
    }
}

impl Seniority {
    fn parse(word: &str) -> Seniority {
        match word {
            "training" => Seniority::Training,
            "entry" => Seniority::Entry,
            "senior" => Seniority::Senior,
            "manager" => Seniority::Manager,
            "director" => Seniority::Director,
            "vp" => Seniority::Vp,
            "cxo" => Seniority::Cxo,
            "partner" => Seniority::Partner,
            "owner" => Seniority::Owner,
            other => panic!("the table of titles holds the seniority {other:?}"),
        }
    }
}

fn add(all: &mut Vec<Title>, table: &'static str, ladder: Option<u8>) -> Vec<(Seniority, Vec<u16>)> {
    rows(table)
        .map(|row| {
            let seniority = Seniority::parse(row[0]);
            let titles = row[1].split(',').map(|entry| {
                let (text, alias) = entry.split_once('=').unwrap_or((entry, ""));
                all.push(Title { id: FIRST_ID + all.len() as u64, text, alias, seniority, ladder });
                all.len() as u16 - 1
            });
            (seniority, titles.collect())
        })
        .collect()
}
