//! Postings in words: where an application stands, how and where one would work, what is paid.

use super::numbers::{count, thousands};
use super::state::{Hue, State};
use crate::posting::{ApplicationStatus, EmploymentType, PayPeriod, Posting, PostingSeniority, Salary, Workplace};
use crate::posting_job::{PostingOutcome, PostingStatistics};

/// Where one's own application stands; a posting without a status was found and not yet saved.
pub fn status(status: Option<ApplicationStatus>) -> State {
    let (sign, word, hue) = match status {
        None => ('·', "Found", Hue::Grey),
        Some(ApplicationStatus::Saved) => ('◇', "Saved", Hue::Amber),
        Some(ApplicationStatus::Applied) => ('▸', "Applied", Hue::Blue),
        Some(ApplicationStatus::Interviewing) => ('◆', "Interviewing", Hue::Violet),
        Some(ApplicationStatus::Offer) => ('★', "Offer", Hue::Green),
        Some(ApplicationStatus::Rejected) => ('×', "Rejected", Hue::Red),
        Some(ApplicationStatus::Withdrawn) => ('–', "Withdrawn", Hue::Grey),
    };
    State { sign, word: word.to_owned(), hue }
}

/// What became of a card or an address.
pub fn outcome(outcome: PostingOutcome) -> State {
    let (sign, word, hue) = match outcome {
        PostingOutcome::Pending => ('○', "Waiting", Hue::Amber),
        PostingOutcome::New => ('●', "New", Hue::Green),
        PostingOutcome::Updated => ('●', "Updated", Hue::Green),
        PostingOutcome::Duplicate => ('–', "Duplicate", Hue::Grey),
        PostingOutcome::Fresh => ('●', "Known", Hue::Green),
        PostingOutcome::Filtered => ('–', "Filtered out", Hue::Grey),
        PostingOutcome::Failed => ('×', "Failed", Hue::Red),
    };
    State { sign, word: word.to_owned(), hue }
}

/// What came of a job, in a few words: "3 of 4 postings stored".
pub fn came_of(told: &PostingStatistics) -> String {
    if told.found == 0 {
        return "no postings found".to_owned();
    }
    let mut text = format!("{} of {} stored", thousands(told.stored()), count(told.found, "posting", "postings"));
    if told.fresh > 0 {
        text.push_str(&format!(", {} read lately", thousands(told.fresh)));
    }
    text
}

/// Why postings were left out or could not be had, from the word by which a job counts them.
pub fn reason(code: &str) -> String {
    let words = match code {
        "gone" => "LinkedIn has it no more",
        "another_posting" => "Led to another posting",
        "refused" => "Refused by the provider",
        "not_delivered" => "Not in what the provider collected",
        "unreadable" => "Could not be read",
        "unreachable" => "Could never be had",
        "unrelated" => "Nothing in common with the keywords",
        "missing_fields" => "Lacks what every posting has",
        "title_include" => "Title has none of the words",
        "title_exclude" => "Title has a word that is left out",
        "company_include" => "Company has none of the words",
        "company_exclude" => "Company has a word that is left out",
        other => match other.strip_prefix("filter_") {
            Some(field) => return format!("Does not meet the filter {}", filter(field)),
            None => return other.replace('_', " "),
        },
    };
    words.to_owned()
}

/// A filter of a search as people call it, without its unit.
pub fn filter(field: &str) -> String {
    field.trim_end_matches("_mi").trim_end_matches("_h").replace('_', " ")
}

pub fn workplace(workplace: Workplace) -> &'static str {
    match workplace {
        Workplace::OnSite => "On-site",
        Workplace::Remote => "Remote",
        Workplace::Hybrid => "Hybrid",
    }
}

pub fn employment_type(employment_type: EmploymentType) -> &'static str {
    match employment_type {
        EmploymentType::FullTime => "Full-time",
        EmploymentType::PartTime => "Part-time",
        EmploymentType::Contract => "Contract",
        EmploymentType::Temporary => "Temporary",
        EmploymentType::Volunteer => "Volunteer",
        EmploymentType::Internship => "Internship",
        EmploymentType::Other => "Other",
    }
}

pub fn seniority(seniority: PostingSeniority) -> &'static str {
    match seniority {
        PostingSeniority::Internship => "Internship",
        PostingSeniority::Entry => "Entry level",
        PostingSeniority::Associate => "Associate",
        PostingSeniority::MidSenior => "Mid-senior level",
        PostingSeniority::Director => "Director",
        PostingSeniority::Executive => "Executive",
    }
}

/// "65,000–80,000 EUR a year", "from 22.50 USD an hour", else the words in which it was stated.
pub fn salary(salary: &Salary) -> Option<String> {
    let range = match (salary.min, salary.max) {
        (Some(min), Some(max)) if min == max => amount(min),
        (Some(min), Some(max)) => format!("{}–{}", amount(min), amount(max)),
        (Some(min), None) => format!("from {}", amount(min)),
        (None, Some(max)) => format!("up to {}", amount(max)),
        (None, None) => return salary.text.clone(),
    };
    let currency = salary.currency.as_ref().map(|currency| format!(" {currency}")).unwrap_or_default();
    let period = match salary.period {
        Some(PayPeriod::Hour) => " an hour",
        Some(PayPeriod::Day) => " a day",
        Some(PayPeriod::Week) => " a week",
        Some(PayPeriod::Month) => " a month",
        Some(PayPeriod::Year) => " a year",
        None => "",
    };
    Some(format!("{range}{currency}{period}"))
}

/// Whole amounts without decimals, others with two.
fn amount(amount: f64) -> String {
    let hundredths = (amount * 100.0).round().max(0.0) as u64;
    let whole = thousands(hundredths / 100);
    if hundredths.is_multiple_of(100) { whole } else { format!("{whole}.{:02}", hundredths % 100) }
}

/// Its title, or how else to call it.
pub fn title(posting: &Posting) -> String {
    posting.title.clone().unwrap_or_else(|| format!("Posting {}", posting.linkedin_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_is_said_as_it_was_stated() {
        let pay = |min, max, currency: Option<&str>, period| Salary {
            text: Some("as stated".into()),
            min,
            max,
            currency: currency.map(str::to_owned),
            period,
        };
        let said: Vec<Option<String>> = [
            pay(Some(65_000.0), Some(80_000.0), Some("EUR"), Some(PayPeriod::Year)),
            pay(Some(22.5), None, Some("USD"), Some(PayPeriod::Hour)),
            pay(None, Some(4_000.0), None, Some(PayPeriod::Month)),
            pay(Some(500.0), Some(500.0), Some("GBP"), Some(PayPeriod::Day)),
            pay(Some(900.0), Some(900.0), None, Some(PayPeriod::Week)),
            pay(Some(1.0), None, None, None),
            pay(None, None, None, None),
        ]
        .iter()
        .map(salary)
        .collect();
        let expected = [
            "65,000–80,000 EUR a year",
            "from 22.50 USD an hour",
            "up to 4,000 a month",
            "500 GBP a day",
            "900 a week",
            "from 1",
            "as stated",
        ];
        assert_eq!(said, expected.map(|words| Some(words.to_owned())));
    }

    #[test]
    fn reasons_are_told_in_words_and_those_of_a_newer_server_are_readable() {
        let told = ["another_posting", "filter_workplaces", "filter_posted_within_h", "title_exclude", "too_old"].map(reason);
        let expected = [
            "Led to another posting",
            "Does not meet the filter workplaces",
            "Does not meet the filter posted within",
            "Title has a word that is left out",
            "too old",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn every_status_and_outcome_has_a_sign_of_its_own_meaning() {
        use ApplicationStatus::{Applied, Interviewing, Offer, Rejected, Saved, Withdrawn};
        let statuses: Vec<String> = [None, Some(Saved), Some(Applied), Some(Interviewing), Some(Offer), Some(Rejected), Some(Withdrawn)]
            .into_iter()
            .map(|of| format!("{} {}", status(of).sign, status(of).word))
            .collect();
        assert_eq!(statuses, ["· Found", "◇ Saved", "▸ Applied", "◆ Interviewing", "★ Offer", "× Rejected", "– Withdrawn"]);
        use PostingOutcome::{Duplicate, Failed, Filtered, Fresh, New, Pending, Updated};
        let outcomes: Vec<String> =
            [Pending, New, Updated, Duplicate, Fresh, Filtered, Failed].into_iter().map(|of| outcome(of).word).collect();
        assert_eq!(outcomes, ["Waiting", "New", "Updated", "Duplicate", "Known", "Filtered out", "Failed"]);
    }
}
