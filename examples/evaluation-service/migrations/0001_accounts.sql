CREATE TABLE accounts (
    id {identity},
    name TEXT NOT NULL CONSTRAINT accounts_name_key UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('manager', 'evaluator')),
    -- SHA-256 of the token in hexadecimal; the token itself is stored nowhere.
    token_hash TEXT NOT NULL CONSTRAINT accounts_token_hash_key UNIQUE,
    requests_per_minute BIGINT NOT NULL CHECK (requests_per_minute > 0)
);
