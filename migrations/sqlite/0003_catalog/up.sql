CREATE TABLE fields (
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  fold TEXT NOT NULL,
  PRIMARY KEY (code)
);

CREATE TABLE procedures (
  id TEXT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  field_code TEXT NOT NULL REFERENCES fields(code),
  level TEXT NOT NULL,
  agency_level TEXT NOT NULL,
  has_form BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  current_revision TEXT,
  source TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX procedures_field_code ON procedures (field_code);

CREATE TABLE procedure_revisions (
  id TEXT NOT NULL,
  procedure_id TEXT NOT NULL REFERENCES procedures(id),
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  effective_from TEXT NOT NULL,
  effective_to TEXT,
  published_at TEXT,
  published_by TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (procedure_id, number)
);

CREATE TABLE procedure_agencies (
  procedure_id TEXT NOT NULL REFERENCES procedures(id),
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  position INTEGER NOT NULL,
  PRIMARY KEY (procedure_id, agency_id)
);
CREATE INDEX procedure_agencies_agency_id ON procedure_agencies (agency_id);

CREATE TABLE filing_windows (
  id TEXT NOT NULL,
  procedure_id TEXT NOT NULL REFERENCES procedures(id),
  name TEXT NOT NULL,
  opens_at TEXT NOT NULL,
  closes_at TEXT NOT NULL,
  editable_until TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX filing_windows_procedure_id ON filing_windows (procedure_id);

CREATE TABLE versions (
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE calendar_days (
  calendar TEXT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT,
  is_estimate BOOLEAN NOT NULL,
  PRIMARY KEY (calendar, day)
);

CREATE TABLE shifts (
  calendar TEXT NOT NULL,
  weekday INTEGER NOT NULL,
  opens TEXT NOT NULL,
  closes TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  PRIMARY KEY (calendar, weekday, opens, valid_from)
);
