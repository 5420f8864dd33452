CREATE TABLE evaluations (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES projects (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'cancelled'))
);

-- A project has at most one session that is not over.
CREATE UNIQUE INDEX evaluations_open_key ON evaluations (project_id) WHERE status IN ('pending', 'running');

CREATE TABLE evaluation_items (
    id {identity},
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
    criterion TEXT NOT NULL,
    score BIGINT NOT NULL,
    scored_by BIGINT NOT NULL REFERENCES accounts (id),
    -- Both NULL until the item is reviewed.
    reviewed_score BIGINT,
    reviewed_by BIGINT REFERENCES accounts (id),
    CONSTRAINT evaluation_items_criterion_key UNIQUE (evaluation_id, supplier_id, criterion)
);
