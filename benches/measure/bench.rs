//! What all figures share: a folder on the disk to measure, a Postgres cluster, a sandbox, a log of starts.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::machine::{self, Conditions};
use crate::programs::Sandbox;
use crate::stage::Kind;
use crate::starts::Starts;

pub struct Bench {
    folder: TempDir,
    pub postgres: Option<String>,
    /// What SQLite does was measured before.
    postgres_alone: bool,
    pub brief: bool,
    pub starts: Starts,
    sandbox: OnceCell<Sandbox>,
    next: AtomicU32,
}

impl Bench {
    pub async fn new(folder: PathBuf, postgres: Option<String>, postgres_alone: bool, brief: bool) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let folder = TempDir::with_prefix_in("measure-", folder)?;
        let starts = Starts::listen()?;
        Ok(Self { folder, postgres, postgres_alone, brief, starts, sandbox: OnceCell::new(), next: AtomicU32::new(1) })
    }

    /// The databases that can be measured here.
    pub fn kinds(&self) -> Vec<Kind> {
        match (&self.postgres, self.postgres_alone) {
            (Some(_), true) => vec![Kind::Postgres],
            (Some(_), false) => vec![Kind::Sqlite, Kind::Postgres],
            (None, _) => vec![Kind::Sqlite],
        }
    }

    /// How often to run: in full, or to see that it works.
    pub fn runs(&self, whole: usize, brief: usize) -> usize {
        if self.brief { brief } else { whole }
    }

    pub fn conditions(&self) -> Result<Conditions> {
        machine::conditions(self.folder.path())
    }

    /// A fresh folder on the disk that is measured.
    pub fn new_folder(&self) -> Result<PathBuf> {
        let folder = self.folder.path().join(self.next_number().to_string());
        std::fs::create_dir(&folder)?;
        Ok(folder)
    }

    /// An account of the sandbox that nobody has used before.
    pub fn new_account(&self) -> String {
        format!("acc_sales_navigator_{}", self.next_number())
    }

    /// 100,000 invented people in a process of their own, which all figures share.
    pub async fn sandbox(&self) -> Result<&Sandbox> {
        self.sandbox.get_or_try_init(Sandbox::start).await
    }

    fn next_number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}
