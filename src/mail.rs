//! Mail goes out by background jobs of the kind `send_mail`, so that no request waits for a mail server and none is lost when it is away.
//! A mail may go out twice, when the process dies between the server's yes and the commit; both bear one Message-ID.

pub mod letters;
pub mod queue;

use std::time::Duration;

use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use crate::config::{MailConfig, Privacy};
use letters::Letter;

/// For all of one delivery; the engine gives a step a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// Hands letters to the mail server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a letter did not go out, by what can be done.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server is away or asks to come again: later it may work.
    #[error("the mail server did not take it yet: {0}")]
    Later(String),
    /// The server refused this letter or our password for good.
    #[error("the mail server refused it: {0}")]
    Refused(String),
}

impl Mailer {
    pub fn new(config: &MailConfig) -> Result<Self, MailError> {
        let refused = |error: &dyn std::fmt::Display| MailError::Refused(error.to_string());
        let tls = || TlsParameters::new(config.host.clone()).map_err(|error| refused(&error));
        let tls = match config.privacy {
            Privacy::Tls => Tls::Wrapper(tls()?),
            Privacy::StartTls => Tls::Required(tls()?),
            Privacy::None => Tls::None,
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host).port(config.port).tls(tls).timeout(Some(PATIENCE));
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        let from = config.from.parse().map_err(|error| refused(&error))?;
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends a letter to an address; `id` names it, so that a second one of the same kind can be told.
    pub async fn send(&self, to: &str, id: &str, letter: &Letter) -> Result<(), MailError> {
        let to: Address = to.parse().map_err(|_| MailError::Refused("this is no e-mail address".into()))?;
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .message_id(Some(format!("<{id}@{domain}>")))
            .multipart(MultiPart::alternative_plain_html(letter.text(), letter.html()))
            .map_err(|error| MailError::Refused(error.to_string()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Refused(error.to_string())),
            Err(error) => Err(MailError::Later(error.to_string())),
        }
    }

    /// Says hello to the server and leaves.
    pub async fn greet(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Later("it does not answer".into())),
            Err(error) if error.is_permanent() => Err(MailError::Refused(error.to_string())),
            Err(error) => Err(MailError::Later(error.to_string())),
        }
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailer")
    }
}
