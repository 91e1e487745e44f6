//! Where mail goes out, checked.

use std::net::Ipv4Addr;

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

/// How the connection to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// `smtp://`: TLS before anything else is said, or no mail.
    StartTls,
    /// On this machine, or asked for with `?tls=none`.
    None,
}

/// `SLUICE_SMTP_URL`, in its parts.
#[derive(Debug, Clone)]
pub struct MailConfig {
    pub host: String,
    pub port: u16,
    pub privacy: Privacy,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    /// `SLUICE_MAIL_FROM`, such as `Sluice <sluice@example.com>`.
    pub from: String,
}

impl MailConfig {
    /// Neither setting, or both; what is wrong is told without repeating the password.
    pub fn parse(smtp_url: Option<&SecretString>, from: Option<&str>) -> Result<Option<Self>, String> {
        let Some(smtp_url) = smtp_url else {
            return match from {
                Some(_) => Err("SLUICE_MAIL_FROM needs SLUICE_SMTP_URL, the mail server that takes the mail".into()),
                None => Ok(None),
            };
        };
        let wrong = || "SLUICE_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465".to_owned();
        let url = Url::parse(smtp_url.expose_secret()).map_err(|_| wrong())?;
        let host = url.host().ok_or_else(wrong)?;
        let unprivate = url.query_pairs().any(|(name, value)| name == "tls" && value == "none");
        let local = match &host {
            // With a scheme that it does not know, the library takes an IPv4 address for a name.
            Host::Domain(name) => *name == "localhost" || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let (privacy, usual_port) = match url.scheme() {
            "smtps" => (Privacy::Tls, 465),
            "smtp" if local || unprivate => (Privacy::None, 25),
            "smtp" => (Privacy::StartTls, 587),
            _ => return Err(wrong()),
        };
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().map(|text| text.into_owned()).map_err(|_| wrong());
        let user = if url.username().is_empty() { None } else { Some(decoded(url.username())?) };
        let password = url.password().map(decoded).transpose()?.map(SecretString::from);
        let from = from.ok_or("SLUICE_MAIL_FROM is missing: the address that mail comes from, such as Sluice <sluice@example.com>")?;
        if from.parse::<lettre::message::Mailbox>().is_err() {
            return Err("SLUICE_MAIL_FROM must be an address, such as sluice@example.com or Sluice <sluice@example.com>".into());
        }
        Ok(Some(Self { host: host.to_string(), port: url.port().unwrap_or(usual_port), privacy, user, password, from: from.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<MailConfig, String> {
        MailConfig::parse(Some(&url.into()), Some("Sluice <sluice@example.com>")).map(|config| config.expect("a mail server"))
    }

    #[test]
    fn the_parts_of_the_address_are_read_and_mail_stays_private() {
        let config = parse("smtp://ada%40example.com:hunt%20er@mail.example.com").expect("valid");
        assert_eq!((config.host.as_str(), config.port, config.privacy), ("mail.example.com", 587, Privacy::StartTls));
        assert_eq!(config.user.as_deref(), Some("ada@example.com"));
        assert_eq!(config.password.as_ref().map(|password| password.expose_secret()), Some("hunt er"));
        assert!(!format!("{config:?}").contains("hunt"));
        assert_eq!(parse("smtps://mail.example.com").expect("valid").privacy, Privacy::Tls);
        assert_eq!(parse("smtp://127.0.0.1:2525").expect("valid").privacy, Privacy::None);
        assert_eq!(parse("smtp://relay:25?tls=none").expect("valid").privacy, Privacy::None);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for wrong in ["https://user:hunter@host", "mail.example.com:25", "smtp://"] {
            let told = parse(wrong).expect_err(wrong);
            assert!(told.starts_with("SLUICE_SMTP_URL") && !told.contains("hunter"), "{told}");
        }
        assert!(
            MailConfig::parse(Some(&"smtp://localhost".into()), None).is_err_and(|told| told.starts_with("SLUICE_MAIL_FROM is missing"))
        );
        assert!(MailConfig::parse(Some(&"smtp://localhost".into()), Some("nobody")).is_err());
        assert!(MailConfig::parse(None, Some("sluice@example.com")).is_err());
        assert!(matches!(MailConfig::parse(None, None), Ok(None)));
    }
}
