//! The columns of a file beside what they are taken for.

use crate::domain::import::ImportField;
use crate::http::form::Wrong;
use crate::jobs::import_people::start::Preview;

/// Characters of a value that is shown as an example.
const SHOWN: usize = 60;

/// A column, what it is read as, and its first values.
pub struct Mapped {
    pub name: String,
    /// A word of [`ImportField`]; empty when the column is kept beside.
    pub chosen: &'static str,
    pub examples: Vec<String>,
    pub wrong: Option<String>,
}

pub fn mapped(look: &Preview, chosen: &[Option<ImportField>], wrong: &Wrong) -> Vec<Mapped> {
    let columns = look.layout.columns.iter().enumerate();
    columns
        .map(|(place, name)| {
            let field = chosen.get(place).copied().flatten();
            let examples = look.first.iter().filter_map(|row| row.get(place)).map(|cell| shorten(cell)).filter(|cell| !cell.is_empty());
            Mapped {
                name: name.clone(),
                chosen: field.map_or("", ImportField::as_str),
                examples: examples.collect(),
                wrong: field.and_then(|field| wrong.with(&format!("mapping.{}", field.as_str()))).map(str::to_owned),
            }
        })
        .collect()
}

fn shorten(cell: &str) -> String {
    let line = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
