//! What waits to be written to one socket: bounded, and never short of an ending.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::change::{Change, ChangeKind};
use super::frame::Broadcast;

/// A channel of one socket; a topic that is joined anew gets another number.
pub type ChannelNumber = u32;

/// A bit for each binding of a channel.
pub type Bindings = u128;

/// How many changes may wait. They are shared, so a slow reader costs its place in the queue and no copy.
const CAPACITY: usize = 4_096;
/// A queue that coalescing leaves this full will not be helped by doing it again.
const STILL_FULL: usize = CAPACITY / 4 * 3;
/// A drained queue gives back what it has grown beyond this.
const KEPT_CAPACITY: usize = 64;

#[derive(Debug, Clone)]
pub enum Item {
    Change { channel: ChannelNumber, bindings: Bindings, change: Arc<Change> },
    Broadcast { channel: ChannelNumber, message: Arc<Broadcast> },
}

impl Item {
    fn channel(&self) -> ChannelNumber {
        match self {
            Self::Change { channel, .. } | Self::Broadcast { channel, .. } => *channel,
        }
    }
}

/// Filled by whoever has something to tell, emptied by the socket's own task.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: Mutex<Queue>,
    ready: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    items: VecDeque<Item>,
    /// Channels that have lost something and must begin anew.
    overflowed: Vec<ChannelNumber>,
    /// Whether the socket should ask again if it may go on.
    recheck: bool,
}

/// What the socket's task took out.
#[derive(Debug, Default)]
pub struct Taken {
    pub items: Vec<Item>,
    pub overflowed: Vec<ChannelNumber>,
    pub recheck: bool,
}

impl Outbox {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When full, older states of a row make room for newer ones. Where that does not help, the channel with the most to tell is emptied and
    /// marked as overflowed, so that its client joins anew and reads what there is, instead of missing something without knowing.
    pub fn push(&self, item: Item) {
        let mut queue = self.queue();
        if queue.overflowed.contains(&item.channel()) {
            return;
        }
        if queue.items.len() >= CAPACITY {
            coalesce(&mut queue.items);
            if queue.items.len() >= STILL_FULL {
                let largest = largest_channel(&queue.items);
                queue.items.retain(|waiting| waiting.channel() != largest);
                queue.overflowed.push(largest);
                if item.channel() == largest {
                    drop(queue);
                    self.ready.notify_one();
                    return;
                }
            }
        }
        queue.items.push_back(item);
        drop(queue);
        self.ready.notify_one();
    }

    /// Makes the socket ask again whether it may go on, before it writes anything more.
    pub fn recheck(&self) {
        self.queue().recheck = true;
        self.ready.notify_one();
    }

    /// Returns when there is something to take.
    pub async fn ready(&self) {
        self.ready.notified().await;
    }

    /// Up to `most` items; whoever gets fewer than there are is told again.
    pub fn take(&self, most: usize) -> Taken {
        let mut queue = self.queue();
        let most = most.min(queue.items.len());
        let items: Vec<Item> = queue.items.drain(..most).collect();
        if queue.items.is_empty() {
            queue.items.shrink_to(KEPT_CAPACITY);
        } else {
            self.ready.notify_one();
        }
        Taken { items, overflowed: std::mem::take(&mut queue.overflowed), recheck: std::mem::take(&mut queue.recheck) }
    }
}

fn largest_channel(items: &VecDeque<Item>) -> ChannelNumber {
    let mut counts: HashMap<ChannelNumber, usize> = HashMap::new();
    for item in items {
        *counts.entry(item.channel()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(channel, count)| (*count, *channel)).map_or(0, |(channel, _)| channel)
}

/// Drops updates that a later update of the same row on the same channel supersedes. Insertions, deletions and endings stay.
fn coalesce(items: &mut VecDeque<Item>) {
    let mut newer: HashSet<(ChannelNumber, Bindings, String)> = HashSet::new();
    let mut kept = VecDeque::with_capacity(items.len());
    while let Some(item) = items.pop_back() {
        let superseded = match &item {
            Item::Change { channel, bindings, change } if change.kind == ChangeKind::Update => {
                let is_first = newer.insert((*channel, *bindings, change.row.key().to_owned()));
                !is_first && !change.is_final
            }
            _ => false,
        };
        if !superseded {
            kept.push_front(item);
        }
    }
    *items = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::published::{Cell, Row, Table};
    use crate::domain::{Micros, WorkspaceId};

    fn change(key: &str, kind: ChangeKind, version: i64, is_final: bool) -> Arc<Change> {
        let mut cells = vec![Cell::Null; Table::Results.columns().len()];
        cells[0] = Cell::from(key);
        Arc::new(Change::new(WorkspaceId::new(), kind, Row::new(Table::Results, cells), version, is_final, Micros(0)))
    }

    fn push(outbox: &Outbox, channel: ChannelNumber, change: Arc<Change>) {
        outbox.push(Item::Change { channel, bindings: 1, change });
    }

    /// `(channel, row, version)` of all that waits.
    fn drain(outbox: &Outbox) -> Vec<(ChannelNumber, String, i64)> {
        let mut told = Vec::new();
        loop {
            let taken = outbox.take(1_000);
            if taken.items.is_empty() {
                return told;
            }
            told.extend(taken.items.into_iter().map(|item| match item {
                Item::Change { channel, change, .. } => (channel, change.row.key().to_owned(), change.version),
                Item::Broadcast { channel, .. } => (channel, "broadcast".to_owned(), 0),
            }));
        }
    }

    #[test]
    fn what_fits_is_told_in_order_and_whole() {
        let outbox = Outbox::default();
        for version in 1..=CAPACITY as i64 {
            push(&outbox, 1, change("a", ChangeKind::Update, version, false));
        }
        let told = drain(&outbox);
        assert_eq!(told.len(), CAPACITY);
        assert!(told.windows(2).all(|pair| pair[0].2 + 1 == pair[1].2));
    }

    #[test]
    fn a_full_queue_keeps_the_newest_of_each_row_and_every_ending() {
        let outbox = Outbox::default();
        push(&outbox, 1, change("a", ChangeKind::Insert, 1, false));
        for version in 2..10_000 {
            push(&outbox, 1, change("a", ChangeKind::Update, version, version == 500));
            push(&outbox, 2, change("b", ChangeKind::Update, version, false));
        }
        push(&outbox, 1, change("a", ChangeKind::Update, 10_000, true));
        let taken = outbox.take(0);
        assert_eq!(taken.overflowed, Vec::<u32>::new());
        let told = drain(&outbox);
        assert!(told.len() <= CAPACITY);
        let of = |channel| told.iter().filter(|(of, ..)| *of == channel).map(|(.., version)| *version).collect::<Vec<_>>();
        let (first, second) = (of(1), of(2));
        assert_eq!((first[0], first.contains(&500), first.last()), (1, true, Some(&10_000)), "{first:?}");
        assert_eq!(second.last(), Some(&9_999));
        assert!(first.is_sorted() && second.is_sorted(), "no row goes back");
    }

    #[test]
    fn a_channel_that_would_lose_rows_begins_anew_and_the_others_lose_nothing() {
        let outbox = Outbox::default();
        push(&outbox, 2, change("mine", ChangeKind::Update, 1, true));
        for row in 1..CAPACITY {
            push(&outbox, 1, change(&format!("row {row}"), ChangeKind::Insert, 1, false));
        }
        // The queue is full, and this one finds it so, though its own channel has hardly anything in it.
        push(&outbox, 2, change("mine", ChangeKind::Update, 2, false));
        push(&outbox, 1, change("too late", ChangeKind::Insert, 1, false));
        let taken = outbox.take(usize::MAX);
        assert_eq!(taken.overflowed, [1]);
        let told: Vec<_> = taken.items.iter().map(Item::channel).collect();
        assert_eq!(told, [2, 2]);
        // After it was told, the channel's next incarnation is served again.
        push(&outbox, 3, change("row", ChangeKind::Insert, 1, false));
        assert_eq!(drain(&outbox), [(3, "row".to_owned(), 1)]);
    }
}
