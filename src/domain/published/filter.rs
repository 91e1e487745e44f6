//! Filters over published rows: `column=op.value`, several with commas, as PostgREST writes them.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};

use super::pattern::Pattern;
use super::row::{Cell, Row};
use super::{ColumnKind, Table};
use crate::domain::Micros;

/// The most values of one `in`.
pub const MOST_VALUES: usize = 100;
/// The longest filter, in bytes.
pub const LONGEST: usize = 4_096;
/// What a compiled expression may take, in bytes; one that is larger is refused.
const REGEX_SIZE: usize = 64 * 1024;

/// Conditions that must all hold. None at all is always met.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub conditions: Vec<Condition>,
}

/// One comparison of a column with something given.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The column's place in its table.
    pub column: usize,
    pub negated: bool,
    pub test: Test,
}

#[derive(Debug, Clone)]
pub enum Test {
    Compare(Comparison, Value),
    In(Vec<Value>),
    Like(Pattern),
    Matches(Regex),
    Is(Quality),
    /// NULL differs from every value, and not from NULL.
    DistinctFrom(Option<Value>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    Null,
    NotNull,
    /// True, false and unknown are qualities of booleans, of which no published column is one; only `unknown` is met by NULL.
    Unknown,
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Time(Micros),
}

/// Why a filter is refused, in a sentence for its sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFilter(pub String);

fn bad<T>(message: impl Into<String>) -> Result<T, BadFilter> {
    Err(BadFilter(message.into()))
}

impl Filter {
    /// Reads conditions joined by commas. A value with a reserved character is in double quotes, with `\` before quotes and itself.
    pub fn parse(table: Table, text: &str) -> Result<Self, BadFilter> {
        if text.len() > LONGEST {
            return bad(format!("the filter is longer than {LONGEST} bytes"));
        }
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let conditions = split(text)?.into_iter().map(|part| {
            let Some((column, rest)) = part.split_once('=') else {
                return bad(format!("`{}` is no condition; write column=operator.value", shorten(part)));
            };
            Condition::parse(table, column.trim(), rest, Quoting::Everywhere)
        });
        Ok(Self { conditions: conditions.collect::<Result<_, _>>()? })
    }

    /// Whether every condition is known to hold: what NULL leaves open does not.
    pub fn accepts(&self, row: &Row) -> bool {
        self.conditions.iter().all(|condition| condition.holds(row) == Some(true))
    }

    /// The value that this column must equal, when the filter says so.
    pub fn equality(&self, column: usize) -> Option<&str> {
        self.conditions.iter().find_map(|condition| match &condition.test {
            Test::Compare(Comparison::Equal, Value::Text(value)) if condition.column == column && !condition.negated => {
                Some(value.as_str())
            }
            _ => None,
        })
    }
}

/// Where double quotes have a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Around any value.
    Everywhere,
    /// Around the values of a list; elsewhere they are characters like any other.
    InLists,
}

impl Condition {
    /// Reads `operator.value`, with `not.` before it or not, for a column.
    pub fn parse(table: Table, column: &str, rest: &str, quoting: Quoting) -> Result<Self, BadFilter> {
        let Some(place) = table.place_of(column) else {
            return bad(format!("{} has no column `{}`; it has {}", table.name(), shorten(column), table.column_names()));
        };
        let (negated, rest) = match rest.strip_prefix("not.") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let Some((operator, value)) = rest.split_once('.') else {
            return bad(format!("`{}` has no operator; write {column}=operator.value, for example {column}=eq.value", shorten(rest)));
        };
        let reader = Reader { column, kind: table.columns()[place].kind, quoting };
        Ok(Self { column: place, negated, test: reader.test(operator, value)? })
    }

    /// `None` when NULL leaves it open.
    pub fn holds(&self, row: &Row) -> Option<bool> {
        let met = self.test.is_met_by(row.cell(self.column))?;
        Some(met != self.negated)
    }
}

impl Test {
    fn is_met_by(&self, cell: &Cell) -> Option<bool> {
        match self {
            Self::Is(Quality::Null | Quality::Unknown) => Some(*cell == Cell::Null),
            Self::Is(Quality::NotNull) => Some(*cell != Cell::Null),
            Self::Is(Quality::Never) => Some(false),
            Self::DistinctFrom(value) => Some(match value {
                Some(value) => value.compare(cell) != Some(Ordering::Equal),
                None => *cell != Cell::Null,
            }),
            Self::Compare(comparison, value) => value.compare(cell).map(|ordering| comparison.is_met_by(ordering)),
            Self::In(values) => match cell {
                Cell::Null => None,
                cell => Some(values.iter().any(|value| value.compare(cell) == Some(Ordering::Equal))),
            },
            Self::Like(pattern) => text_of(cell).map(|text| pattern.matches(text)),
            Self::Matches(regex) => text_of(cell).map(|text| regex.is_match(text)),
        }
    }
}

impl Comparison {
    /// `ordering` is that of the cell to the value.
    fn is_met_by(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Value {
    /// How the cell compares to this value; nothing when they are not of one kind, as NULL is of none.
    fn compare(&self, cell: &Cell) -> Option<Ordering> {
        match (cell, self) {
            (Cell::Text(cell), Self::Text(value)) => Some(cell.as_bytes().cmp(value.as_bytes())),
            (Cell::Integer(cell), Self::Integer(value)) => Some(cell.cmp(value)),
            (Cell::Time(cell), Self::Time(value)) => Some(cell.cmp(value)),
            _ => None,
        }
    }
}

fn text_of(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

struct Reader<'a> {
    column: &'a str,
    kind: ColumnKind,
    quoting: Quoting,
}

impl Reader<'_> {
    fn test(&self, operator: &str, value: &str) -> Result<Test, BadFilter> {
        if self.kind == ColumnKind::Json && operator != "is" {
            return bad(format!("`{}` holds JSON and can only be asked whether it is.null", self.column));
        }
        let comparison = match operator {
            "eq" => Comparison::Equal,
            "neq" => Comparison::NotEqual,
            "lt" => Comparison::Less,
            "lte" => Comparison::LessOrEqual,
            "gt" => Comparison::Greater,
            "gte" => Comparison::GreaterOrEqual,
            "in" => return self.list(value).map(Test::In),
            "like" | "ilike" => return self.pattern(operator, value),
            "match" | "imatch" => return self.regex(operator, value),
            "is" => return self.quality(value),
            "isdistinct" if value == "null" => return Ok(Test::DistinctFrom(None)),
            "isdistinct" => return Ok(Test::DistinctFrom(Some(self.value(&self.unquoted(value)?)?))),
            other => {
                return bad(format!(
                    "there is no operator `{}`; use eq, neq, lt, lte, gt, gte, in, like, ilike, is, match, imatch or isdistinct",
                    shorten(other)
                ));
            }
        };
        Ok(Test::Compare(comparison, self.value(&self.unquoted(value)?)?))
    }

    fn unquoted(&self, text: &str) -> Result<String, BadFilter> {
        if self.quoting == Quoting::InLists || !text.starts_with('"') { Ok(text.to_owned()) } else { unquote(text) }
    }

    fn value(&self, text: &str) -> Result<Value, BadFilter> {
        let wrong = |wanted: &str| BadFilter(format!("`{}` is not {wanted}, which `{}` holds", shorten(text), self.column));
        match self.kind {
            ColumnKind::Text | ColumnKind::Json => Ok(Value::Text(text.to_owned())),
            ColumnKind::Uuid => match uuid::Uuid::try_parse(text.trim()) {
                Ok(id) => Ok(Value::Text(id.to_string())),
                Err(_) => Err(wrong("a uuid")),
            },
            ColumnKind::Integer => text.trim().parse().map(Value::Integer).map_err(|_| wrong("a whole number")),
            ColumnKind::Time => {
                // A plus sign that came through a form decoder is a space by now.
                let text = text.trim().replace(' ', "+");
                let at = text.parse::<jiff::Timestamp>().map_err(|_| wrong("a time as in 2026-03-02T12:00:00Z"))?;
                Ok(Value::Time(Micros(at.as_microsecond())))
            }
        }
    }

    fn list(&self, text: &str) -> Result<Vec<Value>, BadFilter> {
        let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
            return bad(format!("`in` takes a list in parentheses: {}=in.(a,b)", self.column));
        };
        let mut values = Vec::new();
        for part in split(inner)? {
            let part = if part.starts_with('"') { unquote(part)? } else { part.to_owned() };
            values.push(self.value(&part)?);
        }
        if values.len() > MOST_VALUES {
            return bad(format!("`in` takes at most {MOST_VALUES} values, and here are {}", values.len()));
        }
        Ok(values)
    }

    fn pattern(&self, operator: &str, value: &str) -> Result<Test, BadFilter> {
        self.require_text(operator)?;
        let pattern = Pattern::parse(&self.unquoted(value)?, operator == "ilike");
        pattern.map(Test::Like).ok_or_else(|| BadFilter(format!("the pattern `{}` ends in a \\ with nothing behind it", shorten(value))))
    }

    fn regex(&self, operator: &str, value: &str) -> Result<Test, BadFilter> {
        self.require_text(operator)?;
        let text = self.unquoted(value)?;
        let built =
            RegexBuilder::new(&text).case_insensitive(operator == "imatch").size_limit(REGEX_SIZE).dfa_size_limit(REGEX_SIZE).build();
        match built {
            Ok(regex) => Ok(Test::Matches(regex)),
            Err(regex::Error::CompiledTooBig(_)) => bad(format!("the expression `{}` is too large", shorten(value))),
            Err(_) => bad(format!("`{}` is no regular expression", shorten(value))),
        }
    }

    fn require_text(&self, operator: &str) -> Result<(), BadFilter> {
        match self.kind {
            ColumnKind::Text => Ok(()),
            kind => bad(format!("`{operator}` is for text, and `{}` is {}", self.column, kind.type_name())),
        }
    }

    fn quality(&self, value: &str) -> Result<Test, BadFilter> {
        Ok(Test::Is(match value.to_ascii_lowercase().as_str() {
            "null" => Quality::Null,
            "not_null" => Quality::NotNull,
            "unknown" => Quality::Unknown,
            "true" | "false" => Quality::Never,
            _ => return bad(format!("`is` takes null, not_null, true, false or unknown, not `{}`", shorten(value))),
        }))
    }
}

/// The parts between commas that stand outside quotes and parentheses.
fn split(text: &str) -> Result<Vec<&str>, BadFilter> {
    let (mut parts, mut start, mut depth, mut quoted, mut escaped) = (Vec::new(), 0, 0_u32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if quoted {
        return bad(format!("`{}` opens a quote and does not close it", shorten(text)));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

/// The text within double quotes.
fn unquote(text: &str) -> Result<String, BadFilter> {
    let open = || BadFilter(format!("`{}` is not closed by a quote", shorten(text)));
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(open)?;
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => value.push(chars.next().ok_or_else(open)?),
            '"' => return Err(open()),
            other => value.push(other),
        }
    }
    Ok(value)
}

/// Enough of what came in to know it again.
fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { format!("{}…", text.chars().take(MOST).collect::<String>()) }
}

#[cfg(test)]
mod tests;
