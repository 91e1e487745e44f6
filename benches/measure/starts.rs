//! The distances that were drawn between the starts of an account, as the store tells them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use sluice::domain::AccountId;
use tracing::Metadata;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Where the store tells of granted starts.
const TARGET: &str = "sluice::pace";

/// One line a granted start: the account, and the distance drawn to the next.
#[derive(Clone, Default)]
pub struct Starts {
    seen: Arc<Mutex<Vec<Start>>>,
}

#[derive(Default)]
struct Start {
    account: String,
    gap_us: i64,
}

impl Starts {
    /// Listens to this process from now on, and to nothing else of its log.
    pub fn listen() -> Result<Self> {
        let starts = Self::default();
        tracing_subscriber::registry().with(starts.clone()).try_init()?;
        Ok(starts)
    }

    /// The distances drawn for an account, in the order of its starts.
    pub fn gaps(&self, account: AccountId) -> Vec<Duration> {
        let account = account.to_string();
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let own = seen.iter().filter(|start| start.account == account);
        own.map(|start| Duration::from_micros(start.gap_us.unsigned_abs())).collect()
    }
}

/// It decides for the whole subscriber: a filter of this layer alone would be misled by callers that ask whether a line is wanted and
/// then write none.
impl<S: tracing::Subscriber> Layer<S> for Starts {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == TARGET { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        metadata.target() == TARGET
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn on_event(&self, event: &tracing::Event<'_>, _context: Context<'_, S>) {
        let mut start = Start::default();
        event.record(&mut start);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(start);
    }
}

impl Visit for Start {
    fn record_i64(&mut self, field: &Field, value: i64) {
        if field.name() == "gap_us" {
            self.gap_us = value;
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "account" {
            self.account = format!("{value:?}");
        }
    }
}
