//! `sluice postings export`: a list of postings as a file.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use sluice_api::ExportRequest;

use super::filter::FilterArgs;
use crate::commands::exit::Exit;
use crate::commands::export::{Format, begin, check_place, columns_of, deliver, format_of};
use crate::commands::server::Connection;
use crate::commands::terminal::Terminal;
use crate::domain::export::ExportOf;

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// [default: as the name of the output ends, else csv]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write it; - is standard output [default: the name that the server gives it, in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Columns in their order, with commas between [default: the usual ones]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
}

pub async fn run(args: &ExportArgs, connection: &Connection, terminal: &Terminal) -> Result<Exit> {
    let request = ExportRequest {
        postings: Some(args.filter.query(terminal.now(), &terminal.zone)?),
        format: format_of(args.format, args.output.as_deref()),
        columns: columns_of(&args.columns, ExportOf::Postings)?,
        ..ExportRequest::default()
    };
    check_place(args.output.as_deref())?;
    let id = begin(&request, connection, terminal).await?;
    deliver(&id, args.output.as_deref(), connection, terminal).await
}
