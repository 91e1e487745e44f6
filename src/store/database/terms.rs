//! A question to the search index, in the words of either database.

use super::sql::Value;

/// What an item must have: of each list at least one term, each with whether longer terms that begin so will do. A term holds letters and
/// digits alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(pub Vec<Vec<(String, bool)>>);

impl Terms {
    /// As FTS5 reads it.
    pub(super) fn for_sqlite(&self) -> String {
        self.joined(" AND ", " OR ", |term, begins| if begins { format!("\"{term}\"*") } else { format!("\"{term}\"") })
    }

    /// As a `tsquery` is written.
    pub(super) fn for_postgres(&self) -> String {
        self.joined(" & ", " | ", |term, begins| if begins { format!("{term}:*") } else { term.to_owned() })
    }

    fn joined(&self, and: &str, or: &str, write: impl Fn(&str, bool) -> String) -> String {
        let one_of = |terms: &Vec<(String, bool)>| {
            let written = terms.iter().map(|(term, begins)| write(term, *begins)).collect::<Vec<_>>().join(or);
            if terms.len() == 1 { written } else { format!("({written})") }
        };
        self.0.iter().map(one_of).collect::<Vec<_>>().join(and)
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
        let terms = Terms(vec![vec![("7cacme".into(), false)], vec![("7wma".into(), false), ("7tma".into(), true)]]);
        assert_eq!(terms.for_sqlite(), r#""7cacme" AND ("7wma" OR "7tma"*)"#);
        assert_eq!(terms.for_postgres(), "7cacme & (7wma | 7tma:*)");
    }
}
