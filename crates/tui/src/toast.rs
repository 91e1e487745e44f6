//! Short messages at the top right: at most three, the oldest leaves first.

use jiff::{SignedDuration, Timestamp};

/// At most so many are seen at once.
pub const MOST: usize = 3;
const INFO_STAYS: SignedDuration = SignedDuration::from_secs(6);
const WARNING_STAYS: SignedDuration = SignedDuration::from_secs(12);
pub const SNOOZE: SignedDuration = SignedDuration::from_mins(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Info,
    Warning,
    /// Stays until somebody dismisses it.
    Error,
}

/// What a message leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    Nothing,
    /// The story of a job, or why it failed.
    Job(String),
    /// What a search found.
    Results(String),
    /// What became of each address of an import.
    Items(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub id: u64,
    pub level: Level,
    pub title: String,
    pub text: String,
    /// For an end with many results.
    pub is_large: bool,
    pub opens: Opens,
    about: Option<String>,
    leaves_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Default)]
pub struct Toasts {
    shown: Vec<Toast>,
    snoozed: Vec<(Timestamp, Toast)>,
    last_id: u64,
}

/// A message before it is shown.
#[derive(Debug, Clone)]
pub struct Draft {
    pub level: Level,
    pub title: String,
    pub text: String,
    pub is_large: bool,
    pub opens: Opens,
    /// The job whose state is told: what was told of it before is over.
    pub about: Option<String>,
}

impl Draft {
    pub fn info(title: impl Into<String>) -> Self {
        Draft { level: Level::Info, title: title.into(), text: String::new(), is_large: false, opens: Opens::Nothing, about: None }
    }

    pub fn warning(title: impl Into<String>) -> Self {
        Draft { level: Level::Warning, ..Draft::info(title) }
    }

    pub fn error(title: impl Into<String>) -> Self {
        Draft { level: Level::Error, ..Draft::info(title) }
    }

    #[must_use]
    pub fn saying(self, text: impl Into<String>) -> Self {
        Draft { text: text.into(), ..self }
    }

    #[must_use]
    pub fn opening(self, opens: Opens) -> Self {
        Draft { opens, ..self }
    }

    #[must_use]
    pub fn about(self, job_id: &str) -> Self {
        Draft { about: Some(job_id.to_owned()), ..self }
    }

    #[must_use]
    pub fn large(self, is_large: bool) -> Self {
        Draft { is_large, ..self }
    }
}

impl Toasts {
    pub fn show(&mut self, draft: Draft, now: Timestamp) {
        self.last_id += 1;
        let Draft { level, title, text, is_large, opens, about } = draft;
        let mut toast = Toast { id: self.last_id, level, title, text, is_large, opens, about, leaves_at: None };
        toast.leaves_at = leaves_at(&toast, now);
        // The same words twice are one message.
        self.shown.retain(|other| (other.level, &other.title, &other.text) != (toast.level, &toast.title, &toast.text));
        if let Some(job_id) = &toast.about {
            let is_over = |other: &Toast| other.about.as_ref() == Some(job_id);
            self.shown.retain(|other| !is_over(other));
            self.snoozed.retain(|(_, other)| !is_over(other));
        }
        self.shown.push(toast);
        self.drop_the_oldest();
    }

    fn drop_the_oldest(&mut self) {
        if self.shown.len() > MOST {
            self.shown.drain(..self.shown.len() - MOST);
        }
    }

    /// Oldest first.
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }

    pub fn newest(&self) -> Option<u64> {
        self.shown.last().map(|toast| toast.id)
    }

    pub fn find(&self, id: u64) -> Option<&Toast> {
        self.shown.iter().find(|toast| toast.id == id)
    }

    /// After its job has been opened.
    pub fn dismiss_what_opens(&mut self, opens: &Opens) {
        self.shown.retain(|toast| toast.opens != *opens);
    }

    pub fn dismiss(&mut self, id: u64) -> Option<Toast> {
        let at = self.shown.iter().position(|toast| toast.id == id)?;
        Some(self.shown.remove(at))
    }

    pub fn snooze(&mut self, id: u64, now: Timestamp) {
        if let Some(toast) = self.dismiss(id) {
            self.snoozed.push((later(now, SNOOZE), toast));
        }
    }

    /// Takes away what has been shown long enough, and brings back what was snoozed.
    pub fn pass(&mut self, now: Timestamp) {
        self.shown.retain(|toast| toast.leaves_at.is_none_or(|at| at > now));
        let (due, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.snoozed).into_iter().partition(|(at, _)| *at <= now);
        self.snoozed = waiting;
        for (_, mut toast) in due {
            toast.leaves_at = leaves_at(&toast, now);
            self.shown.push(toast);
        }
        self.drop_the_oldest();
    }

    /// When something changes by itself.
    pub fn next_change(&self) -> Option<Timestamp> {
        let leaving = self.shown.iter().filter_map(|toast| toast.leaves_at);
        leaving.chain(self.snoozed.iter().map(|(at, _)| *at)).min()
    }
}

fn leaves_at(toast: &Toast, now: Timestamp) -> Option<Timestamp> {
    match toast.level {
        Level::Info if toast.is_large => Some(later(now, WARNING_STAYS)),
        Level::Info => Some(later(now, INFO_STAYS)),
        Level::Warning => Some(later(now, WARNING_STAYS)),
        Level::Error => None,
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn titles(toasts: &Toasts) -> Vec<&str> {
        toasts.shown().iter().map(|toast| toast.title.as_str()).collect()
    }

    #[test]
    fn at_most_three_are_seen_and_the_oldest_leaves_first() {
        let mut toasts = Toasts::default();
        for title in ["one", "two", "three", "four"] {
            toasts.show(Draft::info(title), at(0));
        }
        assert_eq!(titles(&toasts), ["two", "three", "four"]);
        toasts.show(Draft::info("two"), at(1));
        assert_eq!(titles(&toasts), ["three", "four", "two"]);
    }

    #[test]
    fn an_error_stays_until_it_is_dismissed() {
        let mut toasts = Toasts::default();
        toasts.show(Draft::info("queued"), at(0));
        toasts.show(Draft::error("failed"), at(0));
        assert_eq!(toasts.next_change(), Some(at(6)));
        toasts.pass(at(6));
        assert_eq!(titles(&toasts), ["failed"]);
        assert_eq!(toasts.next_change(), None);
        toasts.dismiss(toasts.newest().unwrap());
        assert_eq!(toasts.shown().len(), 0);
    }

    #[test]
    fn what_is_told_of_a_job_takes_the_place_of_what_was_told_of_it_before() {
        let mut toasts = Toasts::default();
        toasts.show(Draft::info("Queued: one").about("j1"), at(0));
        toasts.show(Draft::info("Queued: two").about("j2"), at(0));
        toasts.show(Draft::info("Noted"), at(0));
        toasts.show(Draft::warning("Waiting: two").about("j2"), at(0));
        toasts.snooze(toasts.newest().unwrap(), at(0));
        toasts.show(Draft::info("Done: one").about("j1"), at(1));
        toasts.show(Draft::info("Done: two").about("j2"), at(2));
        assert_eq!(titles(&toasts), ["Noted", "Done: one", "Done: two"]);
        toasts.pass(at(301));
        assert_eq!(titles(&toasts), [""; 0], "what was put off is over as well");
    }

    #[test]
    fn a_snoozed_message_comes_back() {
        let mut toasts = Toasts::default();
        toasts.show(Draft::warning("slow down"), at(0));
        toasts.snooze(toasts.newest().unwrap(), at(1));
        assert_eq!(toasts.shown().len(), 0);
        assert_eq!(toasts.next_change(), Some(at(301)));
        toasts.pass(at(301));
        assert_eq!(titles(&toasts), ["slow down"]);
        assert_eq!(toasts.next_change(), Some(at(313)));
    }
}
