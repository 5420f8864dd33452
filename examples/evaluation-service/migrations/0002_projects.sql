CREATE TABLE projects (
    id {identity},
    number TEXT NOT NULL CONSTRAINT projects_number_key UNIQUE,
    name TEXT NOT NULL,
    budget BIGINT NOT NULL CONSTRAINT projects_budget_check CHECK (budget >= 0),
    status TEXT NOT NULL CHECK (status IN ('active', 'archived')),
    version BIGINT NOT NULL,
    CONSTRAINT projects_name_check CHECK (name <> number)
);

CREATE TABLE suppliers (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES projects (id),
    name TEXT NOT NULL,
    CONSTRAINT suppliers_project_id_name_key UNIQUE (project_id, name)
);

CREATE TABLE documents (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES projects (id),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL CHECK (format IN ('text', 'json')),
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    -- How many sections parsing found; NULL until the document is parsed.
    sections BIGINT,
    CONSTRAINT documents_project_id_file_name_key UNIQUE (project_id, file_name)
);
