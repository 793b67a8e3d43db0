CREATE TABLE dossier_groups (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  created_by TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE dossiers (
  id TEXT NOT NULL,
  reference TEXT UNIQUE,
  code TEXT UNIQUE,
  procedure_id TEXT NOT NULL REFERENCES procedures(id),
  revision_id TEXT NOT NULL REFERENCES procedure_revisions(id),
  case_code TEXT NOT NULL,
  window_id TEXT REFERENCES filing_windows(id),
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  acting_agency_id TEXT NOT NULL REFERENCES agencies(id),
  group_id TEXT REFERENCES dossier_groups(id),
  intake TEXT NOT NULL,
  typed_by TEXT,
  helper_id TEXT,
  place TEXT,
  on_behalf TEXT,
  applicant_account TEXT REFERENCES accounts(id),
  applicant_kind TEXT NOT NULL,
  applicant_number_enc TEXT,
  applicant_index TEXT,
  applicant_name TEXT NOT NULL,
  applicant_fold TEXT NOT NULL,
  applicant TEXT NOT NULL,
  owner_account TEXT REFERENCES accounts(id),
  owner_kind TEXT NOT NULL,
  owner_number_enc TEXT,
  owner_index TEXT,
  owner_name TEXT NOT NULL,
  owner_fold TEXT NOT NULL,
  owner TEXT NOT NULL,
  data TEXT NOT NULL,
  status INTEGER NOT NULL,
  from_status INTEGER,
  flags TEXT NOT NULL,
  step TEXT,
  step_role TEXT,
  assignee_id TEXT REFERENCES accounts(id),
  handler_id TEXT REFERENCES accounts(id),
  delivery TEXT NOT NULL,
  submission_key TEXT UNIQUE,
  due_at TEXT,
  due_inputs TEXT,
  acceptance_due_at TEXT,
  clock_started_at TEXT,
  paused_since TEXT,
  submitted_at TEXT,
  accepted_at TEXT,
  decided_at TEXT,
  handed_over_at TEXT,
  draft_expires_at TEXT,
  summary TEXT,
  warned INTEGER NOT NULL,
  corrections INTEGER NOT NULL,
  reappointments INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  event_hash TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX dossiers_agency_id_status_submitted_at ON dossiers (agency_id, status, submitted_at);
CREATE INDEX dossiers_acting_agency_id_status_due_at ON dossiers (acting_agency_id, status, due_at);
CREATE INDEX dossiers_applicant_index ON dossiers (applicant_index);
CREATE INDEX dossiers_owner_index ON dossiers (owner_index);
CREATE INDEX dossiers_status_due_at ON dossiers (status, due_at);
CREATE INDEX dossiers_status_draft_expires_at ON dossiers (status, draft_expires_at);
CREATE INDEX dossiers_procedure_id ON dossiers (procedure_id);
CREATE INDEX dossiers_revision_id ON dossiers (revision_id);
CREATE INDEX dossiers_window_id ON dossiers (window_id);
CREATE INDEX dossiers_group_id ON dossiers (group_id);
CREATE INDEX dossiers_applicant_account ON dossiers (applicant_account);
CREATE INDEX dossiers_owner_account ON dossiers (owner_account);
CREATE INDEX dossiers_assignee_id ON dossiers (assignee_id);
CREATE INDEX dossiers_handler_id ON dossiers (handler_id);

CREATE TABLE dossier_identities (
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  pointer TEXT NOT NULL,
  number_index TEXT NOT NULL,
  PRIMARY KEY (dossier_id, pointer)
);
CREATE INDEX dossier_identities_number_index ON dossier_identities (number_index);

CREATE TABLE dossier_fields (
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  field TEXT NOT NULL,
  position INTEGER NOT NULL,
  value_fold TEXT NOT NULL,
  PRIMARY KEY (dossier_id, field, position)
);
CREATE INDEX dossier_fields_field_value_fold ON dossier_fields (field, value_fold);

CREATE TABLE dossier_counters (
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  day TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (agency_id, day)
);

CREATE TABLE dossier_events (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  seq INTEGER NOT NULL,
  act TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_account TEXT,
  actor_name TEXT NOT NULL,
  agency_id TEXT,
  from_status INTEGER,
  to_status INTEGER,
  note TEXT,
  changes TEXT NOT NULL,
  is_public BOOLEAN NOT NULL,
  occurred_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (dossier_id, seq)
);
CREATE INDEX dossier_events_recorded_at ON dossier_events (recorded_at);

CREATE TABLE supplement_requests (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  requested_by TEXT,
  before_acceptance BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  items TEXT NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL,
  answered_at TEXT,
  answer_note TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX supplement_requests_state_due_on ON supplement_requests (state, due_on);
CREATE INDEX supplement_requests_dossier_id ON supplement_requests (dossier_id);

CREATE TABLE pauses (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  kind TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  reason TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX pauses_dossier_id ON pauses (dossier_id);

CREATE TABLE messages (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  from_citizen BOOLEAN NOT NULL,
  author_id TEXT,
  author_name TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at TEXT NOT NULL,
  read_at TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX messages_dossier_id ON messages (dossier_id);

CREATE TABLE opinions (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  asked_by TEXT,
  question TEXT NOT NULL,
  due_on TEXT NOT NULL,
  answer TEXT,
  answered_by TEXT,
  answered_at TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX opinions_dossier_id ON opinions (dossier_id);
CREATE INDEX opinions_agency_id ON opinions (agency_id);

CREATE TABLE draft_results (
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  data TEXT NOT NULL,
  outcome TEXT NOT NULL,
  note TEXT,
  saved_by TEXT,
  saved_at TEXT NOT NULL,
  PRIMARY KEY (dossier_id)
);

CREATE TABLE handovers (
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  method TEXT NOT NULL,
  receiver TEXT,
  signed TEXT,
  handed_by TEXT,
  occurred_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (dossier_id)
);
