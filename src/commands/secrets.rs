//! Keys from the environment, from standard input or typed unseen; never from an argument, which every process list shows.

use std::io::{self, Read};

use anyhow::{Context, Result};
use console::Term;
use secrecy::SecretString;

use super::failure::Failure;

/// The variable `name`, when it holds something.
pub fn from_environment(name: &str) -> Option<SecretString> {
    #[expect(clippy::disallowed_methods, reason = "clap reads variables for arguments alone, and a key must not be one")]
    let value = std::env::var(name).ok()?;
    clean(value)
}

/// The first line of standard input; `what` names it, and `example` shows how to pipe it in.
pub fn from_stdin(what: &str, example: &str) -> Result<SecretString> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(64 * 1024)
        .read_to_string(&mut text)
        .with_context(|| format!("The {what} could not be read from standard input"))?;
    let first = text.lines().next().unwrap_or_default().to_owned();
    clean(first)
        .ok_or_else(|| Failure::usage(format!("There is no {what} on standard input")).remedy(format!("Pipe it in: `{example}`")).into())
}

/// Typed by a person, unseen. `None` when nobody is there to type.
pub fn from_prompt(what: &str) -> Result<Option<SecretString>> {
    let terminal = Term::stderr();
    if !terminal.is_term() {
        return Ok(None);
    }
    terminal.write_str(&format!("{what}: "))?;
    Ok(clean(terminal.read_secure_line().context("The key could not be read")?))
}

fn clean(text: String) -> Option<SecretString> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| SecretString::from(trimmed))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn blanks_around_a_key_are_not_part_of_it() {
        assert_eq!(clean(" k \n".into()).unwrap().expose_secret(), "k");
        assert!(clean(" \n".into()).is_none());
    }
}
