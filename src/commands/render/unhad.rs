//! The postings that a job could not have: which they were, and why.

use sluice_api::PostingItem;
use sluice_api::wording::numbers::thousands;

use super::visible::visible;

/// So many are named at the end of a job; the rest is a command away.
pub const MOST_NAMED: u32 = 20;

/// Failed items, as far as they are named.
#[derive(Debug, Default)]
pub struct Unhad {
    pub named: Vec<PostingItem>,
    /// How many there are in all.
    pub total: u64,
}

/// A line for each, and how to see those that are not named here.
pub fn lines(job_id: &str, unhad: &Unhad) -> String {
    let mut text = String::new();
    for item in &unhad.named {
        let why = item.reason.as_deref().unwrap_or("No reason was given.");
        text.push_str(&format!("\n  × {}  {}", visible(&name(item)), visible(why)));
    }
    let more = unhad.total.saturating_sub(unhad.named.len() as u64);
    if more > 0 {
        text.push_str(&format!("\n    and {} more: sluice jobs items {job_id} --outcome failed", thousands(more)));
    }
    text
}

/// What a person knows it by: what was typed, or a card's title and number.
pub fn name(item: &PostingItem) -> String {
    match (&item.title, &item.linkedin_id) {
        (Some(title), Some(id)) if !item.input.contains(id.as_str()) => format!("{title} ({id})"),
        (None, Some(id)) if !item.input.contains(id.as_str()) => format!("{id} of {}", item.input),
        _ => item.input.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sluice_api::PostingOutcome;

    use super::*;

    fn item(input: &str, title: Option<&str>, id: Option<&str>, reason: &str) -> PostingItem {
        PostingItem {
            position: 0,
            input: input.into(),
            linkedin_id: id.map(Into::into),
            posting_id: None,
            title: title.map(Into::into),
            company_name: None,
            outcome: PostingOutcome::Failed,
            reason: Some(reason.into()),
            at: "2026-03-02T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn each_posting_that_could_not_be_had_is_named_with_its_reason_and_the_rest_is_a_command_away() {
        let named = vec![
            item("https://www.linkedin.com/jobs/view/4012345678", None, Some("4012345678"), "LinkedIn has no such posting any more."),
            item("nurse in Graz, page 2", Some("Nurse\u{1b}[31m"), Some("4012345679"), "Another posting came back; it was not stored."),
            item("nurse in Graz, page 2", None, Some("4012345680"), "It lacks a title."),
        ];
        insta::assert_snapshot!(lines("JOB", &Unhad { named, total: 1_203 }));
        assert_eq!(lines("JOB", &Unhad::default()), "");
    }
}
