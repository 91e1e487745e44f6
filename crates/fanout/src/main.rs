//! Opens many realtime connections to a server of its own and measures how committed changes reach them: `scripts/bench fanout` runs it.

mod client;
mod machine;
mod report;
mod rounds;
mod stage;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures the fan-out of committed changes.
#[derive(Debug, Parser)]
struct Words {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Starts a server in a process of its own, connects to it, and prints a table
    Measure {
        /// Where databases are made
        #[arg(long, value_name = "FOLDER")]
        folder: PathBuf,
        /// A cluster to measure on as well; SQLite alone when missing
        #[arg(long, value_name = "URL")]
        postgres: Option<String>,
        /// A few clients for a moment, to see that it works; the figures mean little
        #[arg(long)]
        brief: bool,
        /// Writes the table to this file too
        #[arg(long, value_name = "FILE")]
        markdown: Option<PathBuf>,
    },
    /// The server's side, as `measure` starts it: changes are committed when a line on its input says so
    #[command(hide = true)]
    Stage {
        #[arg(long)]
        folder: PathBuf,
        #[arg(long)]
        database: String,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    match Words::parse().what {
        What::Measure { folder, postgres, brief, markdown } => {
            let rows = rounds::measure(&folder, postgres.as_deref(), brief).await?;
            let table = report::table(&rows);
            println!("{table}");
            if let Some(file) = markdown {
                std::fs::write(file, table)?;
            }
            Ok(())
        }
        What::Stage { folder, database } => stage::serve(&folder, &database).await,
    }
}
