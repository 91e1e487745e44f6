//! `sluice import file …`: the postings of a page that was saved from a browser.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::commands::failure::Failure;

/// Larger files are no saved pages, in bytes.
const LARGEST_PAGE: u64 = 64 * 1024 * 1024;

/// The page may be a posting or a list of postings, seen as a guest or signed in. Nothing is asked of LinkedIn.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The saved page; - is standard input
    #[arg(value_name = "PAGE.html")]
    page: PathBuf,
    /// Stay and watch until it ends
    #[arg(long, short, visible_alias = "watch")]
    pub(super) wait: bool,
}

impl FileArgs {
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        let mut page = Vec::new();
        let unreadable = |error: io::Error| {
            Failure::new(format!("{} cannot be read", self.page.display()))
                .because(error.to_string())
                .remedy("Save the page in the browser with Ctrl+S, then name the .html file.")
        };
        if self.page == Path::new("-") {
            io::stdin().lock().take(LARGEST_PAGE + 1).read_to_end(&mut page).map_err(unreadable)?;
        } else {
            let file = std::fs::File::open(&self.page).map_err(unreadable)?;
            file.take(LARGEST_PAGE + 1).read_to_end(&mut page).map_err(unreadable)?;
        }
        if page.is_empty() {
            return Err(Failure::usage(format!("{} is empty", self.page.display()))
                .remedy("Save the page anew, and name the .html file.")
                .into());
        }
        if page.len() as u64 > LARGEST_PAGE {
            return Err(Failure::usage(format!("{} is no saved page: it is larger than 64 MB", self.page.display()))
                .remedy("Save the page as HTML alone, without pictures.")
                .into());
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: &Path) -> Result<Vec<u8>> {
        FileArgs { page: page.to_owned(), wait: false }.read()
    }

    #[test]
    fn a_page_is_read_whole_and_what_is_none_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.html");
        std::fs::write(&page, "<html>").unwrap();
        assert_eq!(read(&page).unwrap(), b"<html>");
        std::fs::write(&page, "").unwrap();
        assert!(read(&page).unwrap_err().to_string().ends_with("is empty"));
        assert!(read(&folder.path().join("none.html")).unwrap_err().to_string().ends_with("cannot be read"));
    }
}
