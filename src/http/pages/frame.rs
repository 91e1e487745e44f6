//! What is around every page: where one is, in which workspace, and what runs.

use std::time::Duration;

use sluice_api::wording::numbers::{clock as wall_clock, count};

use super::job_view::JobView;
use super::moment::Clock;
use super::needs;
use super::visit::Visit;
use crate::domain::workspace::{Membership, Workspace};
use crate::domain::{Micros, Role};
use crate::http::assets;
use crate::http::problem::{Failure, Kind};
use crate::jobs::kinds::QUIET;
use crate::store::{Conn, StoreError, events, overview, workspaces};

/// Jobs that the tray shows of each sort.
const TRAY: i64 = 10;
/// Waits shorter than this are a pause between two pages.
const SHORT_WAIT: Duration = Duration::from_secs(60);
/// Workspaces that the switch lists.
const SWITCH: u32 = 50;

/// Where in the rail a page belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Home,
    Searches,
    Reviews,
    Postings,
    Jobs,
    Accounts,
    Settings,
}

impl Section {
    pub const RAIL: [Section; 7] =
        [Section::Home, Section::Searches, Section::Reviews, Section::Postings, Section::Jobs, Section::Accounts, Section::Settings];

    pub fn word(&self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Searches => "Searches",
            Self::Reviews => "Review",
            Self::Postings => "Postings",
            Self::Jobs => "Jobs",
            Self::Accounts => "Accounts",
            Self::Settings => "Settings",
        }
    }

    pub fn path(&self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Searches => "/searches",
            Self::Reviews => "/reviews",
            Self::Postings => "/postings",
            Self::Jobs => "/jobs",
            Self::Accounts => "/accounts",
            Self::Settings => "/settings",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Searches => "search",
            Self::Reviews => "review",
            Self::Postings => "postings",
            Self::Jobs => "jobs",
            Self::Accounts => "accounts",
            Self::Settings => "settings",
        }
    }
}

#[derive(Debug)]
pub struct Frame {
    pub title: String,
    pub section: Section,
    pub assets: &'static str,
    pub theme: &'static str,
    /// A script of the page's own, by its name without `.js`; empty for none.
    pub module: &'static str,
    pub flash: Option<String>,
    pub workspace: Workspace,
    pub workspaces: Vec<Membership>,
    pub role: Role,
    pub clock: Clock,
    /// Where the page's data stands in the order of events.
    pub position: String,
    pub tray: Tray,
    /// Wide pages use the whole window.
    pub wide: bool,
}

/// The running pill, and what it opens.
#[derive(Debug)]
pub struct Tray {
    pub pill: String,
    pub hue: &'static str,
    pub sign: char,
    pub moving: bool,
    pub active: Vec<JobView>,
    pub more_active: i64,
    pub ended: Vec<JobView>,
}

impl Frame {
    pub async fn load(visit: &Visit, conn: &mut Conn, title: String, section: Section) -> Result<Self, Failure> {
        let caller = &visit.caller;
        // Read first, so that whatever changes afterwards is told again rather than missed.
        let position = events::newest(conn).await?.to_string();
        let only = caller.confined.then_some(caller.workspace_id);
        let (memberships, _) = workspaces::of_user(conn, caller.user_id, only, SWITCH, 0).await?;
        let gone = || Failure::new(Kind::NotFound, "WORKSPACE_NOT_FOUND", "This workspace is gone.");
        let workspace = workspaces::find(conn, caller.scope(), caller.workspace_id).await?.ok_or_else(gone)?;
        let clock = Clock::new(Micros(visit.app.database.now_us().await?).timestamp(), &workspace.time_zone);
        let tray = Tray::load(visit, conn, &clock).await?;
        Ok(Self {
            title,
            section,
            assets: assets::base(),
            theme: visit.theme.word(),
            module: "",
            flash: visit.flash().map(str::to_owned),
            workspace,
            workspaces: memberships,
            role: caller.role,
            clock,
            position,
            tray,
            wide: false,
        })
    }

    /// Whether the reader may change things.
    pub fn may_change(&self) -> bool {
        self.role.covers(Role::Member)
    }

    pub fn is_owner(&self) -> bool {
        self.role.covers(Role::Owner)
    }

    #[must_use]
    pub fn with_module(mut self, module: &'static str) -> Self {
        self.module = module;
        self
    }

    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

impl Tray {
    pub async fn load(visit: &Visit, conn: &mut Conn, clock: &Clock) -> Result<Self, StoreError> {
        let workspace = visit.caller.workspace_id;
        let underway = overview::underway(conn, workspace, QUIET, SHORT_WAIT).await?;
        let active = overview::active(conn, workspace, QUIET, TRAY).await?;
        let ended = overview::ended(conn, workspace, QUIET, Micros(0), TRAY).await?;
        let needs = needs::load(visit, conn, clock).await?.len();
        let mut words = Vec::new();
        if underway.running > 0 {
            words.push(format!("{} running", underway.running));
        }
        if underway.waiting > 0 {
            let until = underway.next_at.map(|at| format!(" until {}", wall_clock(at.timestamp(), clock.now, &clock.zone)));
            words.push(format!("{} waiting{}", underway.waiting, until.unwrap_or_default()));
        }
        if underway.queued > 0 {
            words.push(format!("{} queued", underway.queued));
        }
        if underway.paused > 0 {
            words.push(format!("{} paused", underway.paused));
        }
        if needs > 0 {
            words.push(if needs == 1 { "1 needs you".to_owned() } else { format!("{needs} need you") });
        }
        let (sign, hue) = match (underway.running > 0, underway.waiting > 0, needs > 0) {
            (true, ..) => ('◐', "blue"),
            (_, true, _) => ('◷', "blue"),
            (.., true) => ('◒', "orange"),
            _ => ('○', "grey"),
        };
        let listed = i64::try_from(active.len()).unwrap_or(0);
        Ok(Self {
            pill: if words.is_empty() { "Nothing running".to_owned() } else { words.join(" · ") },
            hue,
            sign,
            moving: underway.running > 0,
            more_active: (underway.running + underway.waiting + underway.queued + underway.paused - listed).max(0),
            active: JobView::load_all(conn, &active, clock).await?,
            ended: JobView::load_all(conn, &ended, clock).await?,
        })
    }

    pub fn more(&self) -> String {
        count(u64::try_from(self.more_active).unwrap_or(0), "more", "more")
    }
}
