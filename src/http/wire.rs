//! The words of the house as the wire has them, and back.

pub mod export;
pub mod import;
pub mod job;
pub mod posting;
pub mod posting_job;
pub mod prospect;
pub mod review;

use serde_json::Value as Json;
use sluice_api as api;
use sluice_providers::posting::{EmploymentType, PayPeriod, PostingSeniority, Workplace};
use sluice_providers::{Api, Criteria, Headcount, Seniority};

use super::caller::Caller;
use crate::app::App;
use crate::domain::account::{AccountState, Day};
use crate::domain::export::{ExportColumn, ExportFormat};
use crate::domain::import::ImportField;
use crate::domain::key::ApiKey;
use crate::domain::posting::PostingSource;
use crate::domain::session::Session;
use crate::domain::sign_in_link::SignInLink;
use crate::domain::tracker::ApplicationStatus;
use crate::domain::user::Member;
use crate::domain::workspace::Membership;
use crate::domain::{Credential, Micros, ProviderName, Role};
use crate::sign_in::links::MadeLink;
use crate::store::schedules::Schedule;

macro_rules! pairs {
    ($($to_wire:ident / $from_wire:ident: $house:ident = $wire:ident { $($variant:ident),* $(,)? })*) => {$(
        pub fn $to_wire(word: $house) -> api::$wire {
            match word { $($house::$variant => api::$wire::$variant),* }
        }

        pub fn $from_wire(word: api::$wire) -> $house {
            match word { $(api::$wire::$variant => $house::$variant),* }
        }
    )*};
}

pairs! {
    role / role_from: Role = Role { Owner, Member, Viewer }
    provider / provider_from: ProviderName = Provider { Unipile, Brightdata, Linkedin }
    api_word / api_from: Api = Api { Classic, SalesNavigator, Recruiter }
    account_state / account_state_from: AccountState = AccountState { Connected, Trouble, Off }
    import_field / import_field_from: ImportField = ImportField {
        Name, FirstName, LastName, Headline, Title, Company, Industry, Location, Country, ProfileUrl, PublicIdentifier, NetworkDistance, Summary,
    }
    export_format / export_format_from: ExportFormat = ExportFormat { Csv, Jsonl, Xlsx }
    export_column / export_column_from: ExportColumn = ExportColumn {
        Name, FirstName, LastName, Headline, Title, Company, Industry, Location, Country, ProfileUrl, PublicIdentifier, NetworkDistance,
        SharedConnections, Premium, OpenToWork, Summary, Decision, Reason, DecidedBy, DecidedAt, Provider, Api, FetchedAt, Batch, Position,
        Workplace, EmploymentType, Seniority, Functions, Industries, SalaryText, SalaryMin, SalaryMax, SalaryCurrency, SalaryPeriod, PostedAt,
        Applicants, EasyApply, ApplyUrl, Url, ClosedAt, Status, AppliedAt, Stars, StarsReason, Notes, NextReminderAt, Description, Source,
        CreatedAt, UpdatedAt, LinkedinId, Id,
    }
    application_status / application_status_from: ApplicationStatus = ApplicationStatus {
        Saved, Applied, Interviewing, Offer, Rejected, Withdrawn,
    }
    posting_source / posting_source_from: PostingSource = PostingSource { Linkedin, Brightdata, File }
    workplace / workplace_from: Workplace = Workplace { OnSite, Remote, Hybrid }
    employment_type / employment_type_from: EmploymentType = EmploymentType {
        FullTime, PartTime, Contract, Temporary, Volunteer, Internship, Other,
    }
    posting_seniority / posting_seniority_from: PostingSeniority = PostingSeniority {
        Internship, Entry, Associate, MidSenior, Director, Executive,
    }
    pay_period / pay_period_from: PayPeriod = PayPeriod { Hour, Day, Week, Month, Year }
    day / day_from: Day = Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }
    seniority / seniority_from: Seniority = Seniority { Owner, Partner, Cxo, Vp, Director, Manager, Senior, Entry, Training }
    headcount / headcount_from: Headcount = Headcount {
        SelfEmployed, UpTo10, UpTo50, UpTo200, UpTo500, UpTo1000, UpTo5000, UpTo10000, Over10000,
    }
}

pub fn workspace(member: &Membership) -> api::Workspace {
    api::Workspace {
        id: member.workspace.id.to_string(),
        name: member.workspace.name.clone(),
        time_zone: member.workspace.time_zone.clone(),
        role: role(member.role),
        created_at: member.workspace.created_at.timestamp(),
    }
}

pub fn key(key: &ApiKey) -> api::Key {
    api::Key {
        id: key.id.to_string(),
        name: key.name.clone(),
        role: role(key.role),
        publishable: key.publishable,
        confined: key.confined,
        prefix: key.prefix.clone(),
        created_at: key.created_at.timestamp(),
        expires_at: key.expires_at.map(|at| at.timestamp()),
        last_used_at: key.last_used_at.map(|at| at.timestamp()),
        revoked_at: key.revoked_at.map(|at| at.timestamp()),
    }
}

pub fn member(member: &Member, caller: &Caller) -> api::Member {
    api::Member {
        id: member.user_id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        role: role(member.role),
        own: member.user_id == caller.user_id,
        joined_at: member.joined_at.timestamp(),
    }
}

pub fn invitation(link: &SignInLink, now: Micros) -> api::Invitation {
    api::Invitation {
        id: link.id.to_string(),
        role: role(link.role.unwrap_or(Role::Viewer)),
        email: link.email.clone(),
        state: match (link.used_at, link.revoked_at) {
            (Some(_), _) => api::InvitationState::Used,
            (None, Some(_)) => api::InvitationState::Revoked,
            (None, None) if link.is_open_at(now) => api::InvitationState::Open,
            (None, None) => api::InvitationState::Expired,
        },
        created_at: link.created_at.timestamp(),
        expires_at: link.expires_at.timestamp(),
        used_at: link.used_at.map(|at| at.timestamp()),
    }
}

pub fn sign_in_link(app: &App, made: &MadeLink) -> api::SignInLink {
    api::SignInLink { link: made.url(app), expires_at: made.link.expires_at.timestamp() }
}

pub fn session(session: &Session, caller: &Caller) -> api::Session {
    api::Session {
        id: session.id.to_string(),
        device: session.device.clone(),
        current: caller.credential == Credential::Session(session.id),
        created_at: session.created_at.timestamp(),
        last_used_at: session.last_used_at.timestamp(),
        expires_at: session.expires_at.timestamp(),
    }
}

pub fn schedule(schedule: &Schedule) -> api::Schedule {
    api::Schedule {
        id: schedule.id.to_string(),
        name: schedule.name.clone(),
        kind: schedule.kind.clone(),
        args: schedule.args.clone(),
        account_id: schedule.account_id.map(|id| id.to_string()),
        priority: i32::try_from(schedule.priority).unwrap_or(0),
        cron: schedule.cron.clone(),
        time_zone: schedule.time_zone.clone(),
        enabled: schedule.enabled,
        next_at: schedule.next_at.timestamp(),
        last_job_id: schedule.last_job_id.map(|id| id.to_string()),
        warnings: Vec::new(),
    }
}

pub fn criteria_from(asked: api::SearchCriteria) -> Criteria {
    Criteria {
        keywords: asked.keywords,
        title: asked.title,
        first_name: asked.first_name,
        last_name: asked.last_name,
        locations: asked.locations,
        companies: asked.companies,
        past_companies: asked.past_companies,
        industries: asked.industries,
        schools: asked.schools,
        seniorities: asked.seniorities.into_iter().map(seniority_from).collect(),
        headcount: asked.headcount.into_iter().map(headcount_from).collect(),
        network_distance: asked.network_distance,
    }
}

/// A whole number as the wire has it: never below zero.
pub fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The same where the wire has 32 bits.
pub fn small(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// Null for what serde cannot write, which plain data never is.
pub fn json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}
