-- Argon2id, as a PHC text; NULL for who has none and comes in by key or link.
ALTER TABLE users ADD COLUMN password TEXT;
-- Whether the user is mailed when a long job ends or needs somebody.
ALTER TABLE users ADD COLUMN notified INTEGER NOT NULL DEFAULT 1;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Where it acts now.
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    hash TEXT NOT NULL UNIQUE,
    -- In words, such as "Firefox on Linux".
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE sign_in_links (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('welcome', 'invitation', 'reset')),
    -- NULL for a reset that a user asked for.
    workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
    -- Whom it signs in; NULL for an invitation.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- What an invitation makes of who takes it up.
    role TEXT CHECK (role IN ('owner', 'member', 'viewer')),
    email TEXT,
    hash TEXT NOT NULL UNIQUE,
    made_by TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    used_by TEXT REFERENCES users (id) ON DELETE SET NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX sign_in_links_by_workspace ON sign_in_links (workspace_id, created_at);
CREATE INDEX sign_in_links_by_user ON sign_in_links (user_id);

-- Failures in a row, by what is tried and from where; what is tried only as a hash.
CREATE TABLE sign_in_attempts (
    subject TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    -- The earliest next attempt.
    next_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at);
