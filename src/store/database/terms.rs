//! A question to the search index, in the words of either database.

use super::sql::Value;

/// Terms that an item must all have, each with whether longer terms that begin so will do. A term holds letters and digits alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(pub Vec<(String, bool)>);

impl Terms {
    /// As FTS5 reads it.
    pub(super) fn for_sqlite(&self) -> String {
        self.joined(" AND ", |term, begins| if begins { format!("\"{term}\"*") } else { format!("\"{term}\"") })
    }

    /// As a `tsquery` is written.
    pub(super) fn for_postgres(&self) -> String {
        self.joined(" & ", |term, begins| if begins { format!("{term}:*") } else { term.to_owned() })
    }

    fn joined(&self, and: &str, write: impl Fn(&str, bool) -> String) -> String {
        self.0.iter().map(|(term, begins)| write(term, *begins)).collect::<Vec<_>>().join(and)
    }
}

impl From<Terms> for Value {
    fn from(terms: Terms) -> Self {
        Value::Terms(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_written_for_either_database() {
        let terms = Terms(vec![("7cacme".into(), false), ("7wmana".into(), true)]);
        assert_eq!(terms.for_sqlite(), r#""7cacme" AND "7wmana"*"#);
        assert_eq!(terms.for_postgres(), "7cacme & 7wmana:*");
    }
}
