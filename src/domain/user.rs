//! People who use Sluice, and what they are in a workspace.

use super::{Micros, Role, UserId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub name: String,
    /// Folded by [`folded_email`]. Who has none comes in by key or link.
    pub email: Option<String>,
    pub has_password: bool,
    /// Whether the user is mailed when a long job ends or needs somebody.
    pub notified: bool,
    pub created_at: Micros,
}

/// A user in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user_id: UserId,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub joined_at: Micros,
}

/// An address as it is kept and compared: without space around it, in lower case. `None` for what cannot be an address.
pub fn folded_email(given: &str) -> Option<String> {
    let email = given.trim().to_lowercase();
    let (name, host) = email.rsplit_once('@')?;
    let plausible = !name.is_empty()
        && email.len() <= 254
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'));
    plausible.then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_one_form() {
        assert_eq!(folded_email("  Ada@Example.COM "), Some("ada@example.com".to_owned()));
        for wrong in
            ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@example.com, eve@example.com", "a\n@example.com"]
        {
            assert_eq!(folded_email(wrong), None, "{wrong:?}");
        }
    }
}
