-- Postings, their companies, what a workspace notes about them, and the jobs that bring them in.

-- A short name of each workspace, since every term of a search index begins with it.
CREATE TABLE workspace_numbers (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES workspaces (id) ON DELETE CASCADE
);

CREATE TABLE companies (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    -- LinkedIn's number; a company that was only ever named has none.
    linkedin_id TEXT COLLATE "C",
    name TEXT COLLATE "C" NOT NULL,
    -- The name without its legal form, folded in Rust: equal keys are one company where numbers do not say otherwise.
    name_key TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C",
    logo_url TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, linkedin_id)
);
CREATE INDEX companies_by_name ON companies (workspace_id, name_key, id);

CREATE TABLE postings (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    linkedin_id TEXT COLLATE "C" NOT NULL,
    company_id TEXT COLLATE "C" REFERENCES companies (id) ON DELETE SET NULL,
    title TEXT COLLATE "C",
    company_name TEXT COLLATE "C",
    location TEXT COLLATE "C",
    country TEXT COLLATE "C",
    workplace TEXT COLLATE "C" CHECK (workplace IN ('on_site', 'remote', 'hybrid')),
    employment_type TEXT COLLATE "C",
    employment_type_text TEXT COLLATE "C",
    seniority TEXT COLLATE "C",
    seniority_text TEXT COLLATE "C",
    -- JSON lists.
    functions TEXT COLLATE "C" NOT NULL,
    industries TEXT COLLATE "C" NOT NULL,
    salary_text TEXT COLLATE "C",
    -- In hundredths of the currency's unit.
    salary_min BIGINT,
    salary_max BIGINT,
    salary_currency TEXT COLLATE "C",
    salary_period TEXT COLLATE "C" CHECK (salary_period IN ('hour', 'day', 'week', 'month', 'year')),
    posted_at BIGINT,
    applicants BIGINT,
    apply_url TEXT COLLATE "C",
    easy_apply BOOLEAN,
    closed_at BIGINT,
    url TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL CHECK (source IN ('linkedin', 'brightdata', 'file')),
    detailed_at BIGINT,
    -- The oldest posting of a chain of reposts; empty on the oldest one itself.
    repost_of TEXT COLLATE "C" REFERENCES postings (id) ON DELETE SET NULL,
    -- What a repost has to share (company, title and place, folded), and how near its description is (a similarity hash).
    likeness_key TEXT COLLATE "C",
    likeness BIGINT,
    -- What the workspace notes; imports never touch it, but for a status that is empty.
    status TEXT COLLATE "C" CHECK (status IN ('saved', 'applied', 'interviewing', 'offer', 'rejected', 'withdrawn')),
    status_at BIGINT,
    applied_at BIGINT,
    notes TEXT COLLATE "C",
    stars BIGINT CHECK (stars BETWEEN 1 AND 5),
    stars_reason TEXT COLLATE "C",
    hidden BOOLEAN NOT NULL,
    next_reminder_at BIGINT,
    seen_at BIGINT,
    -- Folded in Rust, for sorting.
    title_key TEXT COLLATE "C",
    company_key TEXT COLLATE "C",
    location_key TEXT COLLATE "C",
    -- Statuses in the order in which applications usually go, and pay as what it comes to in a year of full time, whatever the currency.
    status_rank BIGINT GENERATED ALWAYS AS (
        CASE status WHEN 'saved' THEN 1 WHEN 'applied' THEN 2 WHEN 'interviewing' THEN 3 WHEN 'offer' THEN 4 WHEN 'rejected' THEN 5 WHEN 'withdrawn' THEN 6 END
    ) STORED,
    salary_key BIGINT GENERATED ALWAYS AS (
        CASE WHEN COALESCE(salary_max, salary_min) <= 100000000000000 THEN COALESCE(salary_max, salary_min)
            * CASE salary_period WHEN 'hour' THEN 2080 WHEN 'day' THEN 260 WHEN 'week' THEN 52 WHEN 'month' THEN 12 ELSE 1 END END
    ) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, linkedin_id)
);
CREATE INDEX postings_by_number ON postings (workspace_id, hidden, number);
CREATE INDEX postings_by_update ON postings (workspace_id, hidden, updated_at, number);
CREATE INDEX postings_by_posted ON postings (workspace_id, hidden, posted_at, number);
CREATE INDEX postings_by_title ON postings (workspace_id, hidden, title_key, number);
CREATE INDEX postings_by_company_name ON postings (workspace_id, hidden, company_key, number);
CREATE INDEX postings_by_location ON postings (workspace_id, hidden, location_key, number);
CREATE INDEX postings_by_status ON postings (workspace_id, hidden, status_rank, number);
CREATE INDEX postings_by_stars ON postings (workspace_id, hidden, stars, number);
CREATE INDEX postings_by_salary ON postings (workspace_id, hidden, salary_key, number);
-- All that lists filter by, so that counting and filtering read this alone.
CREATE INDEX postings_by_filters ON postings
    (workspace_id, hidden, status, seen_at, workplace, employment_type, seniority, easy_apply, stars, closed_at, posted_at, number);
CREATE INDEX postings_by_company ON postings (company_id, hidden, number);
CREATE INDEX postings_by_likeness ON postings (workspace_id, likeness_key);
CREATE INDEX postings_by_repost ON postings (repost_of) WHERE repost_of IS NOT NULL;
CREATE INDEX postings_by_reminder ON postings (workspace_id, hidden, next_reminder_at) WHERE next_reminder_at IS NOT NULL;

-- What lists do not need, kept apart so that they read less.
CREATE TABLE posting_texts (
    posting_number BIGINT PRIMARY KEY REFERENCES postings (number) ON DELETE CASCADE,
    description_text TEXT COLLATE "C",
    description_html TEXT COLLATE "C",
    description_markdown TEXT COLLATE "C",
    -- The record as the provider gave it last.
    record TEXT COLLATE "C" NOT NULL
);

-- The search index: the terms of each posting, each behind its workspace's number.
-- The columns are called as SQLite's full-text search calls them.
CREATE TABLE posting_terms (
    rowid BIGINT PRIMARY KEY REFERENCES postings (number) ON DELETE CASCADE,
    terms TSVECTOR NOT NULL
);
-- As they are, and apart from their rows: who has asked the index reads the rows alone.
ALTER TABLE posting_terms ALTER COLUMN terms SET STORAGE EXTERNAL;
CREATE INDEX posting_terms_by_term ON posting_terms USING gin (terms) WITH (fastupdate = off);
-- Always by the index: what it costs to unpack the terms of row after row is not among what the planner weighs.
CREATE FUNCTION numbers_in_posting_terms (asked TSQUERY) RETURNS TABLE (found BIGINT) LANGUAGE SQL STABLE PARALLEL SAFE ROWS 1000
    SET enable_seqscan = off SET enable_indexscan = off
    AS 'SELECT rowid FROM posting_terms WHERE terms @@ asked';

CREATE TABLE posting_contacts (
    id TEXT COLLATE "C" PRIMARY KEY,
    posting_number BIGINT NOT NULL REFERENCES postings (number) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C",
    email TEXT COLLATE "C",
    phone TEXT COLLATE "C",
    url TEXT COLLATE "C",
    notes TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX posting_contacts_by_posting ON posting_contacts (posting_number, id);

CREATE TABLE posting_reminders (
    id TEXT COLLATE "C" PRIMARY KEY,
    posting_number BIGINT NOT NULL REFERENCES postings (number) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    note TEXT COLLATE "C",
    done_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX posting_reminders_by_posting ON posting_reminders (posting_number, due_at);

CREATE TABLE posting_history (
    id TEXT COLLATE "C" PRIMARY KEY,
    posting_number BIGINT NOT NULL REFERENCES postings (number) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C",
    job_id TEXT COLLATE "C"
);
CREATE INDEX posting_history_by_posting ON posting_history (posting_number, id);

-- What became of each card or address of a job.
CREATE TABLE posting_items (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    -- Which of a search's queries brought it, from 0.
    query BIGINT,
    input TEXT COLLATE "C" NOT NULL,
    linkedin_id TEXT COLLATE "C",
    posting_number BIGINT REFERENCES postings (number) ON DELETE SET NULL,
    title TEXT COLLATE "C",
    company_name TEXT COLLATE "C",
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('pending', 'new', 'updated', 'duplicate', 'fresh', 'filtered', 'failed')),
    -- A short word for counting, and the sentence for people.
    reason_code TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    -- Whether the posting's own page is still to be read.
    wants_details BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (job_id, position)
);
CREATE INDEX posting_items_by_outcome ON posting_items (job_id, outcome, position);
CREATE INDEX posting_items_by_posting ON posting_items (posting_number, job_id);
CREATE INDEX posting_items_of_job ON posting_items (job_id, posting_number);
CREATE INDEX posting_items_wanting ON posting_items (job_id, position) WHERE wants_details;
-- One posting is stored once a job; later cards of it are its duplicates. What one query's filters leave out another may keep.
CREATE UNIQUE INDEX posting_items_once ON posting_items (job_id, linkedin_id)
    WHERE linkedin_id IS NOT NULL AND outcome IN ('pending', 'new', 'updated', 'fresh', 'failed');

-- Pace and circuit breaker of each host, for all workspaces: it is the same door, and we come from the same address.
CREATE TABLE hosts (
    host TEXT COLLATE "C" PRIMARY KEY,
    next_at BIGINT NOT NULL,
    last_start_at BIGINT NOT NULL,
    gap_us BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    strikes BIGINT NOT NULL,
    -- Set by a block; nobody asks until a person retries.
    opened_at BIGINT,
    opened_message TEXT COLLATE "C"
);

-- Pages that people saved from a browser, until their job has read them.
CREATE TABLE posting_pages (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    part BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (job_id, part)
);

-- A provider's page that could not be read, kept so that somebody can see what changed.
CREATE TABLE unread_pages (
    id TEXT COLLATE "C" PRIMARY KEY,
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    url TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX unread_pages_by_job ON unread_pages (job_id);
