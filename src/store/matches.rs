//! Rows that match a filter, as a part of a statement with its arguments.

use super::database::{Sql, Value, sql};

/// `FROM … WHERE …` of the matching rows, with its arguments.
#[derive(Debug, Clone)]
pub(super) struct Matches {
    pub text: String,
    pub values: Vec<Value>,
    /// The column that has the rows' numbers in the order in which they are found.
    pub number: &'static str,
}

impl Matches {
    /// Adds a condition that ends in one argument.
    pub fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text.push_str(&format!(" AND {condition}${}", self.values.len()));
    }

    /// Keeps the rows whose numbers are among `others`: these are found once, and each row is looked up among them. Written as a value, so
    /// that neither database finds the rows by it instead of in the order asked for.
    pub fn among(&mut self, others: &Matches) {
        let from = self.take_in(others);
        self.text.push_str(&format!(" AND CASE WHEN number IN (SELECT {} FROM {from}) THEN 1 ELSE 0 END = 1", others.number));
    }

    /// Takes over the arguments of `others`; its text with their new numbers.
    pub fn take_in(&mut self, others: &Matches) -> String {
        let renumbered = renumber(&others.text, self.values.len());
        self.values.extend(others.values.iter().cloned());
        renumbered
    }

    /// A statement around the rows, `before` and `behind` them; further arguments are bound by the caller, from [`Self::next`] on.
    pub fn statement(&self, before: &str, behind: &str) -> Sql<'static> {
        let mut statement = sql(format!("{before} FROM {}{behind}", self.text));
        for value in &self.values {
            statement = statement.bind(value.clone());
        }
        statement
    }

    /// The number of the next argument.
    pub fn next(&self) -> usize {
        self.values.len() + 1
    }
}

/// The same text with its arguments counted from another number on.
fn renumber(text: &str, shift: usize) -> String {
    let mut parts = text.split('$');
    let mut renumbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = part[..digits].parse().unwrap_or(0);
        renumbered.push_str(&format!("${}{}", number + shift, &part[digits..]));
    }
    renumbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_counted_on() {
        assert_eq!(renumber("a = $1 AND {matches t $2} OR b IN ($1, $12)", 3), "a = $4 AND {matches t $5} OR b IN ($4, $15)");
    }
}
