//! What became of each card or address of a job, and of all together.

use serde::{Deserialize, Serialize};

use crate::domain::words::words;

words! {
    /// What became of one card or address.
    Outcome {
        /// Its page is still to be read.
        Pending = "pending",
        /// First stored by this job.
        New = "new",
        /// Known before, and written anew with what came.
        Updated = "updated",
        /// Came before within this job.
        Duplicate = "duplicate",
        /// Its page was read lately, so it was not asked for.
        Fresh = "fresh",
        Filtered = "filtered",
        Failed = "failed",
    }
}

/// Why something was left out or could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A short word for counting.
    pub code: String,
    /// A plain sentence.
    pub message: String,
}

impl Reason {
    pub fn new(code: &str, message: String) -> Self {
        Self { code: code.to_owned(), message }
    }

    /// A filter of the query that was asked of the provider and is checked again here.
    pub fn filter(name: &str) -> Self {
        Self::new(&filter_code(name), format!("It does not meet the filter {name}, as far as its page says."))
    }

    pub fn lacks(fields: &[&str]) -> Self {
        Self::new("missing_fields", format!("It lacks {}: a posting without that is not stored.", fields.join(" and ")))
    }
}

/// The word for what a filter removed here.
pub fn filter_code(name: &str) -> String {
    format!("filter_{name}")
}

/// What a job did, as its `result` tells it, while it runs and when it has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    pub found: i64,
    pub new: i64,
    pub updated: i64,
    pub duplicates: i64,
    pub filtered: i64,
    pub failed: i64,
    pub fresh: i64,
    /// Of new and updated.
    pub closed: i64,
    /// Of new.
    pub reposts: i64,
    /// Most first.
    pub reasons: Vec<ReasonCount>,
    pub applied_locally: Vec<ReasonCount>,
    pub unproven: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    pub reason: String,
    pub count: i64,
}

impl Statistics {
    /// With what became of the filters that the provider may have ignored.
    #[must_use]
    pub fn with_filters(mut self, checked: &[String], unproven: &[String]) -> Self {
        let removed = |name: &str| self.reasons.iter().find(|reason| reason.reason == filter_code(name)).map_or(0, |reason| reason.count);
        self.applied_locally = checked.iter().map(|name| ReasonCount { reason: name.clone(), count: removed(name) }).collect();
        self.unproven = unproven.to_vec();
        self
    }

    /// In one sentence, for people.
    pub fn sentence(&self) -> String {
        let mut parts = vec![format!("{} new", self.new), format!("{} updated", self.updated)];
        let others = [
            (self.duplicates, "came twice"),
            (self.filtered, "left out by filters"),
            (self.fresh, "read lately and not asked for again"),
            (self.failed, "failed"),
        ];
        parts.extend(others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        format!("{} of {} found.", parts.join(", "), self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_what_there_is_to_tell() {
        let statistics = Statistics { found: 12, new: 7, updated: 1, filtered: 4, ..Statistics::default() };
        assert_eq!(statistics.sentence(), "7 new, 1 updated, 4 left out by filters of 12 found.");
    }

    #[test]
    fn a_filter_that_removed_nothing_is_told_as_well() {
        let reasons = vec![ReasonCount { reason: "filter_workplaces".into(), count: 3 }];
        let told = Statistics { reasons, ..Statistics::default() }.with_filters(&["workplaces".into(), "max_age_h".into()], &[]);
        let count = |reason: &str, count| ReasonCount { reason: reason.into(), count };
        assert_eq!(told.applied_locally, [count("workplaces", 3), count("max_age_h", 0)]);
    }
}
