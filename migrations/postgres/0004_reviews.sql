-- Reviews, their items, and what people decided.

-- What searches filter their results by.
ALTER TABLE prospects ADD COLUMN network_distance TEXT COLLATE "C";
ALTER TABLE prospects ADD COLUMN title_folded TEXT COLLATE "C";
ALTER TABLE prospects ADD COLUMN company_folded TEXT COLLATE "C";
ALTER TABLE prospects ADD COLUMN location_folded TEXT COLLATE "C";

CREATE TABLE reviews (
    -- A short name within the database, since every index of the items begins with it.
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    created_by TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    name TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'completed')),
    -- Changed in the transaction that changes the items, and held while it does.
    total BIGINT NOT NULL CHECK (total >= 0),
    approved BIGINT NOT NULL CHECK (approved >= 0),
    rejected BIGINT NOT NULL CHECK (rejected >= 0),
    duplicates BIGINT NOT NULL CHECK (duplicates >= 0),
    reviewed BIGINT NOT NULL CHECK (reviewed >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT,
    completed_by TEXT COLLATE "C",
    CHECK (approved + rejected <= total)
);
CREATE INDEX reviews_by_workspace ON reviews (workspace_id, created_at, number);

-- The searches whose people a review takes in, and how far it has.
CREATE TABLE review_searches (
    review_number BIGINT NOT NULL REFERENCES reviews (number) ON DELETE CASCADE,
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    taken_batch BIGINT NOT NULL,
    taken_position BIGINT NOT NULL,
    PRIMARY KEY (review_number, job_id)
);
CREATE INDEX review_searches_by_job ON review_searches (job_id);

CREATE TABLE review_items (
    -- The review's number and the place in it: number = review_number << 24 | position.
    number BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    review_number BIGINT NOT NULL REFERENCES reviews (number) ON DELETE CASCADE,
    -- Whoever removes a person removes the items first, and counts them.
    person_id TEXT COLLATE "C" REFERENCES people (id),
    -- The search that brought them; it may be gone.
    job_id TEXT COLLATE "C",
    name TEXT COLLATE "C",
    headline TEXT COLLATE "C",
    title TEXT COLLATE "C",
    company TEXT COLLATE "C",
    location TEXT COLLATE "C",
    network_distance TEXT COLLATE "C",
    profile_url TEXT COLLATE "C",
    -- Folded in Rust, for sorting.
    name_key TEXT COLLATE "C",
    title_key TEXT COLLATE "C",
    company_key TEXT COLLATE "C",
    location_key TEXT COLLATE "C",
    -- What can be searched for, as terms between spaces.
    terms TEXT COLLATE "C" NOT NULL,
    mark TEXT COLLATE "C" NOT NULL CHECK (mark IN ('new', 'duplicate', 'reviewed')),
    decision TEXT COLLATE "C" NOT NULL CHECK (decision IN ('pending', 'approved', 'rejected')),
    reason TEXT COLLATE "C",
    decided_at BIGINT,
    decided_by TEXT COLLATE "C",
    -- The stroke that the decision comes from.
    stroke_number BIGINT,
    added_at BIGINT NOT NULL,
    UNIQUE (person_id, review_number)
);
CREATE INDEX review_items_by_decision ON review_items (review_number, decision, number);
CREATE INDEX review_items_by_name ON review_items (review_number, name_key, number);
CREATE INDEX review_items_by_title ON review_items (review_number, title_key, number);
CREATE INDEX review_items_by_company ON review_items (review_number, company_key, number);
CREATE INDEX review_items_by_location ON review_items (review_number, location_key, number);

-- What lists do not need, kept apart so that they read less.
CREATE TABLE review_item_records (
    item_number BIGINT PRIMARY KEY REFERENCES review_items (number) ON DELETE CASCADE,
    record TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL
);

-- The search index: the terms of each item, each behind its review's number, so that a search reads nothing of other reviews.
-- The columns are called as SQLite's full-text search calls them.
CREATE TABLE review_terms (
    rowid BIGINT PRIMARY KEY REFERENCES review_items (number) ON DELETE CASCADE,
    terms TSVECTOR NOT NULL
);
-- Without a list of late entries, which every search would read through.
CREATE INDEX review_terms_by_term ON review_terms USING gin (terms) WITH (fastupdate = off);

-- What one person decided in one go.
CREATE TABLE strokes (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    review_number BIGINT NOT NULL REFERENCES reviews (number) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL CHECK (decision IN ('pending', 'approved', 'rejected')),
    reason TEXT COLLATE "C",
    made_at BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX strokes_by_review ON strokes (review_number, user_id, number);

-- Every decision as it was made, with what stood before it.
CREATE TABLE decisions (
    stroke_number BIGINT NOT NULL REFERENCES strokes (number) ON DELETE CASCADE,
    item_number BIGINT NOT NULL REFERENCES review_items (number) ON DELETE CASCADE,
    was TEXT COLLATE "C" NOT NULL,
    was_reason TEXT COLLATE "C",
    was_decided_at BIGINT,
    was_decided_by TEXT COLLATE "C",
    was_stroke_number BIGINT,
    PRIMARY KEY (stroke_number, item_number)
);
CREATE INDEX decisions_by_item ON decisions (item_number, stroke_number);
