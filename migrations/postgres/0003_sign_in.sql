-- Argon2id, as a PHC text; NULL for who has none and comes in by key or link.
ALTER TABLE users ADD COLUMN password TEXT COLLATE "C";
-- Whether the user is mailed when a long job ends or needs somebody.
ALTER TABLE users ADD COLUMN notified BOOLEAN NOT NULL DEFAULT TRUE;

CREATE TABLE sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Where it acts now.
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    -- In words, such as "Firefox on Linux".
    device TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE sign_in_links (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('welcome', 'invitation', 'reset')),
    -- NULL for a reset that a user asked for.
    workspace_id TEXT COLLATE "C" REFERENCES workspaces (id) ON DELETE CASCADE,
    -- Whom it signs in; NULL for an invitation.
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    -- What an invitation makes of who takes it up.
    role TEXT COLLATE "C" CHECK (role IN ('owner', 'member', 'viewer')),
    email TEXT COLLATE "C",
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    made_by TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    used_by TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    revoked_at BIGINT
);
CREATE INDEX sign_in_links_by_workspace ON sign_in_links (workspace_id, created_at);
CREATE INDEX sign_in_links_by_user ON sign_in_links (user_id);

-- Failures in a row, by what is tried and from where; what is tried only as a hash.
CREATE TABLE sign_in_attempts (
    subject TEXT COLLATE "C" PRIMARY KEY,
    failures BIGINT NOT NULL,
    -- The earliest next attempt.
    next_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at);
