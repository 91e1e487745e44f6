-- Reviews, their items, and what people decided.

-- What searches filter their results by.
ALTER TABLE prospects ADD COLUMN network_distance TEXT;
ALTER TABLE prospects ADD COLUMN title_folded TEXT;
ALTER TABLE prospects ADD COLUMN company_folded TEXT;
ALTER TABLE prospects ADD COLUMN location_folded TEXT;

CREATE TABLE reviews (
    -- A short name within the database, since every index of the items begins with it.
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    created_by TEXT REFERENCES users (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'completed')),
    -- Changed in the transaction that changes the items, and held while it does.
    total INTEGER NOT NULL CHECK (total >= 0),
    approved INTEGER NOT NULL CHECK (approved >= 0),
    rejected INTEGER NOT NULL CHECK (rejected >= 0),
    duplicates INTEGER NOT NULL CHECK (duplicates >= 0),
    reviewed INTEGER NOT NULL CHECK (reviewed >= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    completed_at INTEGER,
    completed_by TEXT,
    CHECK (approved + rejected <= total)
) STRICT;
CREATE INDEX reviews_by_workspace ON reviews (workspace_id, created_at, number);

-- The searches whose people a review takes in, and how far it has.
CREATE TABLE review_searches (
    review_number INTEGER NOT NULL REFERENCES reviews (number) ON DELETE CASCADE,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    taken_batch INTEGER NOT NULL,
    taken_position INTEGER NOT NULL,
    PRIMARY KEY (review_number, job_id)
) STRICT;
CREATE INDEX review_searches_by_job ON review_searches (job_id);

CREATE TABLE review_items (
    -- The review's number and the place in it: number = review_number << 24 | position.
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    review_number INTEGER NOT NULL REFERENCES reviews (number) ON DELETE CASCADE,
    -- Whoever removes a person removes the items first, and counts them.
    person_id TEXT REFERENCES people (id),
    -- The search that brought them; it may be gone.
    job_id TEXT,
    name TEXT,
    headline TEXT,
    title TEXT,
    company TEXT,
    location TEXT,
    network_distance TEXT,
    profile_url TEXT,
    -- Folded in Rust, for sorting.
    name_key TEXT,
    title_key TEXT,
    company_key TEXT,
    location_key TEXT,
    -- What can be searched for, as terms between spaces.
    terms TEXT NOT NULL,
    mark TEXT NOT NULL CHECK (mark IN ('new', 'duplicate', 'reviewed')),
    decision TEXT NOT NULL CHECK (decision IN ('pending', 'approved', 'rejected')),
    reason TEXT,
    decided_at INTEGER,
    decided_by TEXT,
    -- The stroke that the decision comes from.
    stroke_number INTEGER,
    added_at INTEGER NOT NULL,
    UNIQUE (person_id, review_number)
) STRICT;
CREATE INDEX review_items_by_decision ON review_items (review_number, decision, number);
CREATE INDEX review_items_by_name ON review_items (review_number, name_key, number);
CREATE INDEX review_items_by_title ON review_items (review_number, title_key, number);
CREATE INDEX review_items_by_company ON review_items (review_number, company_key, number);
CREATE INDEX review_items_by_location ON review_items (review_number, location_key, number);

-- What lists do not need, kept apart so that they read less.
CREATE TABLE review_item_records (
    item_number INTEGER PRIMARY KEY REFERENCES review_items (number) ON DELETE CASCADE,
    record TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

-- The search index: the terms of each item, each behind its review's number, so that a search reads nothing of other reviews.
CREATE VIRTUAL TABLE review_terms USING fts5 (terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
CREATE TRIGGER review_terms_go AFTER DELETE ON review_items BEGIN
    DELETE FROM review_terms WHERE rowid = old.number;
END;

-- What one person decided in one go.
CREATE TABLE strokes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    review_number INTEGER NOT NULL REFERENCES reviews (number) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('pending', 'approved', 'rejected')),
    reason TEXT,
    made_at INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;
CREATE INDEX strokes_by_review ON strokes (review_number, user_id, number);

-- Every decision as it was made, with what stood before it.
CREATE TABLE decisions (
    stroke_number INTEGER NOT NULL REFERENCES strokes (number) ON DELETE CASCADE,
    item_number INTEGER NOT NULL REFERENCES review_items (number) ON DELETE CASCADE,
    was TEXT NOT NULL,
    was_reason TEXT,
    was_decided_at INTEGER,
    was_decided_by TEXT,
    was_stroke_number INTEGER,
    PRIMARY KEY (stroke_number, item_number)
) STRICT;
CREATE INDEX decisions_by_item ON decisions (item_number, stroke_number);
