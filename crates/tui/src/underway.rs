//! What was sent to be stored and has not been answered: whoever quits waits for it, and hears what was not stored.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sluice_api::wording::posting as words;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::message::Message;
use crate::trouble::Trouble;

#[derive(Debug, Clone, Default)]
pub struct Underway(Arc<watch::Sender<Open>>);

#[derive(Debug, Default)]
struct Open {
    last: u64,
    /// By number, in words; without words what people did not ask for.
    requests: BTreeMap<u64, String>,
}

/// One request, as long as it lives.
#[derive(Debug)]
pub struct Request {
    number: u64,
    underway: Underway,
}

impl Underway {
    pub fn begin(&self, words: impl Into<String>) -> Request {
        let mut number = 0;
        self.0.send_modify(|open| {
            open.last += 1;
            number = open.last;
            open.requests.insert(number, words.into());
        });
        Request { number, underway: self.clone() }
    }

    /// Waits until everything is answered, but not longer than `patience`; returns what is not.
    pub async fn ended(&self, patience: Duration) -> Vec<String> {
        let mut open = self.0.subscribe();
        let answered = async { open.wait_for(|open| open.requests.is_empty()).await.is_ok() };
        let _too_late = timeout(patience, answered).await;
        self.0.borrow().requests.values().filter(|words| !words.is_empty()).cloned().collect()
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.underway.0.send_modify(|open| {
            open.requests.remove(&self.number);
        });
    }
}

/// What an answer that nobody sees any more says was not stored.
pub fn refused(message: &Message) -> Option<String> {
    let (what, trouble): (String, &Trouble) = match message {
        Message::Changed { said, before, answer: Err(trouble), .. } if !said.is_empty() => {
            (format!("{said}: {}", words::title(before)), trouble)
        }
        Message::Reminded { said, answer: Err(trouble), .. } => (said.clone(), trouble),
        Message::ContactStored { answer: Err(trouble), .. } => ("A contact".to_owned(), trouble),
        Message::Started { answer: Err(trouble), .. } => ("An import or a search".to_owned(), trouble),
        Message::Steered { answer: Err(trouble), .. } => ("A job's pause, end or retry".to_owned(), trouble),
        _ => return None,
    };
    Some(format!("{what} ({})", trouble.what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_answered_in_time_is_not_named_and_the_rest_is() {
        let underway = Underway::default();
        assert_eq!(underway.ended(Duration::ZERO).await, Vec::<String>::new());
        let (rated, seen, noted) = (underway.begin("Rated: Data Engineer"), underway.begin(""), underway.begin("Noted: Data Engineer"));
        drop(rated);
        assert_eq!(underway.ended(Duration::from_millis(1)).await, ["Noted: Data Engineer"]);
        let answered = async { drop((seen, noted)) };
        let (left, ()) = tokio::join!(underway.ended(Duration::from_secs(60)), answered);
        assert_eq!(left, Vec::<String>::new());
    }
}
