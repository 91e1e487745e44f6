//! Who listens to what: subscriptions by workspace and table, found by the row that has changed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::change::{Change, ChangeKind};
use super::frame::Broadcast;
use super::outbox::{Bindings, ChannelNumber, Item, Outbox};
use crate::domain::published::{Cell, Filter, Row, Table};
use crate::domain::{Credential, UserId, WorkspaceId};
use crate::store::events::AccessChange;

/// How many sockets one process takes.
const MOST_SOCKETS: usize = 20_000;

/// All sockets of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Audience {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    places: Mutex<Places>,
    next_socket: AtomicU64,
}

#[derive(Debug, Default)]
struct Places {
    sockets: HashMap<SocketId, Seat>,
    tables: HashMap<(WorkspaceId, Table), Listeners>,
    topics: HashMap<(WorkspaceId, String), Vec<Member>>,
}

type SocketId = u64;

/// Whose socket it is.
#[derive(Debug)]
struct Seat {
    user_id: UserId,
    credential: Credential,
    outbox: Arc<Outbox>,
}

/// Those who listen to one table of one workspace.
#[derive(Debug, Default)]
struct Listeners {
    /// Those who want rows with a certain value in an indexed column, by both.
    by_value: HashMap<(usize, String), Vec<Arc<Listener>>>,
    /// Those whose filters have to be tried on every row.
    others: Vec<Arc<Listener>>,
}

/// A channel's bindings to one table.
#[derive(Debug)]
struct Listener {
    socket: SocketId,
    channel: ChannelNumber,
    outbox: Arc<Outbox>,
    bindings: Vec<Binding>,
}

/// What a client wants to hear of a table.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Its place among the channel's bindings.
    pub number: u8,
    /// All kinds when missing.
    pub kind: Option<ChangeKind>,
    pub filter: Filter,
}

impl Binding {
    pub fn accepts(&self, kind: ChangeKind, row: &Row) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind) && self.filter.accepts(row)
    }
}

/// The bits of those bindings that a change concerns.
pub fn matching(bindings: &[Binding], kind: ChangeKind, row: &Row) -> Bindings {
    bindings.iter().filter(|binding| binding.accepts(kind, row)).fold(0, |bits, binding| bits | 1 << binding.number)
}

#[derive(Debug)]
struct Member {
    socket: SocketId,
    channel: ChannelNumber,
    outbox: Arc<Outbox>,
    /// Whether it wants to hear what it said itself.
    hears_itself: bool,
}

/// A socket's place in the audience; given up when dropped.
#[derive(Debug)]
pub struct Place {
    audience: Audience,
    socket: SocketId,
    workspace_id: WorkspaceId,
    pub outbox: Arc<Outbox>,
    /// What to undo for each channel.
    joined: HashMap<ChannelNumber, Joined>,
}

#[derive(Debug)]
struct Joined {
    topic: String,
    tables: Vec<(Table, Vec<(usize, String)>)>,
}

impl Audience {
    fn places(&self) -> MutexGuard<'_, Places> {
        self.inner.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new socket; `None` when the house is full.
    pub fn enter(&self, workspace_id: WorkspaceId, user_id: UserId, credential: Credential) -> Option<Place> {
        let socket = self.inner.next_socket.fetch_add(1, Ordering::Relaxed);
        let outbox = Arc::new(Outbox::default());
        let mut places = self.places();
        if places.sockets.len() >= MOST_SOCKETS {
            return None;
        }
        places.sockets.insert(socket, Seat { user_id, credential, outbox: outbox.clone() });
        metrics::gauge!("sluice_realtime_sockets").set(places.sockets.len() as f64);
        drop(places);
        Some(Place { audience: self.clone(), socket, workspace_id, outbox, joined: HashMap::new() })
    }

    /// Whether anybody listens to the table in this workspace.
    pub fn listens(&self, workspace_id: WorkspaceId, table: Table) -> bool {
        self.places().tables.contains_key(&(workspace_id, table))
    }

    /// Hands the change to everybody whom it concerns.
    pub fn tell(&self, change: &Arc<Change>) {
        let places = self.places();
        let Some(listeners) = places.tables.get(&(change.workspace_id, change.table())) else { return };
        let mut told = 0;
        let mut try_on = |listener: &Arc<Listener>| {
            let bindings = matching(&listener.bindings, change.kind, &change.row);
            if bindings != 0 {
                listener.outbox.push(Item::Change { channel: listener.channel, bindings, change: change.clone() });
                told += 1;
            }
        };
        for column in change.table().indexed() {
            if let Cell::Text(value) = change.row.cell(*column)
                && let Some(found) = listeners.by_value.get(&(*column, value.clone()))
            {
                found.iter().for_each(&mut try_on);
            }
        }
        listeners.others.iter().for_each(&mut try_on);
        metrics::counter!("sluice_realtime_changes_told_total").increment(told);
    }

    /// Makes the sockets ask again whether they may go on, whose access has changed.
    pub fn recheck(&self, change: &AccessChange) {
        for seat in self.places().sockets.values().filter(|seat| seat.user_id == change.user_id) {
            if change.key_id.is_none_or(|key| seat.credential == Credential::Key(key)) {
                seat.outbox.recheck();
            }
        }
    }
}

impl Place {
    /// From when this returns, the channel hears every change that is told.
    pub fn join(&mut self, channel: ChannelNumber, topic: &str, hears_itself: bool, tables: &[(Table, Vec<Binding>)]) {
        let mut places = self.audience.places();
        let member = Member { socket: self.socket, channel, outbox: self.outbox.clone(), hears_itself };
        places.topics.entry((self.workspace_id, topic.to_owned())).or_default().push(member);
        let mut kept = Vec::new();
        for (table, bindings) in tables {
            let listener = Arc::new(Listener { socket: self.socket, channel, outbox: self.outbox.clone(), bindings: bindings.clone() });
            let listeners = places.tables.entry((self.workspace_id, *table)).or_default();
            let values = common_values(*table, bindings);
            for value in &values {
                listeners.by_value.entry(value.clone()).or_default().push(listener.clone());
            }
            if values.is_empty() {
                listeners.others.push(listener);
            }
            kept.push((*table, values));
        }
        drop(places);
        self.joined.insert(channel, Joined { topic: topic.to_owned(), tables: kept });
    }

    pub fn leave(&mut self, channel: ChannelNumber) {
        let Some(joined) = self.joined.remove(&channel) else { return };
        let mut places = self.audience.places();
        if let Entry::Occupied(mut topic) = places.topics.entry((self.workspace_id, joined.topic)) {
            topic.get_mut().retain(|member| (member.socket, member.channel) != (self.socket, channel));
            if topic.get().is_empty() {
                topic.remove();
            }
        }
        for (table, values) in joined.tables {
            let Entry::Occupied(mut listeners) = places.tables.entry((self.workspace_id, table)) else { continue };
            let is_other = |listener: &Arc<Listener>| (listener.socket, listener.channel) != (self.socket, channel);
            for value in &values {
                if let Some(found) = listeners.get_mut().by_value.get_mut(value) {
                    found.retain(is_other);
                    if found.is_empty() {
                        listeners.get_mut().by_value.remove(value);
                    }
                }
            }
            if values.is_empty() {
                listeners.get_mut().others.retain(is_other);
            }
            if listeners.get().by_value.is_empty() && listeners.get().others.is_empty() {
                listeners.remove();
            }
        }
    }

    /// Tells the other members of the topic in this workspace, and the sender where it wants to hear itself.
    pub fn broadcast(&self, topic: &str, from: ChannelNumber, message: &Arc<Broadcast>) {
        let places = self.audience.places();
        let members = places.topics.get(&(self.workspace_id, topic.to_owned()));
        for member in members.into_iter().flatten() {
            if member.hears_itself || (member.socket, member.channel) != (self.socket, from) {
                member.outbox.push(Item::Broadcast { channel: member.channel, message: message.clone() });
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let channels: Vec<ChannelNumber> = self.joined.keys().copied().collect();
        for channel in channels {
            self.leave(channel);
        }
        let mut places = self.audience.places();
        places.sockets.remove(&self.socket);
        metrics::gauge!("sluice_realtime_sockets").set(places.sockets.len() as f64);
    }
}

/// The values of one indexed column, one of which each binding demands. Empty when there is no such column.
fn common_values(table: Table, bindings: &[Binding]) -> Vec<(usize, String)> {
    for column in table.indexed() {
        let values: Option<Vec<_>> =
            bindings.iter().map(|binding| binding.filter.equality(*column).map(|value| (*column, value.to_owned()))).collect();
        if let Some(mut values) = values {
            values.sort_unstable();
            values.dedup();
            return values;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::published::KEY;
    use crate::domain::{KeyId, Micros};

    const A: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const B: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

    fn binding(table: Table, number: u8, kind: Option<ChangeKind>, filter: &str) -> Binding {
        Binding { number, kind, filter: Filter::parse(table, filter).expect("a filter") }
    }

    fn result(id: &str, job: &str) -> Row {
        Row::of_key(Table::Results, &[(KEY, id.to_owned()), (1, job.to_owned())])
    }

    fn change(workspace: WorkspaceId, kind: ChangeKind, row: Row) -> Arc<Change> {
        Arc::new(Change::new(workspace, kind, row, 1, false, Micros(0)))
    }

    /// Channel and bindings of what was heard.
    fn heard(place: &Place) -> Vec<(ChannelNumber, Bindings)> {
        let items = place.outbox.take(100).items;
        let heard = items.into_iter().map(|item| match item {
            Item::Change { channel, bindings, .. } => (channel, bindings),
            Item::Broadcast { channel, .. } => (channel, 0),
        });
        heard.collect()
    }

    fn enter(audience: &Audience, workspace: WorkspaceId) -> Place {
        audience.enter(workspace, UserId::new(), Credential::Key(KeyId::new())).expect("room")
    }

    #[test]
    fn a_change_reaches_those_whose_filters_take_it_once_a_channel() {
        let (audience, home) = (Audience::default(), WorkspaceId::new());
        let mut place = enter(&audience, home);
        let table = Table::Results;
        let by_job = vec![binding(table, 0, None, &format!("job_id=eq.{A}"))];
        let by_row = vec![binding(table, 0, None, &format!("id=eq.{A}")), binding(table, 1, None, &format!("id=eq.{B}"))];
        let mixed = vec![
            binding(table, 0, Some(ChangeKind::Delete), ""),
            binding(table, 1, Some(ChangeKind::Insert), &format!("job_id=eq.{A}")),
            binding(table, 2, None, "batch_number=gt.3"),
        ];
        for (channel, bindings) in [(1, by_job), (2, by_row), (3, mixed)] {
            place.join(channel, "realtime:x", false, &[(table, bindings)]);
        }
        audience.tell(&change(home, ChangeKind::Insert, result(B, A)));
        let mut all = heard(&place);
        all.sort_unstable();
        assert_eq!(all, [(1, 0b1), (2, 0b10), (3, 0b10)]);
        audience.tell(&change(home, ChangeKind::Delete, result(B, B)));
        let mut all = heard(&place);
        all.sort_unstable();
        assert_eq!(all, [(2, 0b10), (3, 0b1)]);
        place.leave(2);
        audience.tell(&change(home, ChangeKind::Update, result(A, B)));
        assert_eq!(heard(&place), []);
    }

    #[test]
    fn immunity_25_no_filter_reaches_into_another_workspace() {
        let (audience, home, elsewhere) = (Audience::default(), WorkspaceId::new(), WorkspaceId::new());
        let mut place = enter(&audience, elsewhere);
        let filters = ["", &format!("id=eq.{A}"), &format!("workspace_id=eq.{home}")];
        let bindings = filters.iter().zip(0..).map(|(filter, number)| binding(Table::Jobs, number, None, filter)).collect();
        place.join(1, "realtime:x", true, &[(Table::Jobs, bindings)]);
        let row = Row::of_key(Table::Jobs, &[(KEY, A.to_owned()), (2, home.to_string())]);
        audience.tell(&change(home, ChangeKind::Update, row));
        let mut neighbour = enter(&audience, home);
        neighbour.join(1, "realtime:x", false, &[]);
        let message = Arc::new(Broadcast { event: "x".into(), content: super::super::frame::Content::Json("{}".into()) });
        neighbour.broadcast("realtime:x", 1, &message);
        assert_eq!((heard(&place), heard(&neighbour)), (vec![], vec![]));
    }

    #[test]
    fn nothing_is_left_of_a_socket_that_is_gone() {
        let (audience, home) = (Audience::default(), WorkspaceId::new());
        let mut place = enter(&audience, home);
        place.join(1, "realtime:x", false, &[(Table::Jobs, vec![binding(Table::Jobs, 0, None, &format!("id=eq.{A}"))])]);
        place.join(2, "realtime:y", false, &[(Table::Results, vec![binding(Table::Results, 0, None, "")])]);
        assert!(audience.listens(home, Table::Jobs) && audience.listens(home, Table::Results));
        drop(place);
        let places = audience.places();
        assert!(places.sockets.is_empty() && places.tables.is_empty() && places.topics.is_empty(), "{places:?}");
    }

    #[test]
    fn a_change_of_access_is_for_its_user_and_key_alone() {
        let (audience, home, user) = (Audience::default(), WorkspaceId::new(), UserId::new());
        let keys = [KeyId::new(), KeyId::new()];
        let places: Vec<Place> = keys.iter().map(|key| audience.enter(home, user, Credential::Key(*key)).expect("room")).collect();
        let other = enter(&audience, home);
        let rechecked = || [&places[0], &places[1], &other].map(|place| place.outbox.take(0).recheck);
        audience.recheck(&AccessChange { user_id: user, key_id: Some(keys[1]) });
        assert_eq!(rechecked(), [false, true, false]);
        audience.recheck(&AccessChange { user_id: user, key_id: None });
        assert_eq!(rechecked(), [true, true, false]);
    }
}
