//! `sluice import urls …`: postings by their addresses or numbers.

use std::io::{self, Read};

use anyhow::{Context, Result};
use clap::Args;
use sluice_api::PostingImportRequest;

use super::JobArgs;
use crate::commands::failure::Failure;

/// More addresses than this are not read from standard input, in bytes.
const LONGEST_INPUT: u64 = 4 * 1024 * 1024;

#[derive(Debug, Args)]
pub struct UrlsArgs {
    /// Addresses of postings at LinkedIn, or their numbers; - reads them from standard input, one a line
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
    /// Do not ask again for postings whose page was read less than so many hours ago
    #[arg(long, value_name = "HOURS")]
    max_age: Option<u32>,
    #[command(flatten)]
    pub(super) job: JobArgs,
}

impl UrlsArgs {
    pub(super) fn request(&self) -> Result<PostingImportRequest> {
        let mut urls = Vec::new();
        for url in &self.urls {
            if url == "-" {
                let mut text = String::new();
                io::stdin()
                    .lock()
                    .take(LONGEST_INPUT)
                    .read_to_string(&mut text)
                    .context("The addresses could not be read from standard input")?;
                urls.extend(addresses(&text));
            } else {
                urls.push(url.clone());
            }
        }
        if urls.is_empty() {
            return Err(Failure::usage("There are no addresses on standard input")
                .remedy("Pipe in addresses of postings, one a line: `sluice import urls - < postings.txt`")
                .into());
        }
        Ok(PostingImportRequest {
            urls,
            account_id: None,
            max_age_h: self.max_age,
            priority: self.job.priority,
            deadline_s: self.job.deadline,
        })
    }
}

/// One a line; blank lines and remarks are passed over.
fn addresses(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        urls: UrlsArgs,
    }

    #[test]
    fn words_become_the_request() {
        let words = ["urls", "https://www.linkedin.com/jobs/view/4012345678", "4012345679", "--max-age", "24", "--priority", "-1"];
        let args = Words::try_parse_from(words).unwrap().urls;
        assert_eq!(
            serde_json::to_value(args.request().unwrap()).unwrap(),
            json!({"urls": ["https://www.linkedin.com/jobs/view/4012345678", "4012345679"], "max_age_h": 24, "priority": -1})
        );
        assert_eq!(Words::try_parse_from(["urls"]).err().unwrap().exit_code(), 2);
    }

    #[test]
    fn addresses_stand_one_a_line() {
        assert_eq!(addresses("# mine\n\n 4012345678 \r\nhttps://x.example\n"), ["4012345678", "https://x.example"]);
    }
}
