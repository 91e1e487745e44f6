-- Times are microseconds since the Unix epoch, UTC. Ids are UUIDv7 as text.

CREATE TABLE database_clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    high_water INTEGER NOT NULL
) STRICT;
INSERT INTO database_clock (id, high_water) VALUES (1, 0);

CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
    publishable INTEGER NOT NULL,
    -- Whether the key serves its home workspace alone.
    confined INTEGER NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, created_at);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL CHECK (provider IN ('unipile', 'brightdata', 'linkedin')),
    name TEXT NOT NULL,
    base_url TEXT,
    external_account_id TEXT,
    api TEXT CHECK (api IN ('classic', 'sales_navigator', 'recruiter')),
    api_given INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('connected', 'trouble', 'off')),
    state_message TEXT,
    -- Sealed with the server's secret key; never leaves the server.
    credentials BLOB NOT NULL,
    pace_delay_ms INTEGER NOT NULL,
    pace_jitter_pct INTEGER NOT NULL,
    search_rows_per_day INTEGER NOT NULL,
    profiles_per_day INTEGER NOT NULL,
    working_hours TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_by_workspace ON accounts (workspace_id, user_id);

CREATE TABLE account_paces (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    -- The earliest start that nobody has reserved yet.
    next_at INTEGER NOT NULL,
    last_start_at INTEGER NOT NULL,
    gap_us INTEGER NOT NULL,
    -- Set by a 429 or a block, for everyone on the account.
    blocked_until INTEGER NOT NULL,
    -- How often in a row the provider asked to slow down.
    strikes INTEGER NOT NULL
) STRICT;

CREATE TABLE account_charges (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    job_id TEXT,
    action TEXT NOT NULL CHECK (action IN ('search_rows', 'profiles')),
    amount INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    charged_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_charges_by_time ON account_charges (account_id, action, charged_at);

CREATE TABLE lookups (
    provider TEXT NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    choices TEXT NOT NULL,
    looked_up_at INTEGER NOT NULL,
    PRIMARY KEY (provider, kind, words)
) STRICT;

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    schedule_id TEXT,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    cursor TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'running', 'paused', 'completed', 'failed', 'canceled')),
    -- What a person asked of a running job; taken up at its next page or heartbeat.
    wanted TEXT CHECK (wanted IN ('pause', 'cancel')),
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    waiting_reason TEXT,
    lease_until INTEGER,
    epoch INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    -- Counts the commits of this job, so that a commit whose answer was lost is known again.
    step INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    stale_pages INTEGER NOT NULL,
    page_cap INTEGER NOT NULL,
    deadline_us INTEGER NOT NULL,
    worked_us INTEGER NOT NULL,
    working_since INTEGER,
    rows_kept INTEGER NOT NULL,
    progress_current INTEGER NOT NULL,
    progress_total INTEGER NOT NULL,
    progress_message TEXT,
    stop_reason TEXT,
    error_code TEXT,
    error_message TEXT,
    error_retryable INTEGER,
    result TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER
) STRICT;
-- lease_until stays out of every index, so that heartbeats touch none.
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('queued', 'waiting');
CREATE INDEX jobs_running ON jobs (workspace_id) WHERE state = 'running';
CREATE INDEX jobs_by_workspace ON jobs (workspace_id, created_at, id);

-- When each workspace last had its turn at a worker.
CREATE TABLE workspace_turns (
    workspace_id TEXT PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    served_at INTEGER NOT NULL
) STRICT;

CREATE TABLE job_pages (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    batch INTEGER NOT NULL,
    -- The digest of the cursor that fetched this page.
    cursor_digest TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    received INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (job_id, batch),
    UNIQUE (job_id, cursor_digest)
) STRICT;

CREATE TABLE rejected_rows (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    batch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    error TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (job_id, batch, position)
) STRICT;

CREATE TABLE timeline_entries (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_entries_by_job ON timeline_entries (job_id, id);

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    member_urn TEXT,
    name TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX people_by_workspace ON people (workspace_id);

-- Every id under which a person is known: scheme is member, public, classic, sales_navigator or recruiter.
CREATE TABLE person_ids (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (workspace_id, scheme, value)
) STRICT;
CREATE INDEX person_ids_by_person ON person_ids (person_id);

CREATE TABLE prospects (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    account_id TEXT,
    batch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    api TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    name TEXT,
    headline TEXT,
    title TEXT,
    company TEXT,
    location TEXT,
    -- Name, headline, title, company and place, folded in Rust, for searching.
    folded TEXT NOT NULL,
    record TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (job_id, person_id),
    UNIQUE (job_id, batch, position)
) STRICT;
CREATE INDEX prospects_by_person ON prospects (person_id);
CREATE INDEX prospects_by_workspace ON prospects (workspace_id);

CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    job_id TEXT,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_in_order ON events (transaction_id, sequence);
CREATE INDEX events_by_job ON events (job_id, transaction_id, sequence);

CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    priority INTEGER NOT NULL,
    deadline_us INTEGER NOT NULL,
    page_cap INTEGER NOT NULL,
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    last_job_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_due ON schedules (next_at) WHERE enabled;

CREATE TABLE idempotency_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    -- Method, path and body of the request that the key belongs to, digested.
    request_digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, key)
) STRICT;
