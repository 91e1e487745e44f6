//! What the mails say: plain text, and the same as simple HTML.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::domain::Role;
use crate::domain::job::{Job, JobState, StopReason};

/// One mail.
#[derive(Debug, Clone)]
pub struct Letter {
    pub subject: String,
    lines: Vec<String>,
    button: &'static str,
    link: SecretString,
    /// Why it came.
    foot: String,
}

impl Letter {
    pub fn text(&self) -> String {
        format!("{}\n\n{}:\n{}\n\n--\n{}\n", self.lines.join("\n\n"), self.button, self.link.expose_secret(), self.foot)
    }

    pub fn html(&self) -> String {
        let lines: String = self.lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        format!(
            "<!doctype html><html><body style=\"font:15px/1.5 system-ui,sans-serif;color:#1f2933\">{lines}\
             <p><a href=\"{}\" style=\"display:inline-block;padding:8px 16px;border-radius:6px;background:#0b6e99;color:#fff;text-decoration:none\">{}</a></p>\
             <p style=\"color:#616e7c;font-size:13px\">{}</p></body></html>",
            escaped(self.link.expose_secret()),
            escaped(self.button),
            escaped(&self.foot)
        )
    }
}

pub fn invitation(workspace: &str, by: &str, role: Role, link: SecretString) -> Letter {
    Letter {
        subject: format!("{by} invites you to {}", one_line(workspace)),
        lines: vec![
            format!("{by} invites you to the workspace {workspace} in Sluice, as {}.", role.as_str()),
            "The link works once, within seven days.".into(),
        ],
        button: "Join",
        link,
        foot: "If you do not know what this is about, do nothing: nobody joins without the link.".into(),
    }
}

pub fn reset(link: SecretString) -> Letter {
    Letter {
        subject: "Choose a new password for Sluice".into(),
        lines: vec!["Somebody, probably you, asked for a new password.".into(), "The link works once, within an hour.".into()],
        button: "Choose a new password",
        link,
        foot: "If it was not you, do nothing: your password stays as it is.".into(),
    }
}

/// A job that has ended, or needs its user.
pub fn job_ended(job: &Job, what: &str, address: &Url) -> Letter {
    let kept = job.progress.current;
    let count = format!("{kept} of {}", job.progress.total);
    let subject = match (job.state, needs_user(job)) {
        (JobState::Completed, _) => format!("{what}: done, {count}"),
        (_, true) => format!("{what} needs you, {kept} kept"),
        _ => format!("{what} stopped early, {kept} kept"),
    };
    let why = job.error.as_ref().map(|error| error.message.clone());
    let why = why.or_else(|| job.progress.message.clone()).unwrap_or_else(|| match job.state {
        JobState::Completed => "It has run to its end.".to_owned(),
        _ => "It stopped before its end; what it had found is kept.".to_owned(),
    });
    let link = format!("{}/jobs/{}", address.as_str().trim_end_matches('/'), job.id);
    Letter {
        subject: one_line(&subject),
        lines: vec![format!("{what}: {count}."), why],
        button: "Look at it",
        link: link.into(),
        foot: "You get this because the job was yours and took a while, or needs you. Switch it off under Settings, You.".into(),
    }
}

/// Whether the job goes on only when its user does something.
pub fn needs_user(job: &Job) -> bool {
    matches!(job.stop_reason, Some(StopReason::AccountTrouble | StopReason::Blocked))
}

/// A subject has no line breaks, whatever somebody has called their workspace.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_the_same_in_text_and_in_html() {
        let letter = invitation("R&D <Berlin>", "Ada Invented", Role::Member, "https://sluice.example.com/join/TOKEN".into());
        let text = "Ada Invented invites you to the workspace R&D <Berlin> in Sluice, as member.\n\n\
                    The link works once, within seven days.\n\nJoin:\nhttps://sluice.example.com/join/TOKEN\n\n--\n\
                    If you do not know what this is about, do nothing: nobody joins without the link.\n";
        assert_eq!((letter.subject.as_str(), letter.text().as_str()), ("Ada Invented invites you to R&D <Berlin>", text));
        let html = letter.html();
        assert!(html.contains("R&amp;D &lt;Berlin&gt; in Sluice, as member.</p>") && !html.contains("<Berlin>"), "{html}");
        assert!(html.contains("<a href=\"https://sluice.example.com/join/TOKEN\""), "{html}");
        assert!(!format!("{letter:?}").contains("TOKEN"));
    }
}
