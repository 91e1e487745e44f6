//! Which results a rule chooses: words, and a few marks; a leading minus takes them off the choice again.

use crate::filter::{Filter, Tracked};
use sluice_api::Workplace;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// True adds to the choice, false takes off.
    pub selects: bool,
    pub filter: Filter,
}

pub const HELP: &str = "Words, and any of: remote hybrid on-site easy new open found <24h <7d. A leading - takes off.";

/// Reads a rule over the results that `within` lists.
pub fn read(text: &str, within: &Filter) -> Result<Rule, String> {
    let text = text.trim();
    let (selects, text) = match text.strip_prefix('-') {
        Some(rest) => (false, rest.trim()),
        None => (true, text),
    };
    if text.is_empty() {
        return Err(format!("Say which. {HELP}"));
    }
    let mut filter = within.clone();
    let mut words: Vec<&str> = filter.words.split_whitespace().collect();
    for word in text.split_whitespace() {
        match word.to_lowercase().as_str() {
            "*" | "all" => {}
            "remote" => filter.workplace = Some(Workplace::Remote),
            "hybrid" => filter.workplace = Some(Workplace::Hybrid),
            "on-site" | "onsite" => filter.workplace = Some(Workplace::OnSite),
            "easy" => filter.easy_apply = true,
            "new" => filter.new = true,
            "open" => filter.open = true,
            "found" => filter.tracked = Tracked::None,
            age if age.starts_with('<') => {
                filter.max_age_h = Some(hours(&age[1..]).ok_or_else(|| format!("“{word}” is no age: write <24h or <7d."))?)
            }
            _ => words.push(word),
        }
    }
    let words = words.join(" ");
    filter.words = words;
    Ok(Rule { selects, filter })
}

fn hours(age: &str) -> Option<u32> {
    let (number, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    match unit {
        "h" => Some(number),
        "d" => number.checked_mul(24),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_narrows_what_is_listed() {
        let within = Filter { words: "engineer".into(), ..Filter::of_job("j1") };
        let rule = read("Rust remote <7d easy", &within).unwrap();
        let expected = Filter {
            words: "engineer Rust".into(),
            workplace: Some(Workplace::Remote),
            max_age_h: Some(168),
            easy_apply: true,
            ..Filter::of_job("j1")
        };
        assert_eq!(rule, Rule { selects: true, filter: expected });
        let rule = read("- agency", &Filter::of_job("j1")).unwrap();
        assert_eq!((rule.selects, rule.filter.words.as_str()), (false, "agency"));
        assert_eq!(read("*", &within).unwrap(), Rule { selects: true, filter: within });
    }

    #[test]
    fn a_rule_that_says_nothing_is_refused() {
        let within = Filter::of_job("j1");
        for text in ["", " ", "-", "<", "<h", "<0d", "<7w", "<é"] {
            assert!(read(text, &within).is_err(), "{text}");
        }
    }
}
