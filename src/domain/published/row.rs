//! A row of a published table, as filters see it and clients get it.

use serde_json::{Map, Value as Json};

use super::{KEY, Table};
use crate::domain::Micros;

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    Integer(i64),
    Time(Micros),
    Json(Json),
}

/// The values in the order of the table's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    table: Table,
    cells: Vec<Cell>,
}

macro_rules! cells {
    ($($type:ty => $to:expr),* $(,)?) => {$(
        impl From<$type> for Cell {
            fn from(value: $type) -> Self {
                let to: fn($type) -> Cell = $to;
                to(value)
            }
        }
    )*};
}

cells! {
    String => Cell::Text,
    &str => |text| Cell::Text(text.to_owned()),
    i64 => Cell::Integer,
    Micros => Cell::Time,
    Json => Cell::Json,
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

impl Row {
    /// Takes one cell for each column of the table, in their order.
    pub fn new(table: Table, cells: Vec<Cell>) -> Self {
        debug_assert_eq!(cells.len(), table.columns().len(), "{table:?}");
        Self { table, cells }
    }

    /// What is left to tell of a row that was deleted: the named columns alone.
    pub fn of_key(table: Table, known: &[(usize, String)]) -> Self {
        let mut cells = vec![Cell::Null; table.columns().len()];
        for (place, value) in known {
            if let Some(cell) = cells.get_mut(*place) {
                *cell = Cell::Text(value.clone());
            }
        }
        Self { table, cells }
    }

    pub fn table(&self) -> Table {
        self.table
    }

    pub fn cell(&self, place: usize) -> &Cell {
        self.cells.get(place).unwrap_or(&Cell::Null)
    }

    /// The primary key as text.
    pub fn key(&self) -> &str {
        match self.cell(KEY) {
            Cell::Text(key) => key,
            _ => "",
        }
    }

    /// As JSON, with all columns or with those at these places.
    pub fn to_json(&self, places: Option<&[usize]>) -> Json {
        let columns = self.table.columns();
        let mut object = Map::new();
        match places {
            None => columns.iter().zip(&self.cells).for_each(|(column, cell)| {
                object.insert(column.name.to_owned(), cell.to_json());
            }),
            Some(places) => {
                for (place, column) in places.iter().filter_map(|place| Some((*place, columns.get(*place)?))) {
                    object.insert(column.name.to_owned(), self.cell(place).to_json());
                }
            }
        }
        Json::Object(object)
    }
}

impl Cell {
    fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Text(text) => Json::from(text.as_str()),
            Self::Integer(number) => Json::from(*number),
            Self::Time(at) => Json::from(at.timestamp().to_string()),
            Self::Json(value) => value.clone(),
        }
    }
}
