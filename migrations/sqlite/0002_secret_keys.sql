-- Which SLUICE_SECRET_KEY the database was made with; a fingerprint, never the key.
CREATE TABLE secret_keys (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    fingerprint TEXT NOT NULL
) STRICT;
