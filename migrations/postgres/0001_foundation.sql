-- Times are microseconds since the Unix epoch, UTC. Ids are UUIDv7 as text.

CREATE TABLE database_clock (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    high_water BIGINT NOT NULL
);
INSERT INTO database_clock (id, high_water) VALUES (1, 0);

CREATE TABLE workspaces (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE api_keys (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
    publishable BOOLEAN NOT NULL,
    -- Whether the key serves its home workspace alone.
    confined BOOLEAN NOT NULL,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    prefix TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, created_at);

CREATE TABLE accounts (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider TEXT COLLATE "C" NOT NULL CHECK (provider IN ('unipile', 'brightdata', 'linkedin')),
    name TEXT COLLATE "C" NOT NULL,
    base_url TEXT COLLATE "C",
    external_account_id TEXT COLLATE "C",
    api TEXT COLLATE "C" CHECK (api IN ('classic', 'sales_navigator', 'recruiter')),
    api_given BOOLEAN NOT NULL,
    shared BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('connected', 'trouble', 'off')),
    state_message TEXT COLLATE "C",
    -- Sealed with the server's secret key; never leaves the server.
    credentials BYTEA NOT NULL,
    pace_delay_ms BIGINT NOT NULL,
    pace_jitter_pct BIGINT NOT NULL,
    search_rows_per_day BIGINT NOT NULL,
    profiles_per_day BIGINT NOT NULL,
    working_hours TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX accounts_by_workspace ON accounts (workspace_id, user_id);

CREATE TABLE account_paces (
    account_id TEXT COLLATE "C" PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    -- The earliest start that nobody has reserved yet.
    next_at BIGINT NOT NULL,
    last_start_at BIGINT NOT NULL,
    gap_us BIGINT NOT NULL,
    -- Set by a 429 or a block, for everyone on the account.
    blocked_until BIGINT NOT NULL,
    -- How often in a row the provider asked to slow down.
    strikes BIGINT NOT NULL
);

CREATE TABLE account_charges (
    id TEXT COLLATE "C" PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    job_id TEXT COLLATE "C",
    action TEXT COLLATE "C" NOT NULL CHECK (action IN ('search_rows', 'profiles')),
    amount BIGINT NOT NULL,
    settled BOOLEAN NOT NULL,
    charged_at BIGINT NOT NULL
);
CREATE INDEX account_charges_by_time ON account_charges (account_id, action, charged_at);

CREATE TABLE lookups (
    provider TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    choices TEXT COLLATE "C" NOT NULL,
    looked_up_at BIGINT NOT NULL,
    PRIMARY KEY (provider, kind, words)
);

CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C" REFERENCES accounts (id) ON DELETE SET NULL,
    schedule_id TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    args TEXT COLLATE "C" NOT NULL,
    cursor TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'waiting', 'running', 'paused', 'completed', 'failed', 'canceled')),
    -- What a person asked of a running job; taken up at its next page or heartbeat.
    wanted TEXT COLLATE "C" CHECK (wanted IN ('pause', 'cancel')),
    priority BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    waiting_reason TEXT COLLATE "C",
    lease_until BIGINT,
    epoch BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    -- Counts the commits of this job, so that a commit whose answer was lost is known again.
    step BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    stale_pages BIGINT NOT NULL,
    page_cap BIGINT NOT NULL,
    deadline_us BIGINT NOT NULL,
    worked_us BIGINT NOT NULL,
    working_since BIGINT,
    rows_kept BIGINT NOT NULL,
    progress_current BIGINT NOT NULL,
    progress_total BIGINT NOT NULL,
    progress_message TEXT COLLATE "C",
    stop_reason TEXT COLLATE "C",
    error_code TEXT COLLATE "C",
    error_message TEXT COLLATE "C",
    error_retryable BOOLEAN,
    result TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT
);
-- lease_until stays out of every index, so that heartbeats touch none.
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('queued', 'waiting');
CREATE INDEX jobs_running ON jobs (workspace_id) WHERE state = 'running';
CREATE INDEX jobs_by_workspace ON jobs (workspace_id, created_at, id);

-- When each workspace last had its turn at a worker.
CREATE TABLE workspace_turns (
    workspace_id TEXT COLLATE "C" PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    served_at BIGINT NOT NULL
);

CREATE TABLE job_pages (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    batch BIGINT NOT NULL,
    -- The digest of the cursor that fetched this page.
    cursor_digest TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    received BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (job_id, batch),
    UNIQUE (job_id, cursor_digest)
);

CREATE TABLE rejected_rows (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    batch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    error TEXT COLLATE "C" NOT NULL,
    raw TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job_id, batch, position)
);

CREATE TABLE timeline_entries (
    id TEXT COLLATE "C" PRIMARY KEY,
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C" NOT NULL
);
CREATE INDEX timeline_entries_by_job ON timeline_entries (job_id, id);

CREATE TABLE people (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    member_urn TEXT COLLATE "C",
    name TEXT COLLATE "C",
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX people_by_workspace ON people (workspace_id);

-- Every id under which a person is known: scheme is member, public, classic, sales_navigator or recruiter.
CREATE TABLE person_ids (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    scheme TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (workspace_id, scheme, value)
);
CREATE INDEX person_ids_by_person ON person_ids (person_id);

CREATE TABLE prospects (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C",
    batch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    api TEXT COLLATE "C" NOT NULL,
    provider_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    headline TEXT COLLATE "C",
    title TEXT COLLATE "C",
    company TEXT COLLATE "C",
    location TEXT COLLATE "C",
    -- Name, headline, title, company and place, folded in Rust, for searching.
    folded TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (job_id, person_id),
    UNIQUE (job_id, batch, position)
);
CREATE INDEX prospects_by_person ON prospects (person_id);
CREATE INDEX prospects_by_workspace ON prospects (workspace_id);

CREATE TABLE events (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id BIGINT NOT NULL,
    workspace_id TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX events_in_order ON events (transaction_id, sequence);
CREATE INDEX events_by_job ON events (job_id, transaction_id, sequence);

CREATE TABLE schedules (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C" REFERENCES accounts (id) ON DELETE SET NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    args TEXT COLLATE "C" NOT NULL,
    priority BIGINT NOT NULL,
    deadline_us BIGINT NOT NULL,
    page_cap BIGINT NOT NULL,
    cron TEXT COLLATE "C" NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    enabled BOOLEAN NOT NULL,
    next_at BIGINT NOT NULL,
    last_job_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE enabled;

CREATE TABLE idempotency_keys (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    -- Method, path and body of the request that the key belongs to, digested.
    request_digest TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, key)
);
