//! `sluice doctor`: looks at all that a server stands on, and says in words what is wrong and what to do.

mod checks;

use anyhow::Result;
use serde::Serialize;

use super::exit::Exit;
use super::render::state::{Coloured, Hue};
use super::terminal::Terminal;
use crate::config::{Config, Settings};

/// What one look found.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub verdict: Verdict,
    pub says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Good,
    /// Works, and somebody should know.
    Note,
    Bad,
}

impl Finding {
    pub fn good(check: &'static str, says: impl Into<String>) -> Self {
        Finding { check, verdict: Verdict::Good, says: says.into(), remedy: None }
    }

    pub fn note(check: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Finding { check, verdict: Verdict::Note, says: says.into(), remedy: Some(remedy.into()) }
    }

    pub fn bad(check: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Finding { check, verdict: Verdict::Bad, says: says.into(), remedy: Some(remedy.into()) }
    }
}

pub async fn run(settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let findings = match Config::load(settings) {
        Ok(config) => checks::all(&config, terminal).await,
        Err(wrong) => wrong.problems.into_iter().map(|problem| Finding::bad("settings", problem, "Correct it and ask again.")).collect(),
    };
    if terminal.json {
        terminal.data(&findings)?;
    } else {
        terminal.say(report(&findings, terminal.colour))?;
    }
    let well = findings.iter().all(|finding| finding.verdict != Verdict::Bad);
    Ok(if well { Exit::DONE } else { Exit::ERROR })
}

/// One line a finding, the remedy below it, and a last line that says it all.
fn report(findings: &[Finding], colour: bool) -> String {
    let mut text = String::new();
    for finding in findings {
        let (sign, hue) = match finding.verdict {
            Verdict::Good => ('●', Hue::Green),
            Verdict::Note => ('◒', Hue::Amber),
            Verdict::Bad => ('×', Hue::Red),
        };
        text.push_str(&format!("{} {:<16}{}\n", hue.style(colour).apply_to(sign), finding.check, finding.says));
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("  {:<16}{remedy}\n", ""));
        }
    }
    let bad = findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count();
    text.push_str(match bad {
        0 => "All is well.",
        1 => "One thing is wrong.",
        _ => "Some things are wrong.",
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_in_words_with_their_remedies() {
        let findings = [
            Finding::good("settings", "Complete."),
            Finding::note("disk", "A write takes 41 ms to be safe.", "Use a faster disk when many searches run at once."),
            Finding::bad("port", "127.0.0.1:8080 is taken by another program.", "Stop that program, or choose another with --bind."),
        ];
        let shown = [report(&findings[..2], false), report(&findings, false)];
        insta::assert_snapshot!(shown.join("\n\n"));
    }

    #[tokio::test]
    async fn a_fresh_data_directory_is_well_and_a_taken_port_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let settings = |bind: String| Settings { data_dir: Some(folder.path().join("data")), bind: Some(bind), ..Settings::default() };
        let terminal = Terminal { json: true, interactive: false, colour: false, zone: jiff::tz::TimeZone::UTC };
        let free = checks::all(&Config::load(&settings("127.0.0.1:0".into())).unwrap(), &terminal).await;
        assert!(free.iter().all(|finding| finding.verdict != Verdict::Bad), "{free:?}");
        let taken = checks::all(&Config::load(&settings(holder.local_addr().unwrap().to_string())).unwrap(), &terminal).await;
        let bad: Vec<&str> = taken.iter().filter(|finding| finding.verdict == Verdict::Bad).map(|finding| finding.check).collect();
        assert_eq!(bad, ["port"]);
        assert!(!folder.path().join("data/sluice.db").exists(), "a look makes no database");
    }
}
