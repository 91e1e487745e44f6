//! What a client asks for when it joins a topic, and the channel that comes of it.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use super::audience::{Binding, matching};
use super::change::{Change, ChangeKind};
use super::outbox::{Bindings, ChannelNumber};
use crate::domain::published::{Filter, KEY, SCHEMA, Table};

/// Bindings of one channel.
pub const MOST_BINDINGS: usize = 100;

/// A joined topic of one socket.
#[derive(Debug)]
pub struct Channel {
    pub number: ChannelNumber,
    pub topic: String,
    pub join_ref: Option<String>,
    /// Whether a broadcast of the client is acknowledged.
    pub acknowledges: bool,
    /// The columns that each binding wants; all when missing.
    selections: Vec<Option<Box<[usize]>>>,
    /// Which rows the channel was shown as they are, and in which version it last saw them: it sees nothing older.
    seen: HashMap<Box<str>, i64>,
}

/// A join that can be granted.
#[derive(Debug)]
pub struct Wish {
    pub hears_itself: bool,
    pub acknowledges: bool,
    pub presence: bool,
    /// The client's own words for its bindings, each with its id.
    pub echo: Vec<Json>,
    pub tables: Vec<(Table, Vec<Binding>)>,
    selections: Vec<Option<Box<[usize]>>>,
}

/// Why a join comes to nothing.
#[derive(Debug, PartialEq)]
pub enum Refusal {
    /// The topic is not joined.
    Join(String),
    /// The topic is joined, and told that it will hear no changes.
    Changes { echo: Vec<Json>, message: String },
}

impl Wish {
    pub fn read(payload: &Map<String, Json>) -> Result<Self, Refusal> {
        let none = Map::new();
        let config = payload.get("config").and_then(Json::as_object).unwrap_or(&none);
        let flag = |object: &str, name: &str| config.get(object).is_some_and(|object| object[name] == true);
        let asked = match config.get("postgres_changes") {
            None | Some(Json::Null) => &[][..],
            Some(Json::Array(asked)) => asked,
            Some(_) => return Err(Refusal::Join("InvalidPayload: config.postgres_changes must be a list".into())),
        };
        if asked.len() > MOST_BINDINGS {
            let message = format!("TooManyBindings: a channel has at most {MOST_BINDINGS} postgres_changes, and here are {}", asked.len());
            return Err(Refusal::Join(message));
        }
        let echo: Vec<Json> = asked.iter().zip(1..).map(|(binding, id)| with_id(binding, id)).collect();
        let mut wish = Self {
            hears_itself: flag("broadcast", "self"),
            acknowledges: flag("broadcast", "ack"),
            presence: flag("presence", "enabled"),
            echo,
            tables: Vec::new(),
            selections: Vec::new(),
        };
        for (binding, number) in asked.iter().zip(0_u8..) {
            if let Err(message) = wish.bind(number, binding) {
                return Err(Refusal::Changes { echo: wish.echo, message });
            }
        }
        Ok(wish)
    }

    fn bind(&mut self, number: u8, asked: &Json) -> Result<(), String> {
        let text = |name: &str| match asked.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(format!("{name} must be a text")),
        };
        let kind = match text("event")?.map(str::to_ascii_uppercase).as_deref() {
            Some("*") | None => None,
            Some("INSERT") => Some(ChangeKind::Insert),
            Some("UPDATE") => Some(ChangeKind::Update),
            Some("DELETE") => Some(ChangeKind::Delete),
            Some(other) => return Err(format!("there is no event `{other}`; use INSERT, UPDATE, DELETE or *")),
        };
        if let Some(schema) = text("schema")?
            && schema != SCHEMA
            && schema != "*"
        {
            return Err(format!("there is no schema `{schema}`; use {SCHEMA}"));
        }
        let tables = match text("table")? {
            None | Some("" | "*") => Table::ALL.to_vec(),
            Some(name) => vec![Table::from_name(name).ok_or_else(|| no_such_table(name))?],
        };
        for table in &tables {
            let filter = Filter::parse(*table, text("filter")?.unwrap_or_default()).map_err(|error| error.to_string())?;
            let binding = Binding { number, kind, filter };
            match self.tables.iter_mut().find(|(known, _)| known == table) {
                Some((_, bindings)) => bindings.push(binding),
                None => self.tables.push((*table, vec![binding])),
            }
        }
        self.selections.push(match asked.get("select") {
            None | Some(Json::Null) => None,
            Some(names) => Some(selection(&tables, names)?),
        });
        Ok(())
    }

    /// Rows whose bindings name them by their key, and which are told as they are as soon as the channel is there.
    pub fn named_rows(&self) -> Vec<(Table, String)> {
        let mut rows = Vec::new();
        for (table, bindings) in &self.tables {
            for binding in bindings.iter().filter(|binding| binding.kind.is_none_or(|kind| kind == ChangeKind::Update)) {
                if let Some(key) = binding.filter.equality(KEY) {
                    rows.push((*table, key.to_owned()));
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    pub fn into_channel(self, number: ChannelNumber, topic: String, join_ref: Option<String>) -> Channel {
        let seen = self.named_rows().into_iter().map(|(_, key)| (key.into_boxed_str(), 0)).collect();
        Channel { number, topic, join_ref, acknowledges: self.acknowledges, selections: self.selections, seen }
    }
}

/// The client's words, and an id that it finds its callbacks by: not 0, which never matches.
fn with_id(binding: &Json, id: u64) -> Json {
    let mut echo = binding.clone();
    if let Some(fields) = echo.as_object_mut() {
        fields.insert("id".to_owned(), id.into());
    }
    echo
}

fn no_such_table(name: &str) -> String {
    format!("there is no table `{name}`; there are {}", Table::ALL.map(Table::name).join(" and "))
}

fn selection(tables: &[Table], names: &Json) -> Result<Box<[usize]>, String> {
    let [table] = tables else { return Err("select needs one table".into()) };
    let Some(names) = names.as_array() else { return Err("select must be a list of columns".into()) };
    let place = |name: &Json| {
        let name = name.as_str().unwrap_or_default();
        table.place_of(name).ok_or_else(|| format!("{} has no column `{name}`; it has {}", table.name(), table.column_names()))
    };
    names.iter().map(place).collect()
}

impl Channel {
    /// A channel that hears no changes.
    pub fn without_changes(number: ChannelNumber, topic: String, join_ref: Option<String>) -> Self {
        Self { number, topic, join_ref, acknowledges: false, selections: Vec::new(), seen: HashMap::new() }
    }

    /// Whether the channel has not seen this state of the row or a later one. It counts as seen from now on.
    pub fn is_news(&mut self, change: &Change) -> bool {
        match self.seen.get_mut(change.row.key()) {
            Some(seen) if change.kind != ChangeKind::Delete && change.version <= *seen => false,
            Some(seen) => {
                *seen = change.version;
                true
            }
            None => true,
        }
    }

    /// The payloads that tell the change to these bindings: one, unless they want different columns.
    pub fn payloads(&self, change: &Change, bindings: Bindings) -> Vec<String> {
        let mut groups: Vec<(Option<&[usize]>, Vec<u32>)> = Vec::with_capacity(1);
        for number in (0..Bindings::BITS).filter(|number| bindings >> number & 1 == 1) {
            let wanted = self.selections.get(number as usize).and_then(Option::as_deref);
            match groups.iter_mut().find(|(known, _)| *known == wanted) {
                Some((_, ids)) => ids.push(number + 1),
                None => groups.push((wanted, vec![number + 1])),
            }
        }
        groups.into_iter().map(|(wanted, ids)| payload(&ids, &change.data(wanted))).collect()
    }

    /// The name without the prefix that clients put before it.
    pub fn name(&self) -> &str {
        self.topic.strip_prefix(TOPIC_PREFIX).unwrap_or(&self.topic)
    }
}

/// Begins every topic that can be joined.
pub const TOPIC_PREFIX: &str = "realtime:";

fn payload(ids: &[u32], data: &str) -> String {
    let mut payload = String::with_capacity(data.len() + 24 + ids.len() * 4);
    payload.push_str("{\"ids\":");
    payload.push_str(&json!(ids).to_string());
    payload.push_str(",\"data\":");
    payload.push_str(data);
    payload.push('}');
    payload
}

/// The bits of the bindings that a row as it is concerns.
pub fn shown_to(tables: &[(Table, Vec<Binding>)], change: &Change) -> Bindings {
    let bindings = tables.iter().find(|(table, _)| *table == change.table());
    bindings.map_or(0, |(_, bindings)| matching(bindings, ChangeKind::Update, &change.row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::published::{Cell, Row};
    use crate::domain::{Micros, WorkspaceId};

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn read(bindings: Json) -> Result<Wish, Refusal> {
        let payload =
            json!({"config": {"broadcast": {"ack": true, "self": false}, "presence": {"enabled": true}, "postgres_changes": bindings}});
        Wish::read(payload.as_object().expect("an object"))
    }

    #[test]
    fn bindings_are_echoed_word_for_word_with_an_id() {
        let asked = json!([
            {"event": "UPDATE", "schema": "public", "table": "prospect_search_jobs", "filter": format!("id=eq.{ID}")},
            {"event": "*", "schema": "*", "table": "*", "unknown": {"kept": [1.50, null]}},
            {"schema": "public", "event": "insert"},
        ]);
        let wish = read(asked.clone()).expect("it can be granted");
        for ((echo, asked), id) in wish.echo.iter().zip(asked.as_array().expect("a list")).zip(1..) {
            let mut expected = asked.clone();
            expected["id"] = json!(id);
            assert_eq!(echo.to_string(), expected.to_string());
        }
        assert!(wish.acknowledges && wish.presence && !wish.hears_itself);
        let of = |table| wish.tables.iter().find(|(known, _)| *known == table).map(|(_, bindings)| bindings.len());
        assert_eq!((of(Table::Jobs), of(Table::Results)), (Some(3), Some(2)));
        assert_eq!(wish.named_rows(), [(Table::Jobs, ID.to_owned())]);
    }

    #[test]
    fn what_cannot_be_bound_is_said() {
        let message = |binding: Json| match read(json!([binding])) {
            Err(Refusal::Changes { echo, message }) => {
                assert_eq!(echo[0]["id"], 1);
                message
            }
            other => panic!("{other:?}"),
        };
        let messages = [
            json!({"event": "UPSERT", "table": "prospect_search_jobs"}),
            json!({"event": "*", "schema": "private", "table": "prospect_search_jobs"}),
            json!({"event": "*", "schema": "public", "table": "api_keys"}),
            json!({"event": "*", "table": "prospect_search_jobs", "filter": "hash=eq.x"}),
            json!({"event": "*", "table": "*", "filter": "status=eq.completed"}),
            json!({"event": "*", "table": 7}),
            json!({"event": "*", "table": "prospect_search_jobs", "select": ["id", "args"]}),
            json!({"event": "*", "select": ["id"]}),
            json!({"event": "*", "table": "prospect_search_jobs", "select": "id"}),
        ]
        .map(message);
        insta::assert_snapshot!(messages.join("\n"));
        let refused = |payload: Json| match Wish::read(payload.as_object().expect("an object")) {
            Err(Refusal::Join(message)) => message,
            other => panic!("{other:?}"),
        };
        let many = json!({"config": {"postgres_changes": vec![json!({"event": "*"}); MOST_BINDINGS + 1]}});
        assert!(refused(many).starts_with("TooManyBindings: "));
        assert!(refused(json!({"config": {"postgres_changes": {}}})).starts_with("InvalidPayload: "));
    }

    fn change(version: i64) -> Change {
        let mut cells = vec![Cell::Null; Table::Jobs.columns().len()];
        cells[KEY] = Cell::from(ID);
        Change::new(WorkspaceId::new(), ChangeKind::Update, Row::new(Table::Jobs, cells), version, false, Micros(0))
    }

    #[test]
    fn a_row_that_was_shown_never_goes_back() {
        let asked = json!([{"event": "UPDATE", "table": "prospect_search_jobs", "filter": format!("id=eq.{ID}")}]);
        let mut channel = read(asked).expect("it can be granted").into_channel(1, "realtime:x".into(), None);
        let news: Vec<bool> = [3, 2, 3, 4, 4, 5].map(|version| channel.is_news(&change(version))).to_vec();
        assert_eq!(news, [true, false, false, true, false, true]);
    }

    #[test]
    fn one_frame_tells_all_bindings_unless_they_want_other_columns() {
        let table = "prospect_search_jobs";
        let asked = json!([
            {"event": "*", "table": table},
            {"event": "*", "table": table, "select": ["id", "status"]},
            {"event": "UPDATE", "table": table},
        ]);
        let channel = read(asked).expect("it can be granted").into_channel(1, "realtime:x".into(), None);
        let payloads: Vec<Json> =
            channel.payloads(&change(1), 0b111).iter().map(|payload| serde_json::from_str(payload).expect("JSON")).collect();
        assert_eq!(payloads.iter().map(|payload| payload["ids"].clone()).collect::<Vec<_>>(), [json!([1, 3]), json!([2])]);
        assert_eq!(payloads[1]["data"]["record"], json!({"id": ID, "status": null}));
        assert_eq!(channel.payloads(&change(1), 0b100).len(), 1);
    }
}
