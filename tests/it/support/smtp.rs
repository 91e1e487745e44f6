//! A mail server of our own on loopback, which speaks as much SMTP as a delivery takes and can be told to fail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// One mail that was taken.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub from: String,
    pub to: String,
    /// With headers, soft line breaks undone.
    pub text: String,
    /// Whether its sender had signed in.
    pub authenticated: bool,
}

impl Delivered {
    pub fn header(&self, name: &str) -> &str {
        let line = self.text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_start_matches(':').trim()
    }

    /// The first address of ours in it.
    pub fn link(&self, base: &str) -> String {
        let start = self.text.find(base).unwrap_or_else(|| panic!("{base} is not in {}", self.text));
        self.text[start..].split(|c: char| c.is_whitespace() || c == '"').next().unwrap_or_default().to_owned()
    }
}

pub struct MailServer {
    pub url: String,
    box_: watch::Receiver<Vec<Delivered>>,
    answers: Arc<Mutex<Vec<&'static str>>>,
}

impl MailServer {
    /// The first deliveries get these answers to their `DATA`; the ones after are taken.
    pub async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://ada:mail-password@{}", listener.local_addr().expect("an address"));
        let (sender, box_) = watch::channel(Vec::new());
        let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect::<Vec<_>>()));
        let (sender, given) = (Arc::new(sender), answers.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, given) = (sender.clone(), given.clone());
                tokio::spawn(async move {
                    // A client that hangs up in the middle is its own matter.
                    let _broken = converse(stream, &sender, &given).await;
                });
            }
        });
        Self { url, box_, answers }
    }

    /// Waits until so many mails have come.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivered> {
        let mut box_ = self.box_.clone();
        let waiting = box_.wait_for(|mails| mails.len() >= count);
        let mails = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        mails.unwrap_or_else(|_| panic!("{} of {count} mails came", self.box_.borrow().len())).expect("the server runs").clone()
    }

    pub fn count(&self) -> usize {
        self.box_.borrow().len()
    }

    /// Whether every failure that was asked for has happened.
    pub fn has_failed_enough(&self) -> bool {
        self.answers.lock().expect("the answers").is_empty()
    }
}

async fn converse(stream: TcpStream, sender: &watch::Sender<Vec<Delivered>>, answers: &Mutex<Vec<&'static str>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut mail = Delivered { from: String::new(), to: String::new(), text: String::new(), authenticated: false };
    write.write_all(b"220 a.test ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let answer = match verb.as_str() {
            "EHLO" => "250-a.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => {
                mail.authenticated = true;
                "235 2.7.0 welcome"
            }
            "MAIL" => {
                mail.from = address();
                "250 2.1.0 ok"
            }
            "RCPT" => {
                mail.to = address();
                "250 2.1.5 ok"
            }
            "DATA" => {
                let failure = answers.lock().expect("the answers").pop();
                if let Some(failure) = failure {
                    failure
                } else {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push('\n');
                    }
                    mail.text = text.replace("=\n", "").replace("=3D", "=");
                    sender.send_modify(|mails| mails.push(mail.clone()));
                    "250 2.0.0 taken"
                }
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
