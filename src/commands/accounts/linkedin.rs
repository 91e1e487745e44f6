//! Switching LinkedIn's own pages on: nobody does so without having read what that means.

use anyhow::Result;
use console::Term;
use secrecy::SecretString;
use sluice_api::Provider;
use sluice_providers::linkedin::NOTICE;

use super::AddArgs;
use crate::commands::failure::Failure;
use crate::commands::secrets;
use crate::commands::terminal::Terminal;

/// What is for LinkedIn alone, and what LinkedIn has not.
pub fn check_words(args: &AddArgs, provider: Provider) -> Result<(), Failure> {
    let given = [
        (args.accept_terms, "--accept-terms"),
        (args.session_cookie, "--session-cookie"),
        (args.session_cookie_stdin, "--session-cookie-stdin"),
    ];
    match given.into_iter().find(|(given, _)| *given) {
        Some((_, option)) if provider != Provider::Linkedin => {
            Err(Failure::usage(format!("{option} is for LinkedIn's own pages")).remedy(format!("Leave it out for {}.", provider.title())))
        }
        _ if provider == Provider::Linkedin && args.api_key_stdin => Err(Failure::usage("LinkedIn's own pages have no key")
            .remedy("Leave --api-key-stdin out; --session-cookie-stdin reads a session's cookie.")),
        _ => Ok(()),
    }
}

/// Shows the notice, and goes on only when it is agreed to.
pub fn agree(accepted: bool, terminal: &Terminal) -> Result<()> {
    terminal.note(NOTICE)?;
    if accepted {
        return Ok(());
    }
    let screen = Term::stderr();
    if !screen.is_term() {
        return Err(Failure::usage("Nobody is there to say yes to this").remedy("Read it, then say --accept-terms.").into());
    }
    screen.write_str("Switch them on? Type yes: ")?;
    if is_yes(&screen.read_line()?) {
        return Ok(());
    }
    Err(Failure::new("LinkedIn's own pages stay off").remedy("`sluice accounts add linkedin` asks again.").into())
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Never from an argument, which every process list shows.
pub fn session_cookie(args: &AddArgs) -> Result<Option<SecretString>> {
    if args.session_cookie_stdin {
        return secrets::from_stdin("cookie", "pass linkedin | sluice accounts add linkedin --accept-terms --session-cookie-stdin")
            .map(Some);
    }
    if !args.session_cookie {
        return Ok(None);
    }
    match secrets::from_prompt("Cookie li_at of your session at LinkedIn")? {
        Some(cookie) => Ok(Some(cookie)),
        None => Err(Failure::usage("There is no cookie").remedy("Type it, or pipe it in and say --session-cookie-stdin.").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        assert!(["y", " YES\n", "Yes"].into_iter().all(is_yes));
        assert!(["", "no", "yeah", "n"].into_iter().all(|answer| !is_yes(answer)));
    }
}
