//! `sluice keys …`: API keys.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use sluice_api::{Client, Key, KeyRequest, Role};

use super::exit::Exit;
use super::paging::every_row;
use super::render::state::Hue;
use super::render::table::{Cell, Fit, Table};
use super::server::{Reach, connect};
use super::terminal::Terminal;
use sluice_api::wording::numbers::ago;

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key; it is shown once
    Create(CreateArgs),
    /// List keys, without their text
    List,
    /// Take a key's rights away, at once and for good
    Revoke(RevokeArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// What it is for
    name: String,
    #[arg(long, value_enum, default_value_t = RoleWord::Member)]
    role: RoleWord,
    /// Read-only and meant for browsers
    #[arg(long)]
    publishable: bool,
    /// For this workspace alone
    #[arg(long)]
    confined: bool,
    /// When it ends, such as 2027-01-31T00:00:00Z [default: never]
    #[arg(long, value_name = "TIME")]
    expires_at: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    #[arg(value_name = "KEY_ID")]
    id: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleWord {
    /// Everything
    Owner,
    /// Read and write
    Member,
    /// Read
    Viewer,
}

pub async fn run(command: KeysCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    let exit = match command {
        KeysCommand::Create(args) => create(&args, &connection.client, terminal).await,
        KeysCommand::List => list(&connection.client, terminal).await,
        KeysCommand::Revoke(args) => revoke(&args, &connection.client, terminal).await,
    };
    connection.close().await;
    exit
}

async fn create(args: &CreateArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let role = match args.role {
        RoleWord::Owner => Role::Owner,
        RoleWord::Member => Role::Member,
        RoleWord::Viewer => Role::Viewer,
    };
    let (name, publishable, confined) = (args.name.clone(), args.publishable, args.confined);
    let request = KeyRequest { name, role, publishable, confined, expires_at: args.expires_at };
    let created = client.create_key(&request).await?;
    if terminal.json {
        terminal.data(&created)?;
    } else {
        // The key alone goes to standard output, so that it can be piped to where it is kept.
        terminal.note(format!("{} ({}) is made. It is shown this once:", created.about.name, created.about.role.as_str()))?;
        terminal.say(created.key.expose_secret())?;
    }
    Ok(Exit::DONE)
}

async fn list(client: &Client, terminal: &Terminal) -> Result<Exit> {
    let keys = every_row(async |query| client.keys(&query).await).await?;
    if terminal.json {
        terminal.data(&keys)?;
    } else {
        terminal.table(&table(&keys, terminal.now()), "No keys yet. Make one with `sluice keys create NAME`.")?;
    }
    Ok(Exit::DONE)
}

fn table(keys: &[Key], now: Timestamp) -> Table {
    let mut table = Table::new(&[
        ("id", Fit::Keep),
        ("name", Fit::Cut),
        ("role", Fit::Keep),
        ("begins", Fit::Spare),
        ("state", Fit::Keep),
        ("used", Fit::Spare),
        ("created", Fit::Spare),
    ]);
    for key in keys {
        let (state, hue) = match (key.revoked_at, key.expires_at) {
            (Some(_), _) => ("revoked", Hue::Red),
            (None, Some(at)) if at <= now => ("expired", Hue::Grey),
            _ => ("valid", Hue::Green),
        };
        let role = if key.publishable { "publishable" } else { key.role.as_str() };
        table.rows.push(vec![
            Cell::text(&key.id),
            Cell::text(&key.name),
            Cell::text(role),
            Cell::both(format!("{}…", key.prefix), &key.prefix),
            Cell::text(state).coloured(hue),
            key.last_used_at.map_or_else(|| Cell::both("never", ""), |at| Cell::both(ago(at, now), at)),
            Cell::both(ago(key.created_at, now), key.created_at),
        ]);
    }
    table
}

async fn revoke(args: &RevokeArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    client.revoke_key(&args.id).await?;
    if terminal.json {
        terminal.data(&serde_json::json!({ "id": args.id, "revoked": true }))?;
    } else {
        terminal.say("Revoked. Whoever uses it gets 401 from now on.")?;
    }
    Ok(Exit::DONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::render::state::tests::noon;

    #[test]
    fn keys_are_listed_without_their_text() {
        let key = Key {
            id: "0199c0de-0000-7000-8000-00000000000d".into(),
            name: "Nightly import".into(),
            role: Role::Member,
            publishable: false,
            confined: false,
            prefix: "sk_4f2a".into(),
            created_at: "2026-03-01T12:00:00Z".parse().unwrap(),
            expires_at: None,
            last_used_at: Some("2026-03-02T11:58:00Z".parse().unwrap()),
            revoked_at: None,
        };
        let expired = Key { expires_at: Some(noon()), publishable: true, last_used_at: None, ..key.clone() };
        let revoked = Key { revoked_at: Some(noon()), role: Role::Owner, ..key.clone() };
        let table = table(&[key, expired, revoked], noon());
        insta::assert_snapshot!([table.drawn(140, false), table.tab_separated().replace('\t', "→")].join("\n"));
    }
}
