//! Faults on demand: how they are written down, and which of them strikes a call.

mod schedule;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use schedule::{Effects, Refusal, Schedule};

/// A list of faults, as `429@3,500@5,timeout@7=2s,duplicate@9,drop@11` writes them.
///
/// One word is `[route/]kind[when][=duration]`. `@3` strikes the third call, once; `@3+` the third and all later ones; `:0.05` one call in
/// twenty, by chance; without any of these every call. A timeout holds its answer for the duration, and a 429 asks to wait for it. Calls are counted for each account and route since the faults were set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults(pub(crate) Vec<Fault>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub route: Route,
    pub kind: Kind,
    pub when: When,
}

/// Which calls a fault looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    Search,
    Profile,
    Lookup,
    Accounts,
    /// LinkedIn's guest search of postings.
    Postings,
    /// The page of one posting.
    Posting,
    /// Bright Data.
    Dataset,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Status(u16),
    /// A 429 that says how long to wait.
    SlowDown(Duration),
    Timeout(Duration),
    Drop,
    Cut,
    Duplicate,
    RepeatedCursor,
    EmptyPages,
    AlwaysEmpty,
    NoTotal,
    PagingCursor,
    BadRows,
    ThrottledSections,
    Authwall,
    EndPage,
    Unrelated,
    Drift,
    Another,
    Closed,
    LostAnswer,
    NotReady,
    RowErrors,
    SnapshotFailed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum When {
    Always,
    Once(u32),
    From(u32),
    Chance(f64),
}

/// Statuses that the vendors answer with; 999 is LinkedIn's, 402 Bright Data's.
const STATUSES: [u16; 10] = [400, 401, 402, 403, 404, 429, 500, 503, 504, 999];
const WORDS: [(&str, Kind); 20] = [
    ("drop", Kind::Drop),
    ("cut", Kind::Cut),
    ("duplicate", Kind::Duplicate),
    ("repeated-cursor", Kind::RepeatedCursor),
    ("empty-pages", Kind::EmptyPages),
    ("always-empty", Kind::AlwaysEmpty),
    ("no-total", Kind::NoTotal),
    ("paging-cursor", Kind::PagingCursor),
    ("bad-rows", Kind::BadRows),
    ("throttled-sections", Kind::ThrottledSections),
    ("authwall", Kind::Authwall),
    ("end-page", Kind::EndPage),
    ("unrelated", Kind::Unrelated),
    ("drift", Kind::Drift),
    ("another", Kind::Another),
    ("closed", Kind::Closed),
    ("lost-answer", Kind::LostAnswer),
    ("not-ready", Kind::NotReady),
    ("row-errors", Kind::RowErrors),
    ("snapshot-failed", Kind::SnapshotFailed),
];
const ROUTES: [(&str, Route); 7] = [
    ("search", Route::Search),
    ("profile", Route::Profile),
    ("lookup", Route::Lookup),
    ("accounts", Route::Accounts),
    ("postings", Route::Postings),
    ("posting", Route::Posting),
    ("dataset", Route::Dataset),
];
/// How long a `timeout` holds the answer unless it says otherwise.
const HOLD: Duration = Duration::from_secs(30);

/// A word that is no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFault {
    word: String,
    reason: String,
}

impl fmt::Display for UnknownFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statuses = STATUSES.map(|status| status.to_string()).join(", ");
        let words = WORDS.map(|(word, _)| word).join(", ");
        write!(
            out,
            "{:?} is not a fault: {}; known are {statuses}, timeout, {words}, each with @N (the Nth call), @N+ (from the Nth on), :P (by chance) \
             or alone (always), timeout and 429 with =DURATION, and profile/, lookup/, accounts/, postings/, posting/ or dataset/ before a word for those calls",
            self.word, self.reason
        )
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Faults {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Faults, UnknownFault> {
        text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(parse_fault).collect::<Result<_, _>>().map(Faults)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            write!(out, "{}{fault}", if place == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.route != self.kind.usual_route() {
            let name = ROUTES.iter().find(|(_, route)| *route == self.route).map_or("search", |(name, _)| name);
            write!(out, "{name}/")?;
        }
        match self.kind {
            Kind::Status(status) => write!(out, "{status}")?,
            Kind::SlowDown(_) => write!(out, "429")?,
            Kind::Timeout(_) => write!(out, "timeout")?,
            kind => write!(out, "{}", WORDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word))?,
        }
        match self.when {
            When::Always => {}
            When::Once(call) => write!(out, "@{call}")?,
            When::From(call) => write!(out, "@{call}+")?,
            When::Chance(chance) => write!(out, ":{chance}")?,
        }
        match self.kind {
            Kind::SlowDown(wait) => write!(out, "={}ms", wait.as_millis()),
            Kind::Timeout(hold) if hold != HOLD => write!(out, "={}ms", hold.as_millis()),
            _ => Ok(()),
        }
    }
}

impl Kind {
    fn usual_route(self) -> Route {
        match self {
            Kind::ThrottledSections => Route::Profile,
            Kind::Authwall | Kind::EndPage | Kind::Unrelated | Kind::Drift => Route::Postings,
            Kind::Another | Kind::Closed => Route::Posting,
            Kind::LostAnswer | Kind::NotReady | Kind::RowErrors | Kind::SnapshotFailed => Route::Dataset,
            _ => Route::Search,
        }
    }
}

fn parse_fault(word: &str) -> Result<Fault, UnknownFault> {
    let refuse = |reason: &str| UnknownFault { word: word.to_owned(), reason: reason.to_owned() };
    let (route, rest) = match word.split_once('/') {
        Some((name, rest)) => {
            let known = ROUTES.iter().find(|(known, _)| *known == name);
            (Some(known.ok_or_else(|| refuse("no such route"))?.1), rest)
        }
        None => (None, word),
    };
    let (rest, hold) = match rest.split_once('=') {
        Some((rest, hold)) => (rest, Some(parse_duration(hold).ok_or_else(|| refuse("a duration is written 500ms, 2s or 1m"))?)),
        None => (rest, None),
    };
    let (name, when) = if let Some((name, call)) = rest.split_once('@') {
        let number = call.trim_end_matches('+').parse().ok().filter(|call| *call > 0);
        let number = number.ok_or_else(|| refuse("a number of a call, 1 or more, follows @"))?;
        (name, if call.ends_with('+') { When::From(number) } else { When::Once(number) })
    } else if let Some((name, chance)) = rest.split_once(':') {
        let chance = chance.parse().ok().filter(|chance| (0.0..=1.0).contains(chance));
        (name, When::Chance(chance.ok_or_else(|| refuse("a chance from 0 to 1 follows :"))?))
    } else {
        (rest, When::Always)
    };
    let kind = match (name, name.parse::<u16>()) {
        ("timeout", _) => Kind::Timeout(hold.unwrap_or(HOLD)),
        ("429", _) if hold.is_some() => Kind::SlowDown(hold.unwrap_or_default()),
        (_, Ok(status)) if STATUSES.contains(&status) => Kind::Status(status),
        _ => WORDS.iter().find(|(known, _)| *known == name).ok_or_else(|| refuse("no such kind"))?.1,
    };
    if hold.is_some() && !matches!(name, "timeout" | "429") {
        return Err(refuse("only a timeout and a 429 have a duration"));
    }
    Ok(Fault { route: route.unwrap_or(kind.usual_route()), kind, when })
}

fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 = digits.parse().ok()?;
    match &text[digits.len()..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_that_is_no_fault_is_named_with_the_known_ones() {
        for (spec, word) in
            [("429@3,explode@2", "explode@2"), ("429@0", "429@0"), ("200@1", "200@1"), ("429:7", "429:7"), ("drop=2s", "drop=2s")]
        {
            let error = spec.parse::<Faults>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{word:?} is not a fault")), "{error}");
            assert!(error.contains("repeated-cursor") && error.contains("429"), "{error}");
        }
    }

    #[test]
    fn every_example_is_understood() {
        let spec = "429@3,500@5,timeout@7=2s,duplicate@9,drop@11,429:0.05,repeated-cursor,empty-pages@4,no-total,cut@6,503@1+,throttled-sections,\
                    always-empty,paging-cursor,bad-rows@2,profile/429@1,timeout@2,429@9=1440m";
        let faults: Faults = spec.parse().unwrap();
        assert_eq!(faults.0.len(), 18);
        assert_eq!(faults.to_string().parse::<Faults>().unwrap(), faults);
        assert_eq!(faults.0[2].kind, Kind::Timeout(Duration::from_secs(2)));
        assert_eq!(faults.0[16].kind, Kind::Timeout(HOLD));
        assert_eq!(faults.0[17].kind, Kind::SlowDown(Duration::from_secs(86_400)));
        assert_eq!("".parse::<Faults>().unwrap(), Faults::default());
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_parsed_back(kind in 0_usize..=STATUSES.len() + WORDS.len(), route in 0..ROUTES.len(), call in 1_u32..99, when in 0_u8..4, hold in 1_u64..90_000) {
            let kind = match kind {
                status if status < STATUSES.len() => Kind::Status(STATUSES[status]),
                word if word < STATUSES.len() + WORDS.len() => WORDS[word - STATUSES.len()].1,
                _ => Kind::Timeout(Duration::from_millis(hold)),
            };
            let when = match when {
                0 => When::Always,
                1 => When::Once(call),
                2 => When::From(call),
                _ => When::Chance(f64::from(call) / 100.0),
            };
            let faults = Faults(vec![Fault { route: ROUTES[route].1, kind, when }]);
            prop_assert_eq!(faults.to_string().parse::<Faults>().unwrap(), faults);
        }
    }
}
