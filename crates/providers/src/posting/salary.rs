//! What is paid, where that is stated: numbers, currency and period are read and never guessed.

use serde::{Deserialize, Serialize};

use crate::country::country_of;

/// Amounts are in hundredths of the currency's unit, so that none is rounded. At least one of `min` and `max` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salary {
    pub min_hundredths: Option<u64>,
    pub max_hundredths: Option<u64>,
    /// ISO 4217. Absent when the sign is one of several currencies' ("kr").
    pub currency: Option<String>,
    pub period: Option<PayPeriod>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayPeriod {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl PayPeriod {
    /// The word on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// "yr", "per year", `YEAR`, "hourly" …
    pub fn read(text: &str) -> Option<Self> {
        let word = text.trim().to_lowercase();
        let word = ["per ", "a ", "an ", "/", "p."].iter().find_map(|start| word.strip_prefix(start)).unwrap_or(&word).trim();
        match word {
            "h" | "hr" | "hour" | "hours" | "hourly" => Some(PayPeriod::Hour),
            "d" | "day" | "daily" => Some(PayPeriod::Day),
            "w" | "wk" | "week" | "weekly" => Some(PayPeriod::Week),
            "mo" | "month" | "monthly" => Some(PayPeriod::Month),
            "yr" | "y" | "year" | "yearly" | "annum" | "annually" | "annual" | "a." => Some(PayPeriod::Year),
            _ => None,
        }
    }
}

/// LinkedIn writes amounts as en-US does, since that is what we ask for: a dollar without letters is the US one, a yen sign without letters Japan's.
const SIGNS: [(&str, &str); 23] = [
    ("us$", "USD"),
    ("ca$", "CAD"),
    ("c$", "CAD"),
    ("a$", "AUD"),
    ("au$", "AUD"),
    ("nz$", "NZD"),
    ("hk$", "HKD"),
    ("nt$", "TWD"),
    ("mx$", "MXN"),
    ("sg$", "SGD"),
    ("s$", "SGD"),
    ("r$", "BRL"),
    ("cn¥", "CNY"),
    ("$", "USD"),
    ("£", "GBP"),
    ("€", "EUR"),
    ("₹", "INR"),
    ("₪", "ILS"),
    ("¥", "JPY"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("zł", "PLN"),
    ("₴", "UAH"),
];

const CODES: [&str; 34] = [
    "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "ILS", "INR", "JPY", "CNY",
    "KRW", "SGD", "HKD", "TWD", "BRL", "MXN", "ARS", "COP", "CLP", "ZAR", "AED", "SAR", "TRY", "UAH", "PHP",
];

impl Salary {
    /// "$117,000.00/yr - $234,000.00/yr", "€60K–€80K per year", "Up to £45.50/hr". `None` when no amount can be told for certain: no number, more than
    /// two, two currencies or two periods.
    pub fn read(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let mut amounts = Vec::new();
        let mut currencies = Vec::new();
        let mut periods = Vec::new();
        let mut rest = lower.as_str();
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            note_words(&rest[..at], &mut currencies, &mut periods)?;
            let (amount, after) = read_amount(&rest[at..])?;
            amounts.push(amount);
            rest = after;
        }
        note_words(rest, &mut currencies, &mut periods)?;
        currencies.dedup();
        periods.dedup();
        if currencies.len() > 1 || periods.len() > 1 {
            return None;
        }
        let (min_hundredths, max_hundredths) = match *amounts.as_slice() {
            [] => return None,
            [amount] if lower.contains("up to") => (None, Some(amount)),
            [amount] if lower.contains("from ") || lower.contains('+') || lower.contains("at least") => (Some(amount), None),
            [amount] => (Some(amount), Some(amount)),
            [min, max] if min <= max => (Some(min), Some(max)),
            _ => return None,
        };
        Some(Self {
            min_hundredths,
            max_hundredths,
            currency: currencies.first().map(|code| (*code).to_owned()),
            period: periods.first().copied(),
        })
    }

    /// The same on a page that nobody asked for in en-US, such as a saved one: a sign that several countries write alone tells a currency only at
    /// home. Elsewhere, and where the place does not say its country, the amounts stand without one.
    pub fn read_of_any_reader(text: &str, location: Option<&str>) -> Option<Self> {
        let mut salary = Self::read(text)?;
        let lower = text.to_lowercase();
        let names = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let is_told = match salary.currency.as_deref() {
            Some("USD") => names(&["usd", "us$"]) || location.is_some_and(is_in_united_states),
            Some("JPY") => names(&["jpy"]) || location.and_then(country_of) == Some("Japan"),
            _ => true,
        };
        if !is_told {
            salary.currency = None;
        }
        Some(salary)
    }

    /// From numbers that a provider states by themselves. Both absent, or the wrong way round, is no salary.
    pub fn stated(min_hundredths: Option<u64>, max_hundredths: Option<u64>, currency: Option<&str>, period: Option<&str>) -> Option<Self> {
        let (min_hundredths, max_hundredths) = (min_hundredths.filter(|amount| *amount > 0), max_hundredths.filter(|amount| *amount > 0));
        if min_hundredths.is_none() && max_hundredths.is_none()
            || matches!((min_hundredths, max_hundredths), (Some(min), Some(max)) if min > max)
        {
            return None;
        }
        let currency = currency.and_then(|word| read_currency(&word.trim().to_lowercase())).map(str::to_owned);
        Some(Self { min_hundredths, max_hundredths, currency, period: period.and_then(PayPeriod::read) })
    }
}

/// LinkedIn writes places of the United States as "Austin, TX", without the country.
const STATES: [&str; 51] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME",
    "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX",
    "UT", "VA", "VT", "WA", "WI", "WV", "WY",
];

fn is_in_united_states(location: &str) -> bool {
    // A third part would make "CA" Canada and "IN" India.
    let is_state = || matches!(location.split(", ").collect::<Vec<_>>().as_slice(), [_, last] if STATES.contains(last));
    country_of(location) == Some("United States") || is_state()
}

/// Hundredths of a number that comes as JSON does: `60000`, `"60000.5"`.
pub fn hundredths(value: Option<&serde_json::Value>) -> Option<u64> {
    let text = crate::lenient::text(value)?;
    let (amount, rest) = read_amount(&text)?;
    if rest.trim().is_empty() { Some(amount) } else { None }
}

/// Words that multiply the number before them. One that stands by itself is not read, and what it belongs to is not known then.
const MAGNITUDES: [&str; 18] =
    ["k", "m", "mm", "mn", "mio", "million", "bn", "billion", "thousand", "tsd", "l", "lac", "lacs", "lakh", "lakhs", "lpa", "cr", "crore"];

/// What stands between the numbers: a currency before or behind, a period behind. `None` when the number means another than it says.
fn note_words(between: &str, currencies: &mut Vec<&'static str>, periods: &mut Vec<PayPeriod>) -> Option<()> {
    for part in between.split(|c: char| matches!(c, '-' | '–' | '—' | '/' | ',' | ';' | '(' | ')') || c.is_whitespace()) {
        if let Some(code) = read_currency(part) {
            currencies.push(code);
        } else if let Some(period) = PayPeriod::read(part) {
            periods.push(period);
        } else if MAGNITUDES.contains(&part) {
            return None;
        }
    }
    Some(())
}

fn read_currency(word: &str) -> Option<&'static str> {
    let sign = SIGNS.iter().find(|(sign, _)| *sign == word).map(|(_, code)| *code);
    sign.or_else(|| CODES.iter().find(|code| code.eq_ignore_ascii_case(word)).copied())
}

/// One number at the start of `text` in hundredths, and what follows. Separators group thousands when three digits follow each of them. A letter
/// directly behind the number is K or M, or begins a currency or a period; any other makes it a number that nobody here can read.
fn read_amount(text: &str) -> Option<(u64, &str)> {
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}'))).unwrap_or(text.len());
    let number = text[..end].trim_end_matches(|c: char| !c.is_ascii_digit());
    let mut after = &text[number.len()..];
    let behind = &after[..after.find(|c: char| !c.is_alphanumeric()).unwrap_or(after.len())];
    let times = match behind {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        word if read_currency(word).is_some() || PayPeriod::read(word).is_some() || word == "kr" => 1,
        _ => return None,
    };
    if times > 1 {
        after = &after[behind.len()..];
        // "1.255M" and "1,255M" may each be meant in two ways.
        let last = number.rsplit(['.', ',']).next().unwrap_or_default();
        if last.len() > 2 && last.len() < number.len() || times > 1_000 && number.len() > 3 && last.len() == number.len() {
            return None;
        }
    }
    let (whole, fraction) = match number.rfind(['.', ',']) {
        None => (number, ""),
        Some(at) => {
            let (separator, last) = (&number[at..=at], &number[at + 1..]);
            let grouped = number.matches(separator).count() > 1 || (last.len() == 3 && !number.starts_with('0'));
            if grouped { (number, "") } else { (&number[..at], last) }
        }
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let whole: u64 = whole.parse().ok()?;
    let cents: u64 = match fraction.len() {
        0 => 0,
        1 => fraction.parse::<u64>().ok()? * 10,
        // A float's tail ("60000.000000001") says nothing about cents.
        _ => fraction.get(..2)?.parse().ok()?,
    };
    let hundredths = whole.checked_mul(100)?.checked_add(cents)?.checked_mul(times)?;
    Some((hundredths, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_stated_is_read() {
        use PayPeriod::{Day, Hour, Month, Year};
        let cases = [
            ("$117,000.00/yr - $234,000.00/yr", Some(11_700_000), Some(23_400_000), Some("USD"), Some(Year)),
            ("\n  $45.50/hr  -\n  $60.00/hr ", Some(4_550), Some(6_000), Some("USD"), Some(Hour)),
            ("CA$80K/yr - CA$100K/yr", Some(8_000_000), Some(10_000_000), Some("CAD"), Some(Year)),
            ("€60,000–€80,000 per year", Some(6_000_000), Some(8_000_000), Some("EUR"), Some(Year)),
            ("60.000 € - 80.000 €", Some(6_000_000), Some(8_000_000), Some("EUR"), None),
            ("CHF 120'000 - 140'000", Some(12_000_000), Some(14_000_000), Some("CHF"), None),
            ("₹12,00,000.00/yr", Some(120_000_000), Some(120_000_000), Some("INR"), Some(Year)),
            ("Up to £500/day", None, Some(50_000), Some("GBP"), Some(Day)),
            ("From $20/hr", Some(2_000), None, Some("USD"), Some(Hour)),
            ("45,000 kr a month", Some(4_500_000), Some(4_500_000), None, Some(Month)),
            ("5000 - 7000", Some(500_000), Some(700_000), None, None),
            ("$1.5M/yr", Some(150_000_000), Some(150_000_000), Some("USD"), Some(Year)),
            ("60000eur - 80000eur", Some(6_000_000), Some(8_000_000), Some("EUR"), None),
            ("20hr", Some(2_000), Some(2_000), None, Some(Hour)),
            ("¥500,000 monthly", Some(50_000_000), Some(50_000_000), Some("JPY"), Some(Month)),
        ];
        for (text, min, max, currency, period) in cases {
            let expected = Salary { min_hundredths: min, max_hundredths: max, currency: currency.map(str::to_owned), period };
            assert_eq!(Salary::read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_sign_of_several_countries_tells_a_currency_only_at_home() {
        let currency = |text, location| Salary::read_of_any_reader(text, location).unwrap().currency;
        for (text, location, expected) in [
            ("$80,000/yr", Some("Austin, TX"), Some("USD")),
            ("$80,000/yr", Some("Austin, Texas, United States"), Some("USD")),
            ("$80,000/yr", Some("Singapore, Singapore"), None),
            ("$80,000/yr", Some("Toronto, ON"), None),
            ("$80,000/yr", Some("Toronto, Ontario, CA"), None),
            ("$80,000/yr", Some("Greater Sydney Area"), None),
            ("$80,000/yr", None, None),
            ("US$80,000/yr", Some("Singapore, Singapore"), Some("USD")),
            ("80,000 USD a year", None, Some("USD")),
            ("S$80,000/yr", None, Some("SGD")),
            ("€80,000/yr", Some("Singapore, Singapore"), Some("EUR")),
            ("¥500,000 monthly", Some("Tokyo, Japan"), Some("JPY")),
            ("¥500,000 monthly", Some("Shanghai, China"), None),
        ] {
            assert_eq!(currency(text, location).as_deref(), expected, "{text} in {location:?}");
        }
        let amounts = Salary::read_of_any_reader("$70,000/yr - $80,000/yr", None).unwrap();
        let expected =
            Salary { min_hundredths: Some(7_000_000), max_hundredths: Some(8_000_000), currency: None, period: Some(PayPeriod::Year) };
        assert_eq!(amounts, expected, "the amounts are told all the same");
    }

    #[test]
    fn what_is_not_certain_is_not_a_salary() {
        for text in [
            "",
            "Competitive",
            "$10/hr - €20/hr",
            "$10/hr - $400/day",
            "$1 $2 $3",
            "$200 - $100",
            "99999999999999999999",
            "₹12L",
            "₹12 lakh",
            "₹12LPA",
            "$80 K/yr",
            "$1.255M",
            "$1,500K",
            "$5000M",
            "1st year",
            "€60T",
        ] {
            assert_eq!(Salary::read(text), None, "{text}");
        }
    }

    #[test]
    fn stated_numbers_of_nothing_are_nothing() {
        assert_eq!(Salary::stated(Some(0), None, Some("USD"), Some("YEAR")), None);
        assert_eq!(Salary::stated(Some(200), Some(100), None, None), None);
        let year = Salary::stated(Some(100), None, Some("eur"), Some("YEAR")).unwrap();
        assert_eq!((year.currency.as_deref(), year.period), (Some("EUR"), Some(PayPeriod::Year)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}", digits in "[0-9.,kK $€/-]{0,30}") {
            for text in [&text, &digits] {
                if let Some(salary) = Salary::read(text) {
                    prop_assert!(salary.min_hundredths.is_some() || salary.max_hundredths.is_some());
                    prop_assert!(salary.min_hundredths.unwrap_or(0) <= salary.max_hundredths.unwrap_or(u64::MAX));
                }
            }
        }
    }
}
