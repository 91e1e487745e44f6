//! `sluice completions SHELL`: lets the shell finish words.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::exit::Exit;

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    shell: Shell,
}

pub fn run(args: &CompletionsArgs) -> Result<Exit> {
    // Written in one go, because the generator panics when a pipe closes under it.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sluice", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::DONE)
}
