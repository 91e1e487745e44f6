//! One change of one row, made once and shared by all who hear of it.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::domain::published::{KEY, Row, SCHEMA, Table};
use crate::domain::{Micros, WorkspaceId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Insert,
    Update,
    Delete,
}

impl ChangeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// A committed change of a published row.
#[derive(Debug)]
pub struct Change {
    /// From the row itself, so that no listener can ask for another's.
    pub workspace_id: WorkspaceId,
    pub kind: ChangeKind,
    /// As it is now; of a deleted row, what is known of it.
    pub row: Row,
    /// Of two changes of one row the higher is the later.
    pub version: i64,
    /// The row has reached its end for now, so this must not be left out.
    pub is_final: bool,
    committed_at: Micros,
    /// The `data` of the frame with all columns, as JSON text.
    data: Arc<str>,
}

impl Change {
    pub fn new(workspace_id: WorkspaceId, kind: ChangeKind, row: Row, version: i64, is_final: bool, committed_at: Micros) -> Self {
        let data = encode(kind, &row, committed_at, None).into();
        Self { workspace_id, kind, row, version, is_final, committed_at, data }
    }

    pub fn table(&self) -> Table {
        self.row.table()
    }

    /// The `data` of its frame, with all columns or those at `places`.
    pub fn data(&self, places: Option<&[usize]>) -> Arc<str> {
        match places {
            None => self.data.clone(),
            Some(_) => encode(self.kind, &self.row, self.committed_at, places).into(),
        }
    }
}

fn encode(kind: ChangeKind, row: &Row, committed_at: Micros, places: Option<&[usize]>) -> String {
    let table = row.table();
    let columns = table.columns().iter().enumerate().filter(|(place, _)| places.is_none_or(|places| places.contains(place)));
    let columns: Vec<Json> = columns.map(|(_, column)| json!({ "name": column.name, "type": column.kind.type_name() })).collect();
    let mut data = json!({
        "schema": SCHEMA,
        "table": table.name(),
        "commit_timestamp": committed_at.timestamp().to_string(),
        "type": kind.as_str(),
        "columns": columns,
        "errors": null,
    });
    if kind != ChangeKind::Delete {
        data["record"] = row.to_json(places);
    }
    if kind != ChangeKind::Insert {
        data["old_record"] = row.to_json(Some(&[KEY]));
    }
    data.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::published::Cell;

    fn result() -> Row {
        let cells = vec![
            Cell::from("01890a5d-ac96-774b-bcce-b302099a8057"),
            Cell::from("01890a5d-ac96-774b-bcce-b302099a8058"),
            Cell::from(json!({"name": "Ada"})),
            Cell::from(3_i64),
            Cell::Time(Micros(1_772_452_800_000_000)),
        ];
        Row::new(Table::Results, cells)
    }

    #[test]
    fn each_kind_tells_what_postgres_would() {
        let told = [ChangeKind::Insert, ChangeKind::Update, ChangeKind::Delete].map(|kind| {
            let row = match kind {
                ChangeKind::Delete => Row::of_key(Table::Results, &[(KEY, result().key().to_owned())]),
                _ => result(),
            };
            let change = Change::new(WorkspaceId::new(), kind, row, 1, false, Micros(1_772_452_801_000_000));
            serde_json::from_str::<Json>(&change.data(None)).expect("JSON")
        });
        insta::assert_json_snapshot!(told);
    }

    #[test]
    fn a_selection_of_columns_leaves_out_the_others() {
        let change = Change::new(WorkspaceId::new(), ChangeKind::Update, result(), 1, false, Micros(0));
        let data: Json = serde_json::from_str(&change.data(Some(&[3]))).expect("JSON");
        assert_eq!(data["record"], json!({"batch_number": 3}));
        assert_eq!(data["columns"], json!([{"name": "batch_number", "type": "int4"}]));
    }
}
