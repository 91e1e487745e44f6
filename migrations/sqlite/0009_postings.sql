-- Postings, their companies, what a workspace notes about them, and the jobs that bring them in.

-- A short name of each workspace, since every term of a search index begins with it.
CREATE TABLE workspace_numbers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL UNIQUE REFERENCES workspaces (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE companies (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    -- LinkedIn's number; a company that was only ever named has none.
    linkedin_id TEXT,
    name TEXT NOT NULL,
    -- The name without its legal form, folded in Rust: equal keys are one company where numbers do not say otherwise.
    name_key TEXT NOT NULL,
    url TEXT,
    logo_url TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (workspace_id, linkedin_id)
) STRICT;
CREATE INDEX companies_by_name ON companies (workspace_id, name_key, id);

CREATE TABLE postings (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    linkedin_id TEXT NOT NULL,
    company_id TEXT REFERENCES companies (id) ON DELETE SET NULL,
    title TEXT,
    company_name TEXT,
    location TEXT,
    country TEXT,
    workplace TEXT CHECK (workplace IN ('on_site', 'remote', 'hybrid')),
    employment_type TEXT,
    employment_type_text TEXT,
    seniority TEXT,
    seniority_text TEXT,
    -- JSON lists.
    functions TEXT NOT NULL,
    industries TEXT NOT NULL,
    salary_text TEXT,
    -- In hundredths of the currency's unit.
    salary_min INTEGER,
    salary_max INTEGER,
    salary_currency TEXT,
    salary_period TEXT CHECK (salary_period IN ('hour', 'day', 'week', 'month', 'year')),
    posted_at INTEGER,
    applicants INTEGER,
    apply_url TEXT,
    easy_apply INTEGER,
    closed_at INTEGER,
    url TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('linkedin', 'brightdata', 'file')),
    detailed_at INTEGER,
    -- The oldest posting of a chain of reposts; empty on the oldest one itself.
    repost_of TEXT REFERENCES postings (id) ON DELETE SET NULL,
    -- What a repost has to share (company, title and place, folded), and how near its description is (a similarity hash).
    likeness_key TEXT,
    likeness INTEGER,
    -- What the workspace notes; imports never touch it, but for a status that is empty.
    status TEXT CHECK (status IN ('saved', 'applied', 'interviewing', 'offer', 'rejected', 'withdrawn')),
    status_at INTEGER,
    applied_at INTEGER,
    notes TEXT,
    stars INTEGER CHECK (stars BETWEEN 1 AND 5),
    stars_reason TEXT,
    hidden INTEGER NOT NULL,
    next_reminder_at INTEGER,
    seen_at INTEGER,
    -- Folded in Rust, for sorting.
    title_key TEXT,
    company_key TEXT,
    location_key TEXT,
    -- Statuses in the order in which applications usually go, and pay as what it comes to in a year of full time, whatever the currency.
    status_rank INTEGER GENERATED ALWAYS AS (
        CASE status WHEN 'saved' THEN 1 WHEN 'applied' THEN 2 WHEN 'interviewing' THEN 3 WHEN 'offer' THEN 4 WHEN 'rejected' THEN 5 WHEN 'withdrawn' THEN 6 END
    ) STORED,
    salary_key INTEGER GENERATED ALWAYS AS (
        CASE WHEN COALESCE(salary_max, salary_min) <= 100000000000000 THEN COALESCE(salary_max, salary_min)
            * CASE salary_period WHEN 'hour' THEN 2080 WHEN 'day' THEN 260 WHEN 'week' THEN 52 WHEN 'month' THEN 12 ELSE 1 END END
    ) STORED,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (workspace_id, linkedin_id)
) STRICT;
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
    posting_number INTEGER PRIMARY KEY REFERENCES postings (number) ON DELETE CASCADE,
    description_text TEXT,
    description_html TEXT,
    description_markdown TEXT,
    -- The record as the provider gave it last.
    record TEXT NOT NULL
) STRICT;

-- The search index: the terms of each posting, each behind its workspace's number.
CREATE VIRTUAL TABLE posting_terms USING fts5 (terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
CREATE TRIGGER posting_terms_go AFTER DELETE ON postings BEGIN
    DELETE FROM posting_terms WHERE rowid = old.number;
END;

CREATE TABLE posting_contacts (
    id TEXT PRIMARY KEY,
    posting_number INTEGER NOT NULL REFERENCES postings (number) ON DELETE CASCADE,
    name TEXT NOT NULL,
    role TEXT,
    email TEXT,
    phone TEXT,
    url TEXT,
    notes TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX posting_contacts_by_posting ON posting_contacts (posting_number, id);

CREATE TABLE posting_reminders (
    id TEXT PRIMARY KEY,
    posting_number INTEGER NOT NULL REFERENCES postings (number) ON DELETE CASCADE,
    due_at INTEGER NOT NULL,
    note TEXT,
    done_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX posting_reminders_by_posting ON posting_reminders (posting_number, due_at);

CREATE TABLE posting_history (
    id TEXT PRIMARY KEY,
    posting_number INTEGER NOT NULL REFERENCES postings (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    user_id TEXT,
    job_id TEXT
) STRICT;
CREATE INDEX posting_history_by_posting ON posting_history (posting_number, id);

-- What became of each card or address of a job.
CREATE TABLE posting_items (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    -- Which of a search's queries brought it, from 0.
    query INTEGER,
    input TEXT NOT NULL,
    linkedin_id TEXT,
    posting_number INTEGER REFERENCES postings (number) ON DELETE SET NULL,
    title TEXT,
    company_name TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('pending', 'new', 'updated', 'duplicate', 'fresh', 'filtered', 'failed')),
    -- A short word for counting, and the sentence for people.
    reason_code TEXT,
    reason TEXT,
    -- Whether the posting's own page is still to be read.
    wants_details INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (job_id, position)
) STRICT;
CREATE INDEX posting_items_by_outcome ON posting_items (job_id, outcome, position);
CREATE INDEX posting_items_by_posting ON posting_items (posting_number, job_id);
CREATE INDEX posting_items_of_job ON posting_items (job_id, posting_number);
CREATE INDEX posting_items_wanting ON posting_items (job_id, position) WHERE wants_details;
-- One posting is stored once a job; later cards of it are its duplicates. What one query's filters leave out another may keep.
CREATE UNIQUE INDEX posting_items_once ON posting_items (job_id, linkedin_id)
    WHERE linkedin_id IS NOT NULL AND outcome IN ('pending', 'new', 'updated', 'fresh', 'failed');

-- Pace and circuit breaker of each host, for all workspaces: it is the same door, and we come from the same address.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    next_at INTEGER NOT NULL,
    last_start_at INTEGER NOT NULL,
    gap_us INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    strikes INTEGER NOT NULL,
    -- Set by a block; nobody asks until a person retries.
    opened_at INTEGER,
    opened_message TEXT
) STRICT;

-- Pages that people saved from a browser, until their job has read them.
CREATE TABLE posting_pages (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (job_id, part)
) STRICT;

-- A provider's page that could not be read, kept so that somebody can see what changed.
CREATE TABLE unread_pages (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    bytes BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX unread_pages_by_job ON unread_pages (job_id);
